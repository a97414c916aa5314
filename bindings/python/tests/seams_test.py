# SPDX-License-Identifier: Apache-2.0
"""Seams written in Python: what they are given, and how what they raise arrives."""

import datetime
import gc
import sys
import threading
import traceback
import weakref

import pytest
from conftest import Firm, FixedClock, ListSource, mail
from dict_store import DictStore

import casecomm


class Trouble(Exception):
    pass


class FailingStore(DictStore):
    """Raises `failure` when it is asked for the n-th time from now."""

    failure = None
    left = 0
    verbs = ("read", "commit")
    closed = 0

    def _ask(self, verb):
        if self.failure is not None and verb in self.verbs:
            self.left -= 1
            if self.left <= 0:
                raise self.failure

    def open(self, schema):
        self._ask("open")
        super().open(schema)

    def read(self, queries):
        self._ask("read")
        return super().read(queries)

    def commit(self, batches):
        self._ask("commit")
        return super().commit(batches)

    def close(self):
        self.closed += 1


def test_a_store_in_python_carries_a_firm():
    store = FailingStore()
    firm = Firm(store=store)
    decision = firm.file_one()
    assert decision.outcome is casecomm.Outcome.FILED
    assert firm.session.show_record("A").threads[0].messages[0].id == decision.id
    assert len(firm.session.raw(decision.id)) > 100
    firm.engine.close()
    assert store.closed == 1


EXCEPTIONS = [Trouble("own"), KeyboardInterrupt(), SystemExit(3), MemoryError(), casecomm.Unavailable("later", reason="mine"),
              casecomm.Error("plain"), GeneratorExit(), StopIteration(1), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")]


@pytest.mark.parametrize("failure", EXCEPTIONS, ids=lambda e: type(e).__name__)
def test_what_a_store_raises_arrives_unchanged(failure):
    """At every step of every verb: the same object, with the traceback of where it was raised."""
    store = FailingStore()
    firm = Firm(store=store)
    raw, address = firm.to_record(), firm.session.record_address("A")
    verbs = {
        "load": lambda: firm.session.load({"people": [{"id": "new", "kind": "contact", "name": "New"}]}),
        "address": lambda: firm.session.record_address("A"),
        "route": lambda: firm.session.route(raw),
        "route_many": lambda: firm.session.route_many([raw] * 3),
        "explain": lambda: firm.session.explain(raw),
        "people": lambda: firm.session.people().page(1),
        "show": lambda: firm.session.show_record("A"),
        "receive": lambda: firm.engine.receive(ListSource(casecomm.InboundMail(raw))),
        "accounts": lambda: firm.engine.accounts(),
        "session": lambda: firm.engine.session("firm"),
    }
    raised = 0
    for name, verb in verbs.items():
        for step in range(1, 30):
            store.failure, store.left = failure, step
            try:
                verb()
            except BaseException as caught:
                assert caught is failure, (name, step, caught)
                assert any(frame.name == "_ask" for frame in traceback.extract_tb(caught.__traceback__))
                caught.__traceback__ = None
                raised += 1
            if store.left > 0:
                break
        store.failure = None
        assert firm.session.record_address("A") == address  # nothing of it stays
    assert raised >= len(verbs)
    firm.engine.close()


def test_a_store_that_fails_to_open_is_closed():
    store = FailingStore()
    store.failure, store.left, store.verbs = Trouble(), 1, ("open",)
    with pytest.raises(Trouble) as caught:
        casecomm.Engine(store, casecomm.KeyRing.generate())
    assert caught.value is store.failure and store.closed == 1


def test_a_lost_race_is_the_librarys_to_settle():
    class Losing(DictStore):
        lose = 0

        def commit(self, batches):
            if self.lose:
                self.lose -= 1
                return [casecomm.BatchOutcome(casecomm.Aborted("lost"), 0) for _ in batches]
            return super().commit(batches)

    store, seen = Losing(), []
    firm = Firm(store=store)
    store.lose = 2
    assert firm.file_one().outcome is casecomm.Outcome.FILED
    assert store.lose == 0
    firm.engine.close()


@pytest.mark.parametrize("answer, kind", [
    (lambda queries: 3, TypeError),
    (lambda queries: None, TypeError),
    (lambda queries: [], ValueError),
    (lambda queries: [3] * len(queries), TypeError),
    (lambda queries: [[(1, b"", 0, 1)]] * len(queries), TypeError),
    (lambda queries: [[casecomm.Row((1, 2.5), b"", 0, 1)]] * len(queries), TypeError),
    (lambda queries: [[casecomm.Row((1, 2**64), b"", 0, 1)]] * len(queries), ValueError),
    (lambda queries: [[casecomm.Row((1, "\udc80"), b"", 0, 1)]] * len(queries), UnicodeEncodeError),
    (lambda queries: [[casecomm.Row((1, "x"), "text", 0, 1)]] * len(queries), TypeError),
    (lambda queries: [[casecomm.Row((1, "x"), b"", -1, 1)]] * len(queries), ValueError),
    (lambda queries: [[casecomm.Row((1, "x"), b"", "0", 1)]] * len(queries), TypeError),
])
def test_a_store_that_reads_wrong_things_is_told(answer, kind):
    class Wrong(DictStore):
        wrong = False

        def read(self, queries):
            return answer(queries) if self.wrong else super().read(queries)

    store = Wrong()
    firm = Firm(store=store)
    store.wrong = True
    with pytest.raises(kind) as caught:
        firm.session.show_record("A")
    assert type(caught.value) is kind and str(caught.value)
    firm.engine.close()


def test_rows_that_are_not_the_schemas_do_no_harm():
    class Short(DictStore):
        wrong = False

        def read(self, queries):
            answers = super().read(queries)
            if self.wrong:
                answers = [a if isinstance(a, int) else [row._replace(columns=row.columns[:1]) for row in a] for a in answers]
            return answers

    store = Short()
    firm = Firm(store=store)
    store.wrong = True
    with pytest.raises(casecomm.Error):
        list(firm.session.records())
    firm.engine.close()


@pytest.mark.parametrize("answer, kind", [
    (lambda batches: None, TypeError),
    (lambda batches: [], ValueError),
    (lambda batches: [None, None, None, None], ValueError),
    (lambda batches: [True], TypeError),
    (lambda batches: [casecomm.BatchOutcome("no error")], TypeError),
])
def test_a_store_that_commits_wrong_things_is_told(answer, kind):
    class Wrong(DictStore):
        wrong = False

        def commit(self, batches):
            return answer(batches) if self.wrong else super().commit(batches)

    store = Wrong()
    firm = Firm(store=store)
    store.wrong = True
    with pytest.raises(kind):
        firm.session.load({"people": [{"id": "new", "kind": "contact", "name": "New"}]})
    firm.engine.close()


def test_a_source_gets_its_own_objects_back(firm):
    class Numbered(casecomm.InboundMail):
        pass

    mails = [Numbered(firm.to_record(subject=str(i)), transport_key=f"uid-{i}", path=f"INBOX/{i}") for i in range(40)]
    source, told = ListSource(*mails), []
    assert firm.engine.receive(source, on_received=lambda m, d: told.append(m)) == 40
    for got in (source.acknowledged, told):
        assert len(got) == 40 and all(one is wanted for one, wanted in zip(got, mails))


def test_what_a_source_raises_arrives_unchanged(firm):
    failure = Trouble()
    good = casecomm.InboundMail(firm.to_record())

    class Failing(ListSource):
        def next(self, limit):
            yield good
            raise failure

    source = Failing()
    with pytest.raises(Trouble) as caught:
        firm.engine.receive(source)
    assert caught.value is failure and source.acknowledged == [good]

    class NotAcknowledging(ListSource):
        def committed(self, mails):
            raise failure

    with pytest.raises(Trouble) as caught:
        firm.engine.receive(NotAcknowledging(casecomm.InboundMail(firm.to_record(subject="Other"))))
    assert caught.value is failure
    assert len(list(firm.session.threads("A"))) == 2  # filed all the same


@pytest.mark.parametrize("answer, kind", [(None, TypeError), ([b"raw"], TypeError), ([casecomm.InboundMail("text")], TypeError),
                                          ([casecomm.InboundMail(b"x")] * 5000, ValueError)])
def test_a_source_that_gives_wrong_things_is_told(firm, answer, kind):
    class Wrong(ListSource):
        def next(self, limit):
            return answer

    with pytest.raises(kind):
        firm.engine.receive(Wrong())


def test_what_on_received_raises_ends_the_receiving_unacknowledged(firm):
    failure = Trouble()
    source, told = ListSource(*[casecomm.InboundMail(firm.to_record(subject=str(i))) for i in range(3)]), []

    def on_received(mail, decision):
        told.append(mail)
        raise failure

    with pytest.raises(Trouble) as caught:
        firm.engine.receive(source, on_received=on_received)
    assert caught.value is failure and len(told) == 1 and source.acknowledged == []
    assert len(list(firm.session.threads("A"))) == 3


def test_a_seam_may_call_the_library(firm):
    inner = []

    def on_received(mail, decision):
        with pytest.raises(casecomm.NotFound):
            firm.session.show_record("none")
        inner.append(firm.session.explain(mail.raw).outcome)

    assert firm.engine.receive(ListSource(casecomm.InboundMail(firm.to_record())), on_received=on_received) == 1
    assert inner == [casecomm.Outcome.DUPLICATE]


def test_a_session_within_its_own_call_is_busy(firm):
    decision = firm.file_one()

    class Reentrant:
        def write(self, data):
            with pytest.raises(casecomm.FailedPrecondition) as caught:
                firm.session.raw(decision.id)
            self.reason = caught.value.reason

    file = Reentrant()
    firm.session.raw(decision.id, to=file)
    assert file.reason == "busy"

    class Closing:
        def write(self, data):
            firm.engine.close()

    firm.session.raw(decision.id, to=Closing())
    assert firm.session.closed


def test_what_a_file_raises_arrives_unchanged(firm):
    failure = OSError(28, "No space left on device")

    class Full:
        def write(self, data):
            raise failure

    with pytest.raises(OSError) as caught:
        firm.session.raw(firm.file_one().id, to=Full())
    assert caught.value is failure
    with pytest.raises(AttributeError):
        firm.session.raw("x", to=3)


def test_a_clock_that_raises_is_heard(firm):
    class Broken(FixedClock):
        failure = None

        def now(self):
            if self.failure:
                raise self.failure
            return super().now()

    clock = Broken()
    broken = Firm(clock=clock)
    clock.failure = Trouble()
    with pytest.raises(Trouble) as caught:
        broken.file_one()
    assert caught.value is clock.failure
    clock.failure = None
    assert len(list(broken.session.threads("A"))) == 1  # what was committed stands

    class Naive(casecomm.Clock):
        def now(self):
            return datetime.datetime(2026, 1, 1)

    class Text(casecomm.Clock):
        def now_us(self):
            return "now"

    for wrong in (Naive(), Text()):
        with pytest.raises(TypeError):
            Firm(clock=wrong)
    with pytest.raises(NotImplementedError):
        Firm(clock=casecomm.Clock())


def test_random_bytes_come_from_the_seam():
    class Counting(casecomm.Random):
        n = 0

        def fill(self, size):
            self.n += 1
            return self.n.to_bytes(8, "big") * (size // 8) + b"\x07" * (size % 8)

    assert casecomm.KeyRing.generate(random=Counting()).format() == casecomm.KeyRing.generate(random=Counting()).format()
    failure = Trouble()
    for answer, kind in ((b"short", ValueError), ("text" * 8, TypeError), (failure, Trouble)):
        class Wrong(casecomm.Random):
            def fill(self, size):
                if isinstance(answer, Exception):
                    raise answer
                return answer

        with pytest.raises(kind) as caught:
            casecomm.KeyRing.generate(random=Wrong())
        assert kind is not Trouble or caught.value is failure


def test_an_observer_is_told_and_what_it_raises_is_reported(monkeypatch):
    class Watching(casecomm.Observer):
        def __init__(self):
            self.events = []

        def notice(self, event):
            self.events.append(event)

    observer, clock = Watching(), FixedClock()
    firm = Firm(observer=observer, clock=clock)
    decision = firm.file_one()
    kinds = [event.kind for event in observer.events]
    assert kinds == [casecomm.EventKind.ACCOUNT_CREATED, casecomm.EventKind.LOADED, casecomm.EventKind.RECEIVED]
    last = observer.events[-1]
    assert (last.account, last.subject, last.decision) == ("firm", decision.id, decision) and last.at == clock.time

    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: reported.append(what.exc_value))
    failure = Trouble()

    class Raising(casecomm.Observer):
        def notice(self, event):
            raise failure

    raising = Firm(observer=Raising())
    assert raising.file_one().outcome is casecomm.Outcome.FILED
    assert len(reported) == 3 and all(one is failure for one in reported)


def test_a_mail_sink_sends_and_answers():
    State = casecomm.DeliveryState

    class Sink(casecomm.MailSink):
        def __init__(self, answer):
            self.answer = answer

        def send(self, mail):
            self.mail = mail
            return self.answer(mail) if callable(self.answer) else self.answer

    mail = casecomm.OutboundMail(b"From: a@b.example\r\n\r\nHi \xff", ["x@y.example", "z@y.example"], "a@b.example")
    sent = casecomm.RecipientResult(State.SENT, 250, "ok")
    sink = Sink([sent])
    assert casecomm.submit(sink, mail).recipients == (sent, casecomm.RecipientResult())
    assert sink.mail == mail
    assert casecomm.submit(Sink(casecomm.Delivery((sent, sent), "new@id")), mail) == casecomm.Delivery((sent, sent), "new@id")
    for wrong in (None, [250], 3):
        with pytest.raises(TypeError):
            casecomm.submit(Sink(wrong), mail)
    with pytest.raises(ValueError):
        casecomm.submit(Sink([casecomm.RecipientResult(9)]), mail)
    for bad in (casecomm.OutboundMail(b"", ["x@y.example"]), casecomm.OutboundMail(b"x", []), casecomm.OutboundMail(b"x", ["x y"])):
        sink = Sink([])
        with pytest.raises(casecomm.InvalidArgument):
            casecomm.submit(sink, bad)
        assert not hasattr(sink, "mail")
    with pytest.raises(TypeError):
        casecomm.OutboundMail(b"x", "x@y.example")

    failure = Trouble()

    def fail(mail):
        raise failure

    with pytest.raises(Trouble) as caught:
        casecomm.submit(Sink(fail), mail)
    assert caught.value is failure


def test_a_sink_that_fails_half_way_settles_what_it_yielded(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: reported.append(what.exc_value))
    failure = Trouble()

    class Half(casecomm.MailSink):
        def send(self, mail):
            yield casecomm.RecipientResult(casecomm.DeliveryState.SENT, 250)
            raise failure

    delivery = casecomm.submit(Half(), casecomm.OutboundMail(b"x", ["x@y.example", "z@y.example"]))
    assert [result.state.name for result in delivery.recipients] == ["SENT", "UNKNOWN"]
    assert reported == [failure]  # it did not arrive, and did not vanish


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(1)], ids=lambda e: type(e).__name__)
def test_an_interrupt_arrives_even_if_the_library_could_do_without(failure):
    class Interrupted(casecomm.MailSink):
        def send(self, mail):
            yield casecomm.RecipientResult(casecomm.DeliveryState.SENT, 250)
            raise failure

    with pytest.raises(type(failure)) as caught:
        casecomm.submit(Interrupted(), casecomm.OutboundMail(b"x", ["x@y.example", "z@y.example"]))
    assert caught.value is failure


def test_seams_are_released_with_their_engine():
    store, clock = FailingStore(), FixedClock()

    class Quiet(casecomm.Observer):
        def notice(self, event):
            pass

    observer = Quiet()
    counts = [sys.getrefcount(seam) for seam in (store, clock, observer)]
    firm = Firm(store=store, clock=clock, observer=observer)
    firm.file_one()
    assert [sys.getrefcount(seam) for seam in (store, clock, observer)] > counts
    firm.engine.close()
    assert [sys.getrefcount(seam) for seam in (store, clock, observer)] == counts


def test_a_cycle_through_a_seam_is_collected():
    store = FailingStore()
    firm = Firm(store=store)
    store.firm = firm  # the store holds the engine and its session, which hold the store
    gone = weakref.ref(store)
    del store, firm
    gc.collect()
    assert gone() is None


def test_a_session_keeps_its_engine_alive():
    store = FailingStore()
    session = Firm(store=store).session
    gc.collect()
    assert store.closed == 0 and len(list(session.people())) == 4
    del session
    gc.collect()
    assert store.closed == 1


def test_an_engine_let_go_in_a_thread_closes_its_store_there():
    store = FailingStore()
    holder = [Firm(store=store)]

    def let_go():
        holder.clear()
        gc.collect()

    thread = threading.Thread(target=let_go)
    thread.start()
    thread.join()
    assert store.closed == 1


def test_seams_that_leave_a_verb_out_cannot_be_made():
    for seam in (casecomm.Store, casecomm.Source, casecomm.MailSink, casecomm.Random, casecomm.Observer):
        with pytest.raises(TypeError):
            seam()
