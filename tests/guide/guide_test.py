#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every program in docs/guide.md is built against the installed library and run; what it prints stands below it in the guide.
docs/c-api.md names every function of the C API, and no other.

usage: guide_test.py CMAKE BUILD_DIR [PYTHON]
       guide_test.py --write CMAKE BUILD_DIR [PYTHON]

Without PYTHON the library was built without the Python package, and its programs are left out. --write writes what the
programs print into the guide.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE, REFERENCE = ROOT / "docs/guide.md", ROOT / "docs/c-api.md"
PROGRAM = re.compile(r"^```(c|cpp|python)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)
SUFFIX = {"c": "c", "cpp": "cc", "python": "py"}
LINES = 30  # a program of the first part is shorter
CMAKE = BUILD = PYTHON = None

# The programs in C find the example's store beside them.
LISTS = """\
cmake_minimum_required(VERSION 3.25)
project(guide C CXX)
set(CMAKE_C_STANDARD 99)
set(CMAKE_CXX_STANDARD 17)
find_package(casecomm 0.2 REQUIRED)
file(GLOB programs program_*)
list(FILTER programs EXCLUDE REGEX "\\.py$")
foreach(program ${programs})
  get_filename_component(name ${program} NAME_WE)
  get_filename_component(kind ${program} EXT)
  add_executable(${name} ${program})
  target_compile_options(${name} PRIVATE -Wall -Wextra -Werror)
  if(kind STREQUAL ".c")
    target_sources(${name} PRIVATE host_store.c)
    target_link_libraries(${name} PRIVATE casecomm::capi pthread)
  else()
    target_link_libraries(${name} PRIVATE casecomm::casecomm)
  endif()
endforeach()
"""


def run(*command, **options):
    done = subprocess.run(list(map(os.fspath, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def programs(text):
    """(name, language, source, what it prints or None) of every program, in order."""
    for number, match in enumerate(PROGRAM.finditer(text), 1):
        yield f"program_{number}", match[1], match[2], match[3]


def steady(text):
    """Addresses are signed with fresh keys: each is another one every time."""
    return re.sub(r"\b[a-z0-9-]+@in\.firm\.example", "ADDRESS@in.firm.example", text)


def printed(text):
    """{name: what the program printed now}."""
    said = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        prefix, source, out = folder / "prefix", folder / "source", folder / "out"
        source.mkdir()
        run(CMAKE, "--install", BUILD, "--prefix", prefix)
        (source / "CMakeLists.txt").write_text(LISTS)
        for name in ("host_store.h", "host_store.c"):
            shutil.copyfile(ROOT / "examples" / name, source / name)
        for name, language, program, _ in programs(text):
            (source / f"{name}.{SUFFIX[language]}").write_text(program)
        run(CMAKE, "-S", source, "-B", out, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
        run(CMAKE, "--build", out)
        for name, language, _, _ in programs(text):
            if language != "python":
                said[name] = run(out / name, cwd=folder)
            elif PYTHON:
                package = next(prefix.rglob("casecomm/__init__.py")).parent.parent
                said[name] = run(PYTHON, "-B", source / f"{name}.py", cwd=folder, env={**os.environ, "PYTHONPATH": os.fspath(package)})
    return said


class Guide(unittest.TestCase):
    maxDiff = None

    def test_programs_print_what_the_guide_says(self):
        text = GUIDE.read_text(encoding="utf-8")
        said = printed(text)
        for name, language, program, expected in programs(text):
            with self.subTest(program.splitlines()[0], name=name):
                self.assertIsNotNone(expected, "nothing stands below it that it should print")
                if name in said:
                    self.assertEqual(steady(expected), steady(said[name]))

    def test_the_first_program_of_each_language_is_short(self):
        first = {}
        for _, language, program, _ in programs(GUIDE.read_text(encoding="utf-8")):
            first.setdefault(language, len(program.splitlines()))
        self.assertEqual({"c", "cpp", "python"}, set(first))
        self.assertLess(max(first.values()), LINES, first)

    def test_every_link_leads_somewhere(self):
        for page in (GUIDE, REFERENCE, ROOT / "docs/errors.md", ROOT / "docs/building.md", ROOT / "README.md"):
            prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
            for link in re.findall(r"\]\(([^)#:]+)\)", prose):
                self.assertTrue((page.parent / link).exists(), f"{page.name}: {link}")

    def test_the_reference_names_every_function_once(self):
        declared = re.findall(r"^CASECOMM_API [^(]*?\b(casecomm_\w+)\(", "".join(
            (ROOT / "capi" / h).read_text(encoding="utf-8") for h in ("casecomm.h", "host.h")), re.M)
        named = re.findall(r"^\| `(casecomm_\w+)` \|", REFERENCE.read_text(encoding="utf-8"), re.M)
        self.assertGreater(len(declared), 50)
        self.assertEqual(sorted(declared), sorted(named))


def write():
    text = GUIDE.read_text(encoding="utf-8")
    said = printed(text)
    names = iter(list(programs(text)))

    def filled(match):
        name = next(names)[0]
        shown = f"\n```text\n{said.get(name, match[3] or '')}```\n"
        if match[3] is not None and name in said and steady(match[3]) == steady(said[name]):
            return match[0]
        return f"```{match[1]}\n{match[2]}```\n{shown}"

    GUIDE.write_text(PROGRAM.sub(filled, text), encoding="utf-8")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    CMAKE, BUILD, PYTHON = (arguments + [None])[:3]
    if "--write" in sys.argv:
        write()
    else:
        unittest.main(argv=sys.argv[:1])
