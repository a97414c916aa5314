# SPDX-License-Identifier: Apache-2.0
"""The life of addresses, and mail for the catch-all address."""

import datetime

import pytest
from conftest import Firm, FixedClock, ListSource, mail

import casecomm

CATCH_ALL = {"casecomm_rules": 1, "name": "firm", "extends": "trackops", "settings": {"catch_all": "office@firm.example"}}


def test_Y03_T37_rotate_retire_and_replace(firm):
    session = firm.session
    first = session.record_address("A")
    second = session.rotate_record_address("A")
    assert session.record_address("A") == second != first
    assert session.rotate_drop_address("u1") == session.drop_address("u1")
    reply = session.reply_address("A", "c1")
    path = session.return_path_address("A", "c1", email="mara@client.example")
    session.retire_address(reply)
    with pytest.raises(casecomm.NotFound) as caught:
        session.retire_address("x@in.firm.example")
    assert caught.value.reason == "no_address"
    entries = {entry.address: entry for entry in session.addresses(all=True, page_size=2)}
    assert [entries[a].state for a in (first, second, reply, path)] == ["grace", "active", "retired", "active"]
    assert (entries[path].kind, entries[path].person, entries[path].email) == ("return_path", "c1", "mara@client.example")
    assert entries[path].expires_at_us - entries[path].created_at_us == datetime.timedelta(days=180) // datetime.timedelta(microseconds=1)
    assert entries[second].expires_at_us is None
    assert {entry.kind for entry in session.addresses()} == {"record", "drop"}
    with pytest.raises(casecomm.FailedPrecondition) as caught:
        session.replace_key(0)
    assert caught.value.reason == "newest_key"
    assert session.replace_key(30) == 0


def test_TI05_forwards(firm):
    clock = FixedClock()
    firm = Firm("trackops", clock=clock)
    firm.session.set_rules(CATCH_ALL)
    raw = mail("stranger@else.example", firm.session.record_address("A"))
    decisions = []
    firm.engine.receive(ListSource(casecomm.InboundMail(raw)), on_received=lambda _, decision: decisions.append(decision))
    assert decisions[0].outcome == casecomm.Outcome.CATCH_ALL
    (forward,) = firm.session.forwards()
    assert (forward.id, forward.catch_all, forward.target) == (decisions[0].id, "office@firm.example", "record:A")
    assert abs(forward.recorded_at - clock.time) < datetime.timedelta(seconds=1)
    firm.session.forwarded(forward.id)
    firm.session.forwarded(forward.id)
    assert list(firm.session.forwards()) == []
    with pytest.raises(casecomm.NotFound):
        firm.session.forwarded("none")


def test_X05_a_records_own_policy(firm):
    assert [record.sender_policy for record in firm.session.records()] == ["anyone"] * 3
    firm.session.load({"records": [{"id": "A", "kind": "case", "name": "A", "sender_policy": "staff"}]})
    assert next(iter(firm.session.records())).sender_policy == "staff"
