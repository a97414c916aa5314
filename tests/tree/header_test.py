#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every public header compiles alone, and twice, as pedantic C++17; every source file names its licence.

usage: header_test.py COMPILER
"""

import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=c++17", "-fsyntax-only", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-x", "c++"]
SOURCES = {".c", ".cc", ".h", ".map", ".py", ".pyi", ".proto", ".cmake", ".txt", ""}
FOLDERS = [".ci", "bench", "bindings", "capi", "cmake", "examples", "include", "lib", "tests", "tools"]
MARKS = [("//", ""), ("#", ""), ("/*", " */")]
COMPILER = "c++"


def compile_alone(folder, header):
    text = f'#include "{header}"\n' * 2
    done = subprocess.run([COMPILER, *FLAGS, f"-I{folder}", "-"], input=text, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{header}: {done.stderr}"


def is_source(path):
    """A file that people wrote as a program: by its ending, a CMakeLists.txt, or a script without an ending."""
    if path.suffix == ".txt":
        return path.name == "CMakeLists.txt"
    return path.suffix in SOURCES and (path.suffix != "" or path.read_bytes().startswith(b"#!"))


def without_licence(root):
    for path in [root / "CMakeLists.txt"] + sorted(p for f in FOLDERS for p in (root / f).rglob("*")):
        if path.is_file() and is_source(path):
            head = path.read_text(encoding="utf-8").splitlines()[:2]
            if not any(f"{mark} SPDX-License-Identifier: Apache-2.0{end}" in head for mark, end in MARKS):
                yield str(path.relative_to(root))


class Headers(unittest.TestCase):
    def test_each_compiles_alone(self):
        headers = [str(p.relative_to(ROOT / "include")) for p in sorted((ROOT / "include").rglob("*.h"))]
        self.assertGreater(len(headers), 10)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            faults = [f for f in pool.map(lambda h: compile_alone(ROOT / "include", h), headers) if f]
        self.assertEqual([], faults)

    def test_one_that_does_not_is_found(self):
        planted = {
            "missing.h": "inline std::string Planted();\n",
            "twice.h": "struct Planted {};\n",
            "new.h": "#pragma once\nstruct Planted { int a; bool operator==(const Planted&) const = default; };\n",
            "pedantic.h": "#pragma once\nstruct Planted { struct { int a; }; };\n",
        }
        with tempfile.TemporaryDirectory() as folder:
            for name, text in planted.items():
                pathlib.Path(folder, name).write_text(text)
                self.assertIn(name, compile_alone(folder, name))
            pathlib.Path(folder, "good.h").write_text("#pragma once\n#include <string>\nstd::string Good();\n")
            self.assertEqual("", compile_alone(folder, "good.h"))


class Licence(unittest.TestCase):
    def test_every_source_names_it(self):
        self.assertEqual([], list(without_licence(ROOT)))

    def test_one_that_does_not_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "lib").mkdir()
            (root / "CMakeLists.txt").write_text("# SPDX-License-Identifier: Apache-2.0\n")
            (root / "lib/good.cc").write_text("// SPDX-License-Identifier: Apache-2.0\n")
            (root / "lib/run").write_text("#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")
            (root / "lib/notes.txt").write_text("no program\n")
            self.assertEqual([], list(without_licence(root)))
            (root / "lib/bad.cc").write_text("int planted;\n")
            (root / "lib/script").write_text("#!/bin/sh\n")
            self.assertEqual(["lib/bad.cc", "lib/script"], list(without_licence(root)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        COMPILER = sys.argv.pop(1)
    unittest.main()
