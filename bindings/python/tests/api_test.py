# SPDX-License-Identifier: Apache-2.0
"""Verbs and values, as a Python user expects them."""

import copy
import datetime
import io
import json
import pathlib
import pickle
import tempfile

import pytest
from conftest import FIRM, WITH_ATTACHMENT, Firm, FixedClock, ListSource, mail

import casecomm


def test_an_engine_and_its_sessions_are_context_managers():
    with casecomm.Engine(casecomm.MemoryStore(), casecomm.KeyRing.generate()) as engine:
        account = engine.create_account("firm", domain="in.firm.example", preset="casebook")
        assert (account.name, account.domain, account.preset, account.policy) == (
            "firm", "in.firm.example", "casebook", "P0 anyone")
        assert engine.accounts() == [account]
        with engine.session() as session:
            assert not session.closed
        assert session.closed and not engine.closed
        other = engine.session("firm", actor=casecomm.Actor.operator())
    assert engine.closed and other.closed
    engine.close()
    for call in (engine.accounts, lambda: engine.session(), lambda: engine.__enter__(), lambda: list(other.people())):
        with pytest.raises(casecomm.FailedPrecondition) as caught:
            call()
        assert caught.value.reason == "closed"


@pytest.mark.parametrize("shape", [dict, json.dumps, lambda d: json.dumps(d).encode(), lambda d: bytearray(json.dumps(d).encode())])
def test_a_document_is_a_mapping_or_json(shape):
    firm = Firm()
    firm.session.load(shape(FIRM))
    assert [person.id for person in firm.session.people()] == ["c1", "c2", "u1", "u2"]


def test_a_fault_in_a_document_tells_where(firm):
    with pytest.raises(casecomm.InvalidArgument) as caught:
        firm.session.load('{"records": [{"id": "X", "kind": "boat", "name": "x"}]}')
    assert caught.value.subject.startswith("/records/0")
    assert caught.value.position == 33
    assert isinstance(caught.value, ValueError)
    assert str(caught.value) == f"{caught.value.subject}: {caught.value.message} (at byte 33)"


def test_lists_page_by_themselves(firm):
    people = firm.session.people(page_size=3)
    assert [person.id for person in people] == ["c1", "c2", "u1", "u2"]
    assert [person.id for person in people] == ["c1", "c2", "u1", "u2"]
    first = people.page(2)
    second = people.page(limit=100, cursor=first.next)
    assert [p.id for p in first.items + second.items] == ["c1", "c2", "u1", "u2"] and second.next == ""
    assert [record.id for record in firm.session.records()] == ["A", "B", "C"]
    assert [(a.record, a.person, a.role) for a in firm.session.assignments(person="c2")] == [
        ("B", "c2", "client"), ("C", "c2", "client")]
    assert len(list(firm.session.assignments(page_size=1))) == 4
    assert [entry.kind for entry in firm.session.addresses()][:3] == ["record"] * 3
    for limit, cursor in ((0, ""), (-1, ""), (1001, ""), (2**40, ""), (10, "no cursor")):
        with pytest.raises(casecomm.InvalidArgument):
            people.page(limit, cursor)


def test_what_was_filed_is_listed_shown_and_read(firm):
    clock = FixedClock()
    firm = Firm(clock=clock)
    raw = WITH_ATTACHMENT.format(to=firm.session.record_address("A")).encode()
    assert firm.engine.receive(ListSource(casecomm.InboundMail(raw))) == 1
    (thread,) = firm.session.threads("A")
    assert thread.subject == "With a file" and thread.first_at == thread.newest_at
    (message,) = firm.session.messages(thread.id)
    assert message.from_ == ("mara@client.example",)
    assert message.date == datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.timezone.utc)
    assert message.date_s == 1772445600
    assert abs(message.recorded_at - clock.time) < datetime.timedelta(seconds=1)
    assert message.recorded_at_us % 1_000_000 == message.recorded_at.microsecond
    assert firm.session.raw(message.id) == raw
    assert message.attachments[0].filename == "a.bin" and message.attachments[0].size == 4
    assert firm.session.attachment(message.id, 0) == b"\x00\x01\x02\xff"
    file = io.BytesIO()
    assert firm.session.attachment(message.id, 0, to=file) == 4 and file.getvalue() == b"\x00\x01\x02\xff"
    assert firm.session.raw(message.id, to=io.BytesIO()) == len(raw)
    with pytest.raises(casecomm.NotFound) as caught:
        firm.session.attachment(message.id, 1)
    assert caught.value.reason == "no_attachment"
    page = firm.session.show_record("A")
    assert page.threads[0].messages[0].id == message.id
    assert json.loads(page.json())["threads"][0]["id"] == thread.id


def test_a_file_that_takes_bytes_in_parts_gets_all(firm):
    class Trickle:
        got = b""

        def write(self, data):
            self.got += data[:7]
            return len(data[:7])

    decision = firm.file_one()
    file = Trickle()
    firm.session.raw(decision.id, to=file)
    assert file.got == firm.session.raw(decision.id)


def test_route_and_explain_agree(firm):
    raw = firm.to_record()
    routed, explained = firm.session.route(raw), firm.session.explain(raw)
    assert routed.outcome is casecomm.Outcome.FILED
    assert routed.targets == explained.targets
    assert routed.trace == () and explained.trace
    assert "trace" not in json.loads(routed.json()) and "trace" in json.loads(explained.json())
    for like in (bytearray(raw), memoryview(raw), memoryview(bytearray(raw))[:]):
        assert firm.session.route(like) == routed
    for wrong in (raw.decode(), None, 3, [raw]):
        with pytest.raises(TypeError):
            firm.session.route(wrong)
    with pytest.raises(BufferError):
        firm.session.route(memoryview(raw)[::2])


def test_the_envelope_decides_where_it_is_known(casefleet):
    drop = casefleet.session.drop_address("u1")
    raw = mail("ana@firm.example", "mara@client.example")
    assert casefleet.session.route(raw).outcome is casecomm.Outcome.NOT_TRACKED
    assert casefleet.session.route(raw, envelope=[drop]).records == ("A",)
    with pytest.raises(TypeError):
        casefleet.session.route(raw, envelope=drop)


def test_route_many_agrees_with_route(casefleet):
    drop = casefleet.session.drop_address("u1")
    raws = [
        mail("ana@firm.example", "mara@client.example"),
        mail("ana@firm.example", "dike@client.example"),
        mail("x@y.example", "z@y.example"),
        casefleet.to_record("B"),
    ]
    envelopes = [[drop], [drop], None, None]
    batch = casefleet.session.route_many(iter(raws), envelopes=envelopes)
    assert len(batch) == batch.mail_count == 4 and batch.target_count == len(batch.rules) == batch.first_target[4]
    for i, (raw, envelope) in enumerate(zip(raws, envelopes)):
        one = casefleet.session.route(raw, envelope=envelope)
        rows = batch.targets(i)
        assert batch.outcomes[i] == one.outcome
        assert [batch.target_outcomes[row] for row in rows] == [target.outcome for target in one.targets]
        assert [batch.rules[row] for row in rows] == [target.rule for target in one.targets]
        assert [batch.reasons[row] for row in rows] == [target.reason for target in one.targets]
    assert batch.outcomes.format == "i" and batch.outcomes.readonly and list(batch.owners)[0] == "u1"
    assert batch.targets(-1) == batch.targets(3)
    with pytest.raises(IndexError):
        batch.targets(4)


def test_a_batch_filled_anew_takes_nothing_away(firm):
    raws = [firm.to_record("A"), firm.to_record("B")]
    batch = firm.session.route_many(raws)
    outcomes, records, rules = batch.outcomes, batch.records, batch.rules
    before = (list(outcomes), list(records), list(rules))
    assert before[1] == ["A", "B"]
    for _ in range(50):
        assert firm.session.route_many([mail("a@b.example", "c@d.example")] * 500, into=batch) is batch
    assert (list(outcomes), list(records), list(rules)) == before
    assert len(batch) == 500 and set(batch.records) == {None}
    assert records[0] == "A" and records[-1] == "B" and records[0:1] == ("A",) and "B" in records and records.index("B") == 1
    with pytest.raises(IndexError):
        records[2]
    assert len(firm.session.route_many([], into=batch)) == 0 and list(batch.first_target) == [0]


def test_route_many_refuses_what_is_no_list_of_mails(firm):
    raw = firm.to_record()
    for wrong in (raw, 3, [raw, "text"], None):
        with pytest.raises(TypeError):
            firm.session.route_many(wrong)
    for envelopes in ([], [None, None]):
        with pytest.raises(ValueError):
            firm.session.route_many([raw], envelopes=envelopes)
    with pytest.raises(TypeError):
        firm.session.route_many([raw], into=[])


def test_Y02_what_is_stored_is_rehearsed(firm):
    rules = {"casecomm_rules": 1, "name": "hold", "rules": [{"rule": "all", "then": "hold"}]}
    decision = firm.file_one()
    told = []
    firm.session.rehearse_stored(rules, lambda *of: told.append(of))
    assert [(message, now.outcome, then.outcome, differs) for message, now, then, differs in told] == [
        (decision.id, casecomm.Outcome.FILED, casecomm.Outcome.HELD, True)]
    assert [step.rule for step in told[0][2].trace] == ["all"]
    told.clear()
    firm.session.rehearse_stored(firm.session.rules(), lambda *of: told.append(of))
    assert [(now == then, differs) for _, now, then, differs in told] == [(True, False)]

    def refuse(*_):
        raise KeyError("enough")

    with pytest.raises(KeyError):
        firm.session.rehearse_stored(rules, refuse)
    with pytest.raises(TypeError):
        firm.session.rehearse_stored(rules, None)
    with pytest.raises(casecomm.InvalidArgument):
        firm.session.rehearse_stored("{", refuse)
    assert firm.session.explain(firm.to_record("A")).outcome == casecomm.Outcome.DUPLICATE


def test_Y02_Y05_rules_are_set_rehearsed_and_gone_back_from(firm):
    rules = {"casecomm_rules": 1, "name": "hold", "rules": [{"rule": "all", "then": "hold"}]}
    raw = mail("mara@client.example", firm.session.record_address("A"))
    before = firm.session.route(raw)
    then = firm.session.rehearse(raw, rules)
    assert (before.outcome, then.outcome) == (casecomm.Outcome.FILED, casecomm.Outcome.HELD)
    assert [(step.rule, step.matched) for step in then.trace] == [("all", True)]
    assert json.loads(firm.session.rules())["name"] == "casebook"
    for broken in ({**rules, "rules": []}, "{", b"[]", {**rules, "name": 7}):
        with pytest.raises(casecomm.InvalidArgument):
            firm.session.set_rules(broken)
    assert firm.session.route(raw) == before
    firm.session.set_rules(rules)
    assert firm.session.route(raw).targets[0].rule == "all"
    assert json.loads(firm.session.rules()) == rules
    firm.session.set_rules(None)
    assert firm.session.route(raw) == before


def test_a_fault_in_rules_tells_where():
    with pytest.raises(casecomm.InvalidArgument) as caught:
        casecomm.check_rules('{"casecomm_rules": 1, "name": "x", "rules": [{"rule": "a", "then": "reject"}]}')
    assert (caught.value.reason, caught.value.subject, caught.value.position) == ("bad_value", "/rules/0/then", 67)
    rules = json.loads(casecomm.check_rules('{"casecomm_rules": 1, "name": "x", "extends": "mycase"}'))
    assert rules["policy"] == "P4 staff" and rules["rules"][-1]["rule"] == "inbound_held"


def test_unassigned_mail_is_linked(casefleet):
    source = ListSource(casecomm.InboundMail(
        mail("ana@firm.example", "dike@client.example"), envelope=[casefleet.session.drop_address("u1")], path="inbox/1"))
    casefleet.engine.receive(source)
    (waiting,) = casefleet.session.unassigned()
    assert waiting.owner == "u1" and waiting.path == "inbox/1"
    assert {candidate.record for candidate in waiting.candidates} == {"B", "C"}
    decision = casefleet.session.link(waiting.id, ["B"], contact="c2")
    assert decision.outcome is casecomm.Outcome.FILED and decision.records == ("B",)
    assert list(casefleet.session.unassigned()) == []


def test_held_mail_has_a_way_out(casefleet):
    session = casefleet.session
    source = ListSource(casecomm.InboundMail(mail("stranger@new.example", session.record_address("B")), path="inbox/1"))
    casefleet.engine.receive(source)
    (held,) = session.held()
    assert (held.target, held.reason, held.state, held.alert_days) == ("held:record:B", "unknown_sender", casecomm.Outcome.HELD, 0)
    assert json.loads(held.json())["state"] == "held"
    (suggestion,) = session.suggestions(held.id)
    assert suggestion.record == "B" and [reason.word for reason in suggestion.reasons] == ["address_named"]
    assert session.reject(held.id, why="spam").outcome is casecomm.Outcome.REJECTED
    assert [view.id for view in session.held(state=casecomm.Outcome.REJECTED)] == [held.id] and list(session.held()) == []
    session.restore(held.id)
    session.forward(held.id, "all@firm.example", why="not ours")
    assert session.reroute(held.id, ["B"], why="ours").records == ("B",)
    session.withdraw(held.id, why="private", target="record:B")
    session.restore(held.id)
    acts = list(session.acts(held.id))
    assert [act.event for act in acts] == ["rejected", "restored", "forwarded", "rerouted", "withdrawn", "restored"]
    assert acts[0].from_ is casecomm.Outcome.HELD and acts[0].to is casecomm.Outcome.REJECTED and acts[1].why is None
    with pytest.raises(casecomm.FailedPrecondition) as caught:
        session.release(held.id)
    assert caught.value.reason == "no_such_exit"
    with pytest.raises(casecomm.InvalidArgument):
        list(session.held(state=casecomm.Outcome.FILED))


def test_late_matches_are_offered(casefleet):
    session = casefleet.session
    casefleet.engine.receive(ListSource(casecomm.InboundMail(
        mail("stranger@new.example", session.record_address("B")), path="inbox/1")))
    assert list(session.late_matches()) == []
    session.load({"people": [{"id": "n", "kind": "contact", "name": "New", "emails": ["stranger@new.example"]}]})
    (match,) = session.late_matches()
    assert match.targets[0].record == "B" and "stranger@new.example" in match.changes[0]
    assert session.release(match.id).records == ("B",)
    assert list(session.late_matches()) == []


def test_values_compare_hash_and_show_themselves(firm):
    raw = firm.to_record()
    one, two = firm.session.explain(raw), firm.session.explain(raw)
    assert one == two and hash(one) == hash(two) and one != firm.session.explain(mail("a@b.example", "c@d.example"))
    assert one != "text" and len({one, two}) == 1
    person = next(iter(firm.session.people()))
    assert repr(person) == "PersonView(id='c1', kind='contact', name='Mara Hale', emails=('mara@client.example',))"
    match person:
        case casecomm.PersonView(id, kind):
            assert (id, kind) == ("c1", "contact")
    with pytest.raises(AttributeError):
        person.id = "other"
    assert repr(casecomm.Actor.person("u1")) == "Actor.person('u1')" and casecomm.Actor.person("u1") == casecomm.Actor.person("u1")
    assert casecomm.Actor.operator() != casecomm.Actor.person("operator")
    # Parts of a value outlive it.
    targets = firm.session.explain(raw).targets
    assert targets[0].record == "A"


def test_actors_see_what_they_may(firm):
    ben = firm.engine.session("firm", actor=casecomm.Actor.person("u2"))
    ana = firm.engine.session("firm", actor=casecomm.Actor.person("u1"))
    assert [record.id for record in ana.records()] == ["A"] and list(ben.records()) == []
    with pytest.raises((casecomm.PermissionDenied, casecomm.NotFound)):
        ben.show_record("A")
    with pytest.raises(casecomm.PermissionDenied):
        ana.explain(firm.to_record())
    with pytest.raises(TypeError):
        firm.engine.session("firm", actor="u1")


def test_a_sqlite_file_is_opened_again():
    with tempfile.TemporaryDirectory() as folder:
        path, keys = pathlib.Path(folder, "caf\u00e9.db"), casecomm.KeyRing.generate()
        with pytest.raises(casecomm.NotFound) as caught:
            casecomm.Engine(casecomm.SqliteStore(path), keys)
        assert "caf\u00e9.db" in caught.value.subject and isinstance(caught.value, LookupError)
        store = casecomm.SqliteStore(path, create=True, busy_timeout=datetime.timedelta(seconds=5))
        with casecomm.Engine(store, keys) as engine:
            engine.create_account("firm", domain="in.firm.example", preset="casebook")
        with pytest.raises(casecomm.FailedPrecondition) as caught:
            casecomm.Engine(store, keys)
        assert caught.value.reason == "store_used"
        with casecomm.Engine(casecomm.SqliteStore(str(path), busy_timeout=0.5), keys) as engine:
            assert engine.accounts()[0].name == "firm"
        with pytest.raises(casecomm.FailedPrecondition) as caught:
            casecomm.Engine(casecomm.SqliteStore(path), casecomm.KeyRing.generate())
        assert caught.value.reason == "wrong_keys"
        for wrong in (-1, float("nan"), 1e12):
            with pytest.raises(ValueError):
                casecomm.SqliteStore(path, busy_timeout=wrong)
        with pytest.raises(TypeError):
            casecomm.SqliteStore(path, busy_timeout="long")


def test_files_are_a_source(firm):
    with tempfile.TemporaryDirectory() as folder:
        for i in range(3):
            pathlib.Path(folder, f"{i}.eml").write_bytes(firm.to_record(subject=f"Mail {i}"))
        seen = []
        source = casecomm.FileSource(pathlib.Path(folder))
        assert source.name == "files" and isinstance(source, casecomm.Source)
        assert firm.engine.receive(source, on_received=lambda m, d: seen.append((m.path, d.outcome))) == 3
        assert seen == [(f"{folder}/{i}.eml", casecomm.Outcome.FILED) for i in range(3)]
        again = casecomm.FileSource([f"{folder}/2.eml", f"{folder}/0.eml"], envelope=["a@b.example"])
        first = again.next(1)
        assert [m.path for m in first + again.next(10)] == [f"{folder}/2.eml", f"{folder}/0.eml"]
        assert first[0].envelope == ("a@b.example",) and again.next(10) == []
        again.committed(first)
        with pytest.raises(casecomm.NotFound):
            casecomm.FileSource(folder + "/none").next(1)


def test_keys_show_no_secret():
    ring = casecomm.KeyRing.generate()
    text = ring.format()
    secret = text.splitlines()[1].split()[1]
    assert len(secret) == 64 and secret not in repr(ring) and secret not in str(ring) and ring.ids == (0,)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            take(ring)
        assert secret not in str(caught.value)
    assert casecomm.KeyRing.parse(text).format() == casecomm.KeyRing.parse(text.encode()).format() == text
    with pytest.raises(casecomm.InvalidArgument) as caught:
        casecomm.KeyRing.parse(text.replace(secret[:4], "zzzz"))
    assert caught.value.position is not None and secret[8:] not in repr(caught.value)


def test_a_draft_refuses_what_is_too_large():
    draft = casecomm.AttachmentDraft(file_bytes_below=100, total_bytes_below=150)
    assert draft.add("a", 99).accepted and not draft.add("b", 100).accepted
    verdict = draft.add("c", 51)
    assert (verdict.accepted, verdict.reason) == (False, "total_too_large")
    assert draft.files == (("a", 99),) and draft.total_bytes == 99
    draft.remove(0)
    draft.remove(5)
    assert draft.files == ()


def test_words_are_the_librarys(firm):
    decision = firm.session.route(firm.to_record())
    assert json.loads(decision.json())["outcome"] == str(decision.outcome) == "filed"
    assert casecomm.Outcome(7) is casecomm.Outcome.NOT_TRACKED and str(casecomm.EventKind.ACCOUNT_CREATED) == "account_created"


def test_accounts_are_checked_without_a_store():
    casecomm.Engine.check_account("firm", domain="in.firm.example", preset="casebook")
    for name, domain, preset, kind in (("", "a.example", "casebook", casecomm.InvalidArgument),
                                       ("firm", "a", "casebook", casecomm.InvalidArgument),
                                       ("firm", "a.example", "other", casecomm.NotFound)):
        with pytest.raises(kind):
            casecomm.Engine.check_account(name, domain=domain, preset=preset)


def test_wrong_python_types_are_type_errors(firm):
    keys = casecomm.KeyRing.generate()
    for make in (lambda: casecomm.Engine("store", keys), lambda: casecomm.Engine(casecomm.MemoryStore(), "keys"),
                 lambda: casecomm.Engine(casecomm.MemoryStore(), keys, clock=3),
                 lambda: casecomm.Engine(casecomm.MemoryStore(), keys, random=3),
                 lambda: casecomm.Engine(casecomm.MemoryStore(), keys, observer=print),
                 lambda: firm.engine.receive([]), lambda: firm.engine.receive(ListSource(), on_received=3),
                 lambda: firm.session.load(3), lambda: firm.session.load([1]), lambda: casecomm.submit(None, None),
                 lambda: firm.session.record_address(3), lambda: casecomm.Session(), lambda: casecomm.scan("text")):
        with pytest.raises(TypeError):
            make()
