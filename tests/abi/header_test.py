#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The C headers compile alone, first, twice and in either order, in every C and C++ they promise, without a warning.

usage: header_test.py CC CXX
"""

import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import interface

# -Wpadded: no struct has hidden padding, inside or at its end.
FLAGS = ["-fsyntax-only", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wpadded", "-Wundef", "-Werror"]
LANGUAGES = [("c", s) for s in ("c99", "c11", "c17")] + [("c++", f"c++{s}") for s in ("11", "14", "17", "20")]
MORE = {"c": ["-Wstrict-prototypes", "-Wc++-compat"], "c++": ["-Wold-style-cast", "-Wnon-virtual-dtor"]}
INCLUDES = [["casecomm.h"], ["host.h"], ["reasons.h"], ["casecomm.h", "host.h"], ["host.h", "casecomm.h"],
            ["casecomm.h", "casecomm.h"], ["host.h", "host.h"], ["reasons.h", "reasons.h"]]
COMPILERS = {"c": "cc", "c++": "c++"}


def refused(folder, language, standard, text):
    """What the compiler said against it; empty if nothing."""
    done = subprocess.run([COMPILERS[language], f"-std={standard}", "-x", language, f"-I{folder}", *FLAGS, *MORE[language], "-"],
                          input=text, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{language} {standard}: {text}{done.stderr}"


def uses(folder):
    """CASECOMM_INIT of every struct that has it, every reason, and the constants where constants must be."""
    headers = interface.Interface(folder)
    lines = ['#include "host.h"', "int first[CASECOMM_STRUCT_MAX];", "int second[CASECOMM_DEPTH_MAX];",
             "uint32_t sum(void);", "uint32_t sum(void) {", "  uint32_t total = casecomm_version();"]
    for number, struct in enumerate(s for s in headers.structs if headers.grows(s)):
        lines.append(f"  {struct} value_{number} = CASECOMM_INIT({struct});")
        lines.append(f"  total += value_{number}.struct_size;")
    lines += ["  switch (as_int(total)) {"]
    lines += [f"    case CASECOMM_REASON_{name}:" for _, name, _, _ in headers.reasons]
    lines += ["      return 0;", "  }", "  return total;", "}"]
    cast = ["#ifdef __cplusplus", "static inline int as_int(uint32_t value) { return static_cast<int>(value); }", "#else",
            "static int as_int(uint32_t value) { return (int)value; }", "#endif"]
    return "\n".join(lines[:1] + cast + lines[1:]) + "\n"


def every(folder, texts):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [(folder, language, standard, text) for language, standard in LANGUAGES for text in texts]
        return [f for f in pool.map(lambda job: refused(*job), jobs) if f]


class Headers(unittest.TestCase):
    def test_alone_first_and_twice(self):
        texts = ["".join(f'#include "{h}"\n' for h in headers) for headers in INCLUDES]
        self.assertEqual([], every(interface.CAPI, texts))

    def test_everything_in_them_can_be_used(self):
        self.assertEqual([], every(interface.CAPI, [uses(interface.CAPI)]))

    def test_c_has_the_hosts_include_path(self):
        """Neither header needs more of the tree than the three files."""
        with tempfile.TemporaryDirectory() as folder:
            for name in interface.HEADERS:
                pathlib.Path(folder, name).write_bytes((interface.CAPI / name).read_bytes())
            self.assertEqual([], every(folder, ['#include "host.h"\n']))

    def test_no_names_but_ours(self):
        """Every macro, type, function and constant is casecomm_..., CASECOMM_...: both headers added to the standard ones."""
        def macros(text):
            said = subprocess.run([COMPILERS["c"], "-std=c99", "-x", "c", "-dM", "-E", f"-I{interface.CAPI}", "-"], input=text,
                                  check=True, capture_output=True, text=True).stdout
            return set(re.findall(r"^#define (\w+)", said, re.M))
        ours = macros('#include "host.h"\n') - macros("#include <stddef.h>\n#include <stdint.h>\n")
        self.assertGreater(len(ours), 5)
        self.assertEqual([], sorted(n for n in ours if not n.startswith("CASECOMM_")))
        headers = interface.Interface(interface.CAPI)
        names = [*headers.structs, *headers.functions, *headers.types, *headers.handles]
        self.assertEqual([], [n for n in names if not n.startswith("casecomm_")])
        self.assertEqual([], [n for n in headers.constants if not n.startswith("CASECOMM_")])


class Planted(unittest.TestCase):
    """Each fault, planted alone in a copy, is refused."""

    def plant(self, header, old, new, language="c", standard="c99"):
        with tempfile.TemporaryDirectory() as folder:
            for name in interface.HEADERS:
                pathlib.Path(folder, name).write_bytes((interface.CAPI / name).read_bytes())
            file = pathlib.Path(folder, header)
            text = file.read_text()
            self.assertIn(old, text)
            file.write_text(text.replace(old, new, 1))
            self.assertNotEqual("", refused(folder, language, standard, '#include "host.h"\n'), new)

    def test_hidden_padding(self):
        self.plant("casecomm.h", "  uint32_t reserved;\n  size_t count;", "  size_t count;")
        self.plant("casecomm.h", "  int32_t busy_timeout_ms;", "  int64_t busy_timeout_ms;")

    def test_what_only_newer_languages_have(self):
        self.plant("casecomm.h", "CASECOMM_JSON_TRACE = 1 }", "CASECOMM_JSON_TRACE = 1, } planted_enum; static_assert(1)", "c++", "c++11")
        self.plant("host.h", "  int64_t delta;", "  union { int64_t delta; };", "c", "c99")
        self.plant("host.h", "int64_t (*now_us)(void* host);", "int64_t (*now_us)();")

    def test_what_only_c_has(self):
        self.plant("casecomm.h", "  casecomm_str sentence;", "  casecomm_str class;", "c++", "c++17")


if __name__ == "__main__":
    COMPILERS["c"], COMPILERS["c++"] = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
