#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shared library exports what its headers declare and nothing else, and needs what it is known to need.

usage: symbols_test.py LIBRARY
"""

import pathlib
import re
import subprocess
import sys
import unittest

import interface

LIBRARY = None
# By the start of their names: versions of Debian differ in the numbers behind.
NEEDED = {"libabsl_", "libc.so", "libgcc_s.so", "libgumbo.so", "libicudata.so", "libicui18n.so", "libicuuc.so", "libm.so", "libmagic.so",
          "libprotobuf-lite.so", "libsimdjson.so", "libsodium.so", "libsqlite3.so", "libstdc++.so", "ld-linux"}
VERSION = "CASECOMM_0"


def readelf(*options):
    return subprocess.run(["readelf", "--wide", *options, LIBRARY], check=True, capture_output=True, text=True).stdout


def dynamic():
    """The dynamic section as (tag, value)."""
    return re.findall(r"^ 0x\w+ +\((\w+)\) +(.*)$", readelf("--dynamic"), re.M)


def symbols():
    """(name, version, section index) of every dynamic symbol."""
    for line in readelf("--dyn-syms").splitlines():
        words = line.split()
        if len(words) >= 8 and words[0].rstrip(":").isdigit() and words[4] in ("GLOBAL", "WEAK", "UNIQUE"):
            name, _, version = words[7].partition("@")
            yield name, version.lstrip("@"), words[6]


class Symbols(unittest.TestCase):
    def test_exported_and_declared_are_the_same(self):
        declared = set(interface.Interface(interface.CAPI).functions)
        exported = {name for name, _, section in symbols() if section not in ("UND", "ABS")}
        self.assertGreater(len(declared), 50)
        self.assertEqual([], sorted(exported - declared), "exported, not declared")
        self.assertEqual([], sorted(declared - exported), "declared, not exported")

    def test_all_carry_the_version(self):
        versions = {version for _, version, section in symbols() if section not in ("UND", "ABS")}
        self.assertEqual({VERSION}, versions)

    def test_nothing_of_vmime(self):
        self.assertEqual([], [name for name, _, _ in symbols() if "vmime" in name.lower()])

    def test_nothing_of_ours_is_sought_elsewhere(self):
        self.assertEqual([], [name for name, _, section in symbols() if section == "UND" and "casecomm" in name])

    def test_needs_the_known_libraries(self):
        needed = [re.search(r"\[(.+)\]", value)[1] for tag, value in dynamic() if tag == "NEEDED"]
        self.assertGreater(len(needed), 3)
        self.assertEqual([], [n for n in needed if not any(n.startswith(known) for known in NEEDED)])

    def test_soname(self):
        self.assertEqual(["libcasecomm.so.0"], [re.search(r"\[(.+)\]", v)[1] for tag, v in dynamic() if tag == "SONAME"])
        library = pathlib.Path(LIBRARY)
        self.assertEqual(library.resolve(), (library.parent / "libcasecomm.so.0").resolve())

    def test_hardening(self):
        """No text relocation, no executable stack, all relocations read-only before the first call."""
        tags = dict(dynamic())
        self.assertNotIn("TEXTREL", tags)
        self.assertNotIn("TEXTREL", tags.get("FLAGS", ""))
        self.assertIn("NOW", tags.get("FLAGS", "") + tags.get("FLAGS_1", ""))
        segments = readelf("--program-headers")
        self.assertIn("GNU_RELRO", segments)
        self.assertRegex(segments, r"GNU_STACK .* RW +0x")

    def test_no_path_of_this_machine(self):
        self.assertEqual([], [v for tag, v in dynamic() if tag in ("RPATH", "RUNPATH")])


if __name__ == "__main__":
    LIBRARY = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
