# SPDX-License-Identifier: Apache-2.0
"""The stubs are what is there, a strict client passes, a wrong one does not; examples in docstrings run."""

import doctest
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile

import pytest

import casecomm

HERE = pathlib.Path(__file__).resolve().parent


def mypy(*words, module="mypy"):
    pytest.importorskip("mypy")
    package = str(pathlib.Path(casecomm.__file__).parent.parent)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MYPYPATH": package, "PYTHONPATH": package}
        cache = [f"--cache-dir={folder}"] if module == "mypy" else []
        return subprocess.run([sys.executable, "-m", module, *words, *cache], capture_output=True, text=True, cwd=folder,
                              env=environment, timeout=280)


def test_a_strict_client_passes():
    done = mypy("--strict", str(HERE / "typed_client.py"))
    assert done.returncode == 0, done.stdout


def test_the_package_itself_is_strict():
    done = mypy("--strict", "-p", "casecomm")
    assert done.returncode == 0, done.stdout


def test_the_client_runs():
    done = subprocess.run([sys.executable, str(HERE / "typed_client.py")], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "3"), done.stderr


@pytest.mark.parametrize("line", [
    "casecomm.Engine(casecomm.MemoryStore(), 'keys')",
    "casecomm.Engine(3, casecomm.KeyRing.generate())",
    "x: str = casecomm.scan(b'').subject",
    "casecomm.scan('text')",
    "casecomm.Engine(casecomm.MemoryStore(), casecomm.KeyRing.generate()).session().explain(b'', envelope=3)",
    "casecomm.no_such_thing",
])
def test_a_wrong_client_does_not_pass(line):
    done = mypy("--strict", "-c", f"import casecomm\n{line}")
    assert done.returncode == 1, done.stdout


def test_the_stubs_say_what_is_there():
    check = ["--ignore-missing-stub", "--ignore-unused-allowlist", "--allowlist", str(HERE / "stubtest_allowed.txt")]
    done = mypy("casecomm", *check, module="mypy.stubtest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success" in done.stdout


MODULES = ["casecomm", "casecomm._core", "casecomm._enums", "casecomm._errors", "casecomm._listing", "casecomm._seams",
           "casecomm._times"]


def test_examples_in_docstrings_run():
    counted = 0
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner()
    seen = set()
    for module in map(importlib.import_module, MODULES):
        things = [(module.__name__, module)] + [(name, thing) for name, thing in vars(module).items()
                                                if not name.startswith("_") and callable(thing)]
        for name, thing in things:
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            for test in finder.find(thing, name, module=False, globs=vars(casecomm) | {"casecomm": casecomm}):
                counted += runner.run(test).attempted
    assert runner.failures == 0 and counted >= 25


def test_everything_public_is_documented():
    missing = []
    for name in casecomm.__all__:
        thing = getattr(casecomm, name)
        if name in ("__version__", "Value"):
            continue
        if not thing.__doc__:
            missing.append(name)
        for member, value in vars(thing).items() if isinstance(thing, type) else ():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)) and not value.__doc__:
                missing.append(f"{name}.{member}")
    assert missing == []
