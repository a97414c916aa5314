# SPDX-License-Identifier: Apache-2.0
"""No mail makes Python throw, and its text is a str that can be printed, whatever the bytes."""

import json
import os
import random

import pytest
from conftest import Firm, ListSource

import casecomm

SEED = int(os.environ.get("CASECOMM_SEED", "20260101"))

HEADERS = [b"From", b"To", b"Cc", b"Bcc", b"Subject", b"Message-ID", b"References", b"In-Reply-To", b"Date", b"Return-Path",
           b"Delivered-To", b"Content-Type", b"Content-Disposition", b"Content-ID", b"Content-Transfer-Encoding"]
PIECES = [b"a@b.example", b"<", b">", b"\xff", b"\xfe@\x80.example", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\x00",
          b"=?utf-8?q?=FF=ED=A0=80?=", b"=?utf-7?q?+2AA-?=", b"=?utf-16?b?2AA=?=", b",", b";", b":", b"\"", b"\\", b"(", b"\r\n ",
          b" ", b"\t", "\u202e\u200b\U0001f600".encode(), b"Mon, 1 Jan 99999 00:00:00 +0000", b"multipart/mixed; boundary=x",
          b"text/plain; charset=\xff", b"attachment; filename*=utf-8''%ff%ed%a0%80", b"base64", b"name=\"\xe9\xff.pdf\"", b"x" * 300]


def hostile(dice):
    lines = []
    for _ in range(dice.randrange(1, 14)):
        value = b"".join(dice.choices(PIECES, k=dice.randrange(0, 6)))
        lines.append(dice.choice(HEADERS) + b": " + value)
    body = b"".join(dice.choices([*PIECES, b"\r\n--x\r\n", b"\r\n\r\n", b"Content-Type: image/png\r\n\r\n"], k=dice.randrange(0, 12)))
    return dice.choice([b"\r\n", b"\n", b"\r"]).join(lines) + dice.choice([b"\r\n\r\n", b"\n\n", b""]) + body


def texts(value):
    """Every str in a value and its parts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from texts(item)
    elif hasattr(type(value), "__match_args__"):
        for name in type(value).__match_args__:
            yield from texts(getattr(value, name))


def same_as_json(mail):
    told = json.loads(mail.json())
    for name in ("message_id", "in_reply_to", "references", "to", "cc", "bcc", "delivered_to", "subject", "return_path", "text"):
        value = getattr(mail, name)
        assert told[name] == (list(value) if isinstance(value, tuple) else value), name
    assert told["from"] == list(mail.from_) and told["date"] == mail.date_s
    assert [a["filename"] for a in told["attachments"]] == [a.filename for a in mail.attachments]


def test_hostile_mail():
    print(f"CASECOMM_SEED={SEED}")
    dice = random.Random(SEED)
    firm = Firm("casefleet")
    drop, record = firm.session.drop_address("u1").encode(), firm.session.record_address("A").encode()
    raws = [hostile(dice).replace(b"a@b.example", dice.choice([drop, record, b"ana@firm.example"])) for _ in range(1500)]
    for raw in raws:
        mail = casecomm.scan(raw)
        same_as_json(mail)
        mail.date
        for value in (mail, firm.session.explain(raw), firm.session.route(raw, envelope=["ana@firm.example", drop.decode()])):
            for text in texts(value):
                text.encode()
            repr(value), hash(value), value == value
    batch = firm.session.route_many(raws)
    assert len(batch) == len(raws) and set(map(type, batch.rules)) == {str}

    told = []
    source = ListSource(*[casecomm.InboundMail(raw, path=f"\udcff/{i}") for i, raw in enumerate(raws)])
    assert firm.engine.receive(source, on_received=lambda m, d: told.append(d.json(path=m.path, index=m.index))) == len(raws)
    assert len(told) == len(raws)
    for entry in list(firm.session.unassigned(page_size=1000)) + [firm.session.show_record("A")]:
        json.loads(entry.json()), repr(entry)
        for text in texts(entry):
            text.encode()


def test_an_address_of_ours_that_is_no_utf8_stops_nothing():
    firm = Firm("casefleet")
    raw = b"From: x@y.example\r\nDelivered-To: \xe2@in.firm.example\r\n\r\n"
    assert firm.session.route(raw).outcome is casecomm.Outcome.HELD
    assert firm.session.explain(raw).outcome is casecomm.Outcome.HELD
    assert firm.engine.receive(ListSource(casecomm.InboundMail(raw), casecomm.InboundMail(firm.to_record()))) == 2


@pytest.mark.parametrize("seconds", [10**18, -(10**18), 2**62])
def test_times_that_no_datetime_can_say(seconds):
    from casecomm._times import of_micros, of_seconds

    assert of_seconds(seconds) is None and of_micros(2**63 - 1) is None and of_micros(-(2**63)) is None
    assert of_seconds(0).isoformat() == "1970-01-01T00:00:00+00:00"


def test_printable_text():
    assert casecomm.printable("a\x1b[31m\u202eb\n") == "a\\x1b[31m\\u{202e}b\\x0a"
    assert casecomm.printable(b"\xff\xfe") == "\\xff\\xfe"


@pytest.mark.parametrize("text", ["\udc80", "a\x00b", "\U0010ffff", "x" * 100_000, ""])
def test_odd_ids_are_answered(text):
    firm = Firm()
    for call in (lambda: firm.session.record_address(text), lambda: firm.session.show_record(text),
                 lambda: list(firm.session.threads(text)), lambda: firm.session.raw(text), lambda: firm.session.link(text, [text]),
                 lambda: firm.engine.session(text or "\x00"), lambda: firm.session.people().page(10, text or "\x00")):
        with pytest.raises((casecomm.Error, TypeError, UnicodeEncodeError)):
            call()
