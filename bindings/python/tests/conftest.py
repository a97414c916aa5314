# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Python package share."""

import datetime

import pytest

import casecomm

FIRM = {
    "people": [
        {"id": "u1", "kind": "staff", "name": "Ana Ruiz", "emails": ["ana@firm.example"]},
        {"id": "u2", "kind": "staff", "name": "Ben Osei", "emails": ["ben@firm.example"]},
        {"id": "c1", "kind": "contact", "name": "Mara Hale", "emails": ["mara@client.example"]},
        {"id": "c2", "kind": "contact", "name": "Dike Okafor", "emails": ["dike@client.example"]},
    ],
    "records": [
        {"id": "A", "kind": "case", "name": "Hale v. Northgate", "state": "open"},
        {"id": "B", "kind": "case", "name": "Okafor, visa", "state": "open"},
        {"id": "C", "kind": "case", "name": "Okafor, lease", "state": "open"},
    ],
    "assignments": [
        {"record": "A", "person": "u1", "role": "manager"},
        {"record": "A", "person": "c1", "role": "client"},
        {"record": "B", "person": "c2", "role": "client"},
        {"record": "C", "person": "c2", "role": "client"},
    ],
}


def mail(sender, to, subject="A subject", body="Some text.\r\n", extra=""):
    name = f"{abs(hash((sender, to, subject, body)))}@test.example"
    return (
        f"{extra}From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <{name}>\r\n\r\n{body}"
    ).encode()


WITH_ATTACHMENT = (
    "From: mara@client.example\r\nTo: {to}\r\nSubject: With a file\r\nMIME-Version: 1.0\r\n"
    "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <file@test.example>\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
    '--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="a.bin"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n--b--\r\n"
)


class ListSource(casecomm.Source):
    """Hands out what it was given, once, and remembers what was acknowledged."""

    name = "list"

    def __init__(self, *mails):
        self.mails = list(mails)
        self.acknowledged = []

    def next(self, limit):
        out, self.mails = self.mails[:limit], self.mails[limit:]
        return out

    def committed(self, mails):
        self.acknowledged += mails


class FixedClock(casecomm.Clock):
    def __init__(self):
        self.time = datetime.datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=datetime.timezone.utc)

    def now(self):
        return self.time


class Firm:
    """An engine with one account and a small firm in it."""

    def __init__(self, preset="casebook", store=None, **seams):
        self.engine = casecomm.Engine(store or casecomm.MemoryStore(), casecomm.KeyRing.generate(), **seams)
        self.engine.create_account("firm", domain="in.firm.example", preset=preset)
        self.session = self.engine.session("firm")
        self.session.load(FIRM)

    def file_one(self, record="A", **changes):
        source = ListSource(casecomm.InboundMail(self.to_record(record, **changes)))
        decisions = []
        assert self.engine.receive(source, on_received=lambda _, decision: decisions.append(decision)) == 1
        return decisions[0]

    def to_record(self, record="A", **changes):
        return mail("mara@client.example", self.session.record_address(record), **changes)


@pytest.fixture
def firm():
    made = Firm()
    yield made
    made.engine.close()


@pytest.fixture
def casefleet():
    made = Firm("casefleet")
    yield made
    made.engine.close()
