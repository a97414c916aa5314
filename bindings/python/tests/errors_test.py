# SPDX-License-Identifier: Apache-2.0
"""Every kind of failure is an exception of its own, both ways through a seam."""

import copy
import pickle

import pytest
from dict_store import DictStore

import casecomm

KINDS = sorted(casecomm.Error.__subclasses__(), key=lambda kind: kind.code)


def test_each_code_has_its_class():
    assert [kind.code for kind in KINDS] == list(casecomm.Code) == list(range(1, 17))
    for kind in KINDS:
        assert getattr(casecomm, kind.__name__) is kind and kind.__module__ == "casecomm" and kind.__doc__
        assert kind.__name__ == kind.code.name.title().replace("_", "")
    assert casecomm.Error.code == casecomm.Code.UNKNOWN


class Failing(DictStore):
    failure = None

    def read(self, queries):
        if self.failure:
            # Raised anew on a way where the object is lost: what an outcome tells is a status of the library's.
            raise self.failure
        return super().read(queries)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_arrives_from_a_store(kind):
    store = Failing()
    with casecomm.Engine(store, casecomm.KeyRing.generate()) as engine:
        store.failure = kind("told by the host", reason="own_reason", subject="a/subject", position=7)
        with pytest.raises(kind) as caught:
            engine.accounts()
    assert caught.value is store.failure


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_comes_out_of_an_outcome(kind):
    """A batch's outcome may be taken apart by the library: the fields arrive whatever becomes of the object."""

    class Refusing(DictStore):
        outcome = None

        def commit(self, batches):
            return [self.outcome] * len(batches) if self.outcome else super().commit(batches)

    store = Refusing()
    with casecomm.Engine(store, casecomm.KeyRing.generate()) as engine:
        store.outcome = casecomm.BatchOutcome(kind("told by the host", reason="own_reason", subject="a/subject"))
        with pytest.raises(casecomm.Error) as caught:
            engine.create_account("firm", domain="in.firm.example", preset="casebook")
    if kind is not casecomm.Aborted:  # a lost race is the library's to tell
        assert type(caught.value) is kind and caught.value.reason == "own_reason"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
def test_an_error_is_copied_and_pickled_whole(again):
    error = casecomm.NotFound("was not there", reason="no_record", subject="R\n9", position=3)
    error.note = "mine"
    other = again(error)
    assert type(other) is casecomm.NotFound
    assert (other.message, other.reason, other.subject, other.position, other.note) == (
        "was not there", "no_record", "R\n9", 3, "mine")
    assert str(other) == "R\\x0a9: was not there (at byte 3)"
    assert repr(error) == "NotFound('was not there', reason='no_record', subject='R\\n9', position=3)"


def test_what_may_pass_is_known():
    assert {kind.__name__ for kind in KINDS if kind().transient} == {
        "Unavailable", "Aborted", "DeadlineExceeded", "ResourceExhausted"}
    assert str(casecomm.Unavailable()) == "unavailable"


def test_broken_errors_do_no_harm():
    class Odd(casecomm.NotFound):
        code = 4711

    class Bare(casecomm.NotFound):
        def __init__(self):
            pass  # no attributes at all

    store = Failing()
    with casecomm.Engine(store, casecomm.KeyRing.generate()) as engine:
        for store.failure in (Odd("x"), Bare(), casecomm.NotFound("\udc80")):
            with pytest.raises(casecomm.NotFound) as caught:
                engine.accounts()
            assert caught.value is store.failure
