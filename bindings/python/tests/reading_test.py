# SPDX-License-Identifier: Apache-2.0
"""What is read in a mail, and the policies and the scanner that decide what is done with it."""

import pathlib
import sys

import pytest
from conftest import WITH_ATTACHMENT, Firm, ListSource, mail

import casecomm

MAILS = pathlib.Path(__file__).parents[3] / "tests/doors/mail"


def scan(name, **policies):
    return casecomm.scan((MAILS / f"{name}.eml").read_bytes(), **policies)


def test_x07_a_reply_is_cut_into_what_is_new_and_what_is_not():
    reply = scan("reply")
    assert reply.visible_text.split("\n\n") == ["Yes, I can come.", "What shall I bring?"]
    assert reply.quoted_text.startswith("On Mon, 13 Jan 2025 at 17:02") and reply.quoted_text.endswith("> Desk")
    assert "+1 555 0100" in reply.signature
    body = reply.body.encode()
    assert [span.begin for span in reply.spans] == [0, *(span.end for span in reply.spans)][:-1]
    assert reply.spans[-1].end == len(body)
    assert {span.part for span in reply.spans} == {
        casecomm.TextPart.VISIBLE, casecomm.TextPart.QUOTED, casecomm.TextPart.SIGNATURE}


def test_html_is_read_and_made_safe():
    reply = scan("html_reply")
    assert reply.text is None and reply.body == reply.html_text
    assert reply.visible_text == "Freitag passt." and "Passt Freitag?" in reply.quoted_text
    html = casecomm.safe_html((MAILS / "html_reply.eml").read_bytes())
    assert "Freitag passt." in html
    assert not any(word in html for word in ("script", "onclick", "tracker", "class="))
    assert 'src="/files/0"' in casecomm.safe_html((MAILS / "files.eml").read_bytes(), cid_prefix="/files/")


def test_x06_a_forward_gives_its_original():
    inline, attached = scan("forward").forwarded, scan("forward_attached").forwarded
    assert (inline.attached, inline.from_, inline.from_name, inline.to) == (
        False, "lou@homes.example", "Lou Landlord", ("ann@client.example",))
    assert (inline.subject, inline.text) == ("Lease", "The lease ends in March.")
    assert scan("forward").visible_text == "Please file this."
    assert (attached.attached, attached.subject, attached.message_id) == (True, "Miete für März", "lease@homes.example")
    assert attached.date.isoformat() == "2025-01-13T08:30:00+00:00"
    assert scan("reply").forwarded is None


def test_x02_classes_and_reports():
    classes = {name: scan(name).mail_class for name in ("reply", "list", "away", "receipt", "bounce")}
    assert [str(value) for value in classes.values()] == ["normal", "list", "automatic", "receipt", "bounce"]
    away, bounce = scan("away"), scan("bounce")
    assert away.is_auto and away.is_autoreply and not away.is_bounce and away.signs
    (report,) = bounce.dsn
    assert (report.final_recipient, report.status, report.action, report.original_message_id) == (
        "gone@client.example", "5.1.1", "failed", "lost@firm.example")
    receipt = scan("receipt").receipt
    assert (receipt.final_recipient, receipt.disposition) == ("ann@client.example", "displayed")
    assert receipt.original_message_id == "hearing@firm.example" and bounce.receipt is None


def test_ti06_verdicts_by_a_policy():
    verdicts = {verdict.name: verdict for verdict in scan("files").verdicts}
    assert verdicts["logo.png"].reason == "inline" and verdicts["lease.pdf"].accepted
    hidden = verdicts["invoicefdp.exe"]
    assert not hidden.accepted and hidden.found_type != "application/pdf"
    none = casecomm.InboundPolicy(types=["image/*"])
    assert not any(verdict.accepted for verdict in scan("files", attachments=none).verdicts)
    ambiguous = scan("ambiguous")
    assert ambiguous.ambiguous and ambiguous.verdicts[-1].attachment is None


def test_x04_trust_is_of_the_servers_that_are_named():
    policy = casecomm.TrustPolicy(["mx.firm.example"])
    assert scan("trusted").trust is casecomm.Trust.NONE
    assert scan("trusted", trust=policy).trust is casecomm.Trust.PASS
    assert scan("forged", trust=policy).trust is casecomm.Trust.NONE
    with pytest.raises(TypeError):
        scan("trusted", trust="mx.firm.example")
    with pytest.raises(TypeError):
        casecomm.TrustPolicy("mx.firm.example")
    with pytest.raises(TypeError):
        casecomm.InboundPolicy(types="image/png")


def badges(firm):
    return firm.session.show_record("A").threads[0].messages[0].badges


def test_x04_the_hosts_own_verdict_goes_first():
    told = Firm()
    raw = told.to_record("A")
    told.engine.receive(ListSource(casecomm.InboundMail(raw, trust=casecomm.Trust.PASS)))
    assert "unverified" not in badges(told)
    silent = Firm()
    silent.engine.receive(ListSource(casecomm.InboundMail(silent.to_record("A"))))
    assert "unverified" in badges(silent)
    by_header = Firm(trust=casecomm.TrustPolicy(["mx.firm.example"]))
    result = "Authentication-Results: mx.firm.example; dmarc=pass header.from=client.example\r\n"
    to = by_header.session.record_address("A")
    by_header.engine.receive(ListSource(casecomm.InboundMail(mail("mara@client.example", to, extra=result))))
    assert "unverified" not in badges(by_header)
    with pytest.raises(TypeError):
        silent.session.route(raw, trust=2)


class Scanner(casecomm.Scanner):
    def __init__(self, answer):
        self.answer, self.files = answer, []

    def scan(self, file):
        self.files.append(file)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def outcome_with(scanner):
    firm = Firm(scanner=scanner)
    raw = WITH_ATTACHMENT.format(to=firm.session.record_address("A")).encode()
    decisions = []
    firm.engine.receive(ListSource(casecomm.InboundMail(raw)), on_received=lambda _, d: decisions.append(d))
    return decisions[0].outcome, decisions[0].targets[0]


def test_t19_a_scanner_in_python_decides(monkeypatch):
    clean = Scanner(None)
    assert outcome_with(clean)[0] is casecomm.Outcome.FILED
    assert [(file.name, file.data) for file in clean.files] == [("a.bin", b"\x00\x01\x02\xff")]
    held, target = outcome_with(Scanner("Eicar"))
    assert (held, target.reason) == (casecomm.Outcome.HELD, "scanner_hit") and "Eicar" in target.sentence
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: reported.append(what.exc_value))
    failure = RuntimeError("no engine")
    held, target = outcome_with(Scanner(failure))
    assert (held, target.reason) == (casecomm.Outcome.HELD, "scanner_unavailable") and reported == [failure]
    with pytest.raises(TypeError):
        Firm(scanner=print)


def test_t21_names_are_made_safe():
    assert casecomm.safe_file_name("..\\..\\boot.ini") == "boot.ini"
    assert casecomm.safe_file_name(b"\xff.txt") == casecomm.safe_file_name(casecomm.safe_file_name(b"\xff.txt"))
