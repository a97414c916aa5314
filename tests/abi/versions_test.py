#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hosts and libraries of different versions work together: host.c, compiled with the headers of each version, prints the
same with the library of each.

usage: versions_test.py CC LIBRARY LATER_LIBRARY LATER_HEADERS
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import interface
import published

HERE = pathlib.Path(__file__).resolve().parent
COMPILER = LIBRARY = LATER_LIBRARY = LATER_HEADERS = None


class Versions(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def host(self, headers, library, *flags):
        """What host.c printed: compiled with the headers in a folder, run with a library. Also what it said on stderr."""
        include = self.folder / "include"
        include.mkdir()
        (include / "casecomm").symlink_to(headers)
        where = pathlib.Path(library).parent
        examples = interface.ROOT / "examples"
        subprocess.run([COMPILER, "-std=c99", "-O1", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Werror", *flags,
                        f"-I{include}", f"-I{examples}", HERE / "host.c", examples / "host_store.c", f"-L{where}", "-lcasecomm",
                        f"-Wl,-rpath,{where}", "-lpthread", "-o", self.folder / "host"], check=True)
        done = subprocess.run([self.folder / "host", self.folder / "host.db"], capture_output=True, text=True, timeout=120)
        self.assertEqual(0, done.returncode, done.stdout[-1000:] + done.stderr)
        return done.stdout, done.stderr

    def same(self, said, minor=None):
        """`minor`: of the version whose headers the host was made with; today's if none is given."""
        parts = re.split(r"^(?=reading$)", (HERE / "host.txt").read_text(encoding="utf-8"), flags=re.M)
        self.assertEqual(2, len(parts))
        self.assertEqual("".join(parts[: 1 if minor is not None and minor < 2 else 2]), said)

    @staticmethod
    def minor(publication):
        text = (publication / "casecomm.h").read_text(encoding="utf-8")
        return int(re.search(r"^#define CASECOMM_VERSION_MINOR (\d+)$", text, re.M)[1])

    def test_the_host_sees_the_same_in_every_store(self):
        parts = re.split(r"^(\w+)$", (HERE / "host.txt").read_text(encoding="utf-8"), flags=re.M)
        stores = dict(zip(parts[1::2], parts[2::2]))
        self.assertEqual(["memory", "sqlite", "host", "library", "reading"], list(stores))
        self.assertGreater(stores["memory"].count("\n"), 50)
        self.assertEqual(stores["memory"], stores["sqlite"])
        self.assertEqual(stores["memory"], stores["host"])

    def test_the_host_calls_every_function(self):
        text = (HERE / "host.c").read_text(encoding="utf-8")
        self.assertEqual([], [f for f in interface.Interface(interface.CAPI).functions if f"{f}(" not in text])

    def test_host_of_today_with_library_of_today(self):
        self.same(self.host(interface.CAPI, LIBRARY)[0])

    def test_hosts_of_every_publication_with_library_of_today(self):
        self.assertGreater(len(published.publications()), 0)
        for publication in published.publications():
            with self.subTest(publication.name):
                self.setUp()
                self.same(self.host(publication, LIBRARY)[0], self.minor(publication))

    def test_hosts_of_every_publication_with_a_later_library(self):
        for publication in published.publications():
            with self.subTest(publication.name):
                self.setUp()
                self.same(self.host(publication, LATER_LIBRARY)[0], self.minor(publication))

    def test_later_host_with_later_library(self):
        self.same(self.host(f"{LATER_HEADERS}/casecomm", LATER_LIBRARY)[0])

    def test_later_host_with_library_of_today(self):
        """It works where it does not use what is new, and is refused where it does."""
        said, refused = self.host(f"{LATER_HEADERS}/casecomm", LIBRARY, "-DCASECOMM_LATER")
        self.same(said)
        self.assertEqual(f"refused {3 * 33}\n", refused)

    def test_the_later_headers_are_an_honest_growth(self):
        """What later.py makes breaks nothing that was published."""
        for publication in published.publications():
            self.assertEqual([], published.breaks(publication, pathlib.Path(LATER_HEADERS, "casecomm"), {"c": COMPILER}))


if __name__ == "__main__":
    COMPILER, LIBRARY, LATER_LIBRARY, LATER_HEADERS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
