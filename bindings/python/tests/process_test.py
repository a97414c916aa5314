# SPDX-License-Identifier: Apache-2.0
"""Forks, threads, the end of the interpreter, and memory over many calls."""

import gc
import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from conftest import Firm, FixedClock, ListSource, mail
from dict_store import DictStore

import casecomm

# How often the loops run; the whole takes 100,000.
LOOPS = int(os.environ.get("CASECOMM_PYTHON_LOOPS", "1000"))


def in_child(act):
    """What `act` answers in a forked child, as a str; the child must end well and soon."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, str(act()).encode())
        finally:
            os._exit(0)
    os.close(write)
    deadline = time.monotonic() + 60
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise AssertionError("the child hung")
        time.sleep(0.01)
    with os.fdopen(read) as file:
        answer = file.read()
    assert status == 0
    return answer


@pytest.mark.parametrize("store", [casecomm.MemoryStore, DictStore])
def test_an_engine_does_not_survive_a_fork(store):
    firm = Firm(store=store())
    raw = firm.to_record()

    def reason(call):
        try:
            call()
        except casecomm.FailedPrecondition as e:
            return e.reason
        return "nothing"

    source = casecomm.FileSource(__file__, any_file=True)
    calls = [
        lambda: firm.session.route(raw), lambda: firm.session.route_many([raw]), lambda: firm.engine.accounts(),
        lambda: firm.engine.session("firm"), lambda: list(firm.session.people()),
        lambda: firm.engine.receive(ListSource(casecomm.InboundMail(raw))), lambda: source.next(1),
    ]
    assert in_child(lambda: [reason(call) for call in calls]) == str(["forked"] * len(calls))

    def let_go():
        firm.session.close()
        firm.engine.close()
        gc.collect()
        other = Firm()  # a new one is fine
        return other.file_one().outcome

    assert in_child(let_go) == "filed"
    assert firm.file_one().outcome is casecomm.Outcome.FILED  # the parent's goes on
    firm.engine.close()


def run_program(text, check=0):
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(text)], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


PROGRAM = """
    import atexit, sys, threading, casecomm
    from conftest import Firm, FixedClock, ListSource
    from dict_store import DictStore
    class Watching(casecomm.Observer):
        def notice(self, event): pass
"""


@pytest.mark.parametrize("ending", [
    "firm = Firm(store=DictStore(), clock=FixedClock(), observer=Watching())",
    "firm = Firm(store=DictStore()); firm.cycle = firm; firm.engine_again = firm.engine; pages = firm.session.people()",
    "firm = Firm(); source = ListSource(); source.firm = firm; sys.firm = firm; iterator = iter(firm.session.people()); next(iterator)",
    "firm = Firm(); atexit.register(lambda: firm.file_one()); sys.exit(0)",
    "firm = Firm(store=DictStore()); firm.batch = firm.session.route_many([firm.to_record()]); rules = firm.batch.rules",
])
def test_the_interpreter_ends_well_with_live_objects(ending):
    assert run_program(PROGRAM + "\n    " + ending) == ("", "")


def test_the_interpreter_ends_well_while_threads_call():
    """Daemon threads in the library and in seams when the main thread ends, again and again."""
    for store in ("DictStore()", "casecomm.MemoryStore()"):
        for _ in range(3):
            out, err = run_program(PROGRAM + f"""
                firm = Firm(store={store}, clock=FixedClock(), observer=Watching())
                raw = firm.to_record()
                begun = threading.Barrier(5)
                def work(n):
                    session = firm.engine.session("firm")
                    begun.wait()
                    while True:
                        session.route_many([raw] * 50)
                        firm.engine.receive(ListSource(casecomm.InboundMail(raw + str(n).encode())))
                        n += 4
                for n in range(4): threading.Thread(target=work, args=(n,), daemon=True).start()
                begun.wait()
                for _ in range(20): firm.session.explain(raw)
            """.replace("\n            ", "\n"))
            assert "Fatal" not in err and "terminate" not in err, err


def test_an_interrupt_ends_a_receiving():
    out, _ = run_program(PROGRAM + """
    import os, signal
    firm = Firm()
    class Endless(casecomm.Source):
        name, n = "endless", 0
        def next(self, limit):
            self.n += 1
            if self.n == 3: os.kill(os.getpid(), signal.SIGINT)
            return [casecomm.InboundMail(firm.to_record(subject=str(self.n)))]
        def committed(self, mails): pass
    try:
        firm.engine.receive(Endless())
    except KeyboardInterrupt:
        print("interrupted")
    """)
    assert out == "interrupted\n"


def test_many_threads_with_sessions_of_their_own():
    for store in (casecomm.MemoryStore(), DictStore()):
        firm = Firm(store=store, clock=FixedClock())
        wanted, failures = firm.session.route(firm.to_record("B")).targets, []
        raws = [firm.to_record("B")] * 20

        def work(number):
            try:
                session = firm.engine.session("firm")
                for i in range(6):
                    assert session.route(raws[0]).targets == wanted
                    batch = session.route_many(raws)
                    assert set(batch.records) == {"B"}
                    raw = mail("mara@client.example", firm_address, subject=f"{number}.{i}")
                    assert firm.engine.receive(ListSource(casecomm.InboundMail(raw))) == 1
                    assert len(list(session.people(page_size=2))) == 4
                    with pytest.raises(casecomm.NotFound):
                        session.show_record("none")
            except BaseException as e:
                failures.append(e)

        firm_address = firm.session.record_address("A")
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(list(firm.session.threads("A"))) == 48
        firm.engine.close()


def test_one_session_in_two_threads_is_busy_not_broken():
    firm = Firm()
    raws, answers, stop = [firm.to_record()] * 400, [], threading.Event()

    def work():
        while not stop.is_set():
            try:
                answers.append(len(firm.session.route_many(raws)))
            except casecomm.FailedPrecondition as e:
                answers.append(e.reason)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while {400, "busy"} - set(answers) and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(answers) == {400, "busy"}


def test_closing_while_threads_call_ends_them_well():
    firm, reasons = Firm(store=DictStore()), []
    raws = [firm.to_record()] * 50

    def work():
        session = firm.engine.session("firm")
        try:
            while True:
                session.route_many(raws)
                list(session.records())
        except casecomm.FailedPrecondition as e:
            reasons.append(e.reason)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    firm.engine.close()
    for thread in threads:
        thread.join(60)
    assert reasons == ["closed"] * 4


def test_other_threads_run_while_the_library_works():
    firm, counted = Firm(), []
    raws = [firm.to_record()] * 20_000
    begun, ended = threading.Event(), threading.Event()

    def count():
        begun.set()
        while not ended.is_set():
            counted.append(time.monotonic())
            time.sleep(0)

    thread = threading.Thread(target=count)
    thread.start()
    begun.wait()
    before = time.monotonic()
    firm.session.route_many(raws)
    after = time.monotonic()
    ended.set()
    thread.join()
    # Without it the thread comes in once, or twice, around the call.
    assert len([t for t in counted if before + (after - before) / 4 < t < after - (after - before) / 4]) > 3


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def does_not_grow(act, loops, slack=1 << 20):
    """Memory after a warm-up of a quarter, and after the rest, with all garbage collected."""
    for _ in range(max(loops // 4, 50)):
        act()
    gc.collect()
    before, objects = resident(), len(gc.get_objects())
    for _ in range(loops):
        act()
    gc.collect()
    assert len(gc.get_objects()) - objects < 200
    assert resident() - before < slack


def test_opening_and_closing_does_not_grow():
    keys = casecomm.KeyRing.generate()

    class Quiet(casecomm.Observer):
        def notice(self, event):
            pass

    def act():
        with casecomm.Engine(DictStore(), keys, clock=FixedClock(), observer=Quiet()) as engine:
            engine.create_account("firm", domain="in.firm.example", preset="casebook")
            with engine.session() as session:
                session.load({"records": [{"id": "A", "kind": "case", "name": "A"}]})
                raw = mail("a@b.example", session.record_address("A"))
                assert session.explain(raw).records == ("A",)
                assert engine.receive(ListSource(casecomm.InboundMail(raw))) == 1
                assert len(list(session.records())) == 1

    does_not_grow(act, LOOPS // 2)


def test_asking_does_not_grow():
    firm = Firm(store=DictStore(), clock=FixedClock())
    raw, batch = firm.to_record(), casecomm.RoutedBatch()
    firm.file_one()

    def act():
        decision = firm.session.explain(raw)
        assert hash(decision) and decision.json() and repr(decision)
        firm.session.route_many([raw, bytearray(raw)], envelopes=[None, ["a@b.example"]], into=batch)
        assert list(batch.rules) and batch.outcomes[0]
        assert len(list(firm.session.people(page_size=2))) == 4
        assert firm.session.show_record("A").threads[0].messages[0].recorded_at
        casecomm.scan(raw).json()

    does_not_grow(act, LOOPS)
    firm.engine.close()


def test_failing_does_not_grow():
    class Failing(DictStore):
        failing = False

        def read(self, queries):
            if self.failing:
                raise ZeroDivisionError
            return super().read(queries)

    store = Failing()
    firm = Firm(store=store)

    def act():
        store.failing = True
        for call in (lambda: firm.session.show_record("A"), lambda: firm.engine.accounts()):
            try:
                call()
            except ZeroDivisionError:
                pass
            else:
                raise AssertionError
        store.failing = False
        for call, kind in ((lambda: firm.session.show_record("none"), casecomm.NotFound),
                           (lambda: firm.session.route(3), TypeError),
                           (lambda: firm.session.people().page(0), casecomm.InvalidArgument)):
            try:
                call()
            except kind:
                pass
            else:
                raise AssertionError

    does_not_grow(act, LOOPS)
    firm.engine.close()
