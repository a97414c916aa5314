# SPDX-License-Identifier: Apache-2.0
"""A wheel of the built package installs elsewhere and runs; no file of it is left in the source tree."""

import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import pytest

import casecomm

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = pathlib.Path(casecomm.__file__).parent


def run(*words, **environment):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=280,
                          env={**{k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_wheel_installs_and_runs():
    for module in ("wheel", "pip"):
        pytest.importorskip(module)
    with tempfile.TemporaryDirectory() as folder:
        wheel = pathlib.Path(run(sys.executable, HERE.parent / "make_wheel.py", PACKAGE, casecomm.__version__, folder).strip())
        assert wheel.name.startswith(f"casecomm-{casecomm.__version__}-cp311-cp311-linux_")
        names = {name.removeprefix("casecomm/") for name in zipfile.ZipFile(wheel).namelist() if name.startswith("casecomm/")}
        assert names == {path.name for path in PACKAGE.iterdir() if path.is_file()}
        target = pathlib.Path(folder, "target")
        run(sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile", "--target", target, wheel,
            PIP_DISABLE_PIP_VERSION_CHECK="1", HOME=folder)
        out = run(sys.executable, HERE / "typed_client.py", PYTHONPATH=str(target))
        assert out.splitlines()[-1] == "3"
        where = run(sys.executable, "-c", "import casecomm; print(casecomm.__file__)", PYTHONPATH=str(target))
        assert where.startswith(str(target))


def test_only_the_door_is_exported():
    (library,) = PACKAGE.glob("_core*.so")
    names = {line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()}
    assert "PyInit__core" in names
    assert not [name for name in names if "casecomm" in name]


def test_the_library_does_not_bring_vmime():
    (library,) = PACKAGE.glob("_core*.so")
    assert "vmime" not in run("readelf", "-d", library)


def test_the_source_tree_is_left_clean():
    assert not list((HERE.parent).rglob("__pycache__"))
