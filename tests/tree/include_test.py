#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every #include to the table of rooms in lib/README.md, and the USES in lib/CMakeLists.txt to the same arrows.

Then it tests itself: each kind of violation is planted in a copy of the tree and must be refused.
"""

import pathlib
import re
import shutil
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

STD = set("""
algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
clocale cmath compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio
cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem forward_list fstream functional future
initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex
new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex
source_location span sstream stack stdexcept stop_token streambuf string string_view strstream syncstream
system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector
version""".split())
SIMD = {"immintrin.h", "emmintrin.h", "smmintrin.h", "tmmintrin.h", "wmmintrin.h", "x86intrin.h", "arm_neon.h"}
# The operating system. Only rooms with effects may name it.
SYSTEM = {"cxxabi.h", "dirent.h", "errno.h", "fcntl.h", "poll.h", "pthread.h", "sched.h", "signal.h", "spawn.h", "stdio.h", "stdlib.h",
          "string.h", "termios.h", "time.h", "unistd.h"}
# What a header for C may name.
C_STD = {"stddef.h", "stdint.h"}
# The C API: in capi/, but named and installed as <casecomm/...>.
C_API = {"casecomm/casecomm.h", "casecomm/host.h", "casecomm/reasons.h"}
# The folders around lib/: whether they may name the C API, the system, and files of their own; which library.
OUTSIDE = {
    "include": (False, False, False, None),
    "capi": (True, False, True, None),
    "bindings": (False, True, True, "pybind"),
    "examples": (True, True, True, None),
}
# No I/O, no clock, no locks.
IMPURE = set("""
barrier chrono condition_variable csignal cstdio ctime filesystem fstream future iostream istream latch mutex ostream random
semaphore shared_mutex stop_token syncstream thread""".split())

LIBRARIES = {
    "absl": r"absl/.+",
    "gumbo": r"gumbo\.h",
    "magic": r"magic\.h",
    "protobuf": r"google/protobuf/.+|.+\.pb\.h",
    "pybind": r"pybind11/.+|Python\.h",
    "simdjson": r"simdjson\.h",
    "sodium": r"sodium(/.+)?(\.h)?",
    "sqlite": r"sqlite3\.h",
    "unicode": r"unicode/.+",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>|(\S+))')


class Room:
    def __init__(self, rooms, headers, libraries, pure):
        self.rooms, self.headers, self.libraries, self.pure = rooms, headers, libraries, pure


def read_table(text):
    """The table of lib/README.md as {room: Room}, in its order."""
    table = {}
    words = lambda cell: cell.replace("`", "").split()
    for line in text.splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if not line.startswith("| `") or len(cells) != 6:
            continue
        name = cells[0].strip("`")
        rooms = [r for r in table if not r.startswith("adapters/")] if cells[2] == "all above" else words(cells[2])
        table[name] = Room(rooms, words(cells[3]), words(cells[4]), cells[5] == "yes")
    return table


def sources(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in (".h", ".cc", ".c"))


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) or match.group(2) or match.group(3)


def cycle(arrows):
    """A cycle of {node: set of nodes} as a list, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for target in sorted(arrows.get(node, ())):
            found = visit(target)
            if found:
                return found
        path.pop()
        done.add(node)
        return None

    for node in sorted(arrows):
        found = visit(node)
        if found:
            return found
    return None


def check_room(root, name, room, table, faults, arrows):
    folder = root / "lib" / name
    for path in sources(folder):
        if any(path.is_relative_to(root / "lib" / other) for other in table if other.startswith(name + "/")):
            continue
        for line, header in includes(path):
            fault = None
            if header.startswith("casecomm/"):
                if not (root / "include" / header).is_file():
                    fault = "is no public header"
                elif room.headers != ["all"] and header[len("casecomm/"):-len(".h")] not in room.headers:
                    fault = f"is not among the public headers of {name}"
            elif header in STD or header in SIMD:
                if room.pure and header in IMPURE:
                    fault = f"is an effect, and {name} is pure"
            elif header in SYSTEM or header.startswith("sys/"):
                if room.pure:
                    fault = f"is an effect, and {name} is pure"
            else:
                target = str(pathlib.PurePosixPath(header).parent)
                library = next((l for l, pattern in LIBRARIES.items() if re.fullmatch(pattern, header)), None)
                if library:
                    if library not in room.libraries:
                        fault = f"is {library}, which {name} may not name"
                elif target in table:
                    arrows.setdefault(name, set()).add(target)
                    if target != name and target not in room.rooms:
                        fault = f"is of {target}, which {name} may not include"
                else:
                    fault = "is unknown: no room, no public header, no library of the table"
            if fault:
                faults.append(f"{path.relative_to(root)}:{line}: {header} {fault}")


def check_outside(root, folder, faults):
    """The folders of OUTSIDE see the public headers, the standard library, and what their row says."""
    c_api, system, own, library = OUTSIDE[folder]
    for path in sources(root / folder):
        if path.is_relative_to(root / "bindings/python/tests"):
            continue
        for line, header in includes(path):
            if header.startswith("casecomm/") and (root / "include" / header).is_file():
                continue
            if c_api and (header in C_API or header in C_STD):
                continue
            if header in STD or (system and (header in SYSTEM or header.startswith("sys/"))):
                continue
            if library and re.fullmatch(LIBRARIES[library], header):
                continue
            if own and any(f.is_file() and f.is_relative_to((root / folder).resolve())
                           for f in ((path.parent / header).resolve(), (root / folder / header).resolve())):
                continue
            faults.append(f"{path.relative_to(root)}:{line}: {header} is neither a public header nor the standard library")


def check_cmake(root, table, faults):
    """lib/CMakeLists.txt links what the table says. An adapter includes no room, but may link base and store, where the
    functions of the public headers stand."""
    text = (root / "lib/CMakeLists.txt").read_text(encoding="utf-8")
    linked = {}
    for call in re.findall(r"^casecomm_room\(([^)]*)\)", text, re.M):
        words = call.split()
        folder = words[words.index("PATH") + 1] if "PATH" in words else words[0]
        uses = words[words.index("USES") + 1:] if "USES" in words else []
        uses = uses[:uses.index("PRIVATE")] if "PRIVATE" in uses else uses
        linked[folder] = {u.removeprefix("casecomm_") for u in uses}
    for name in sorted(set(table) | set(linked)):
        if name not in table or name not in linked:
            faults.append(f"lib/CMakeLists.txt: {name} is not both a room of the table and a casecomm_room")
            continue
        adapter = name.startswith("adapters/")
        wanted = {"base", "store"} if adapter else set(table[name].rooms)
        if not linked[name] <= wanted if adapter else linked[name] != wanted:
            faults.append(f"lib/CMakeLists.txt: {name} USES {sorted(linked[name])}, the table says {sorted(wanted)}")


def check(root):
    """Every fault of the tree at root, as lines of text."""
    faults, arrows = [], {}
    table = read_table((root / "lib/README.md").read_text(encoding="utf-8"))
    if "base" not in table or len(table) < 10:
        return ["lib/README.md: the table of rooms was not found"]
    for path in sources(root / "lib"):
        if not any(path.is_relative_to(root / "lib" / name) for name in table):
            faults.append(f"{path.relative_to(root)}: is in no room of the table")
    for name, room in table.items():
        for other in room.rooms:
            if other not in table:
                faults.append(f"lib/README.md: {name} may include {other}, which is no room")
        check_room(root, name, room, table, faults, arrows)
    for graph, what in (({n: set(r.rooms) for n, r in table.items()}, "lib/README.md: the table"),
                        ({n: t - {n} for n, t in arrows.items()}, "lib: #include")):
        ring = cycle(graph)
        if ring:
            faults.append(f"{what} has a cycle: {' -> '.join(ring)}")
    for folder in OUTSIDE:
        check_outside(root, folder, faults)
    check_cmake(root, table, faults)
    return faults


class Tree(unittest.TestCase):
    def test_includes_follow_the_table(self):
        self.assertEqual([], check(ROOT))


class Planted(unittest.TestCase):
    """Each violation, planted alone, is refused with the name of its place."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        for folder in ("lib", *OUTSIDE):
            shutil.copytree(ROOT / folder, self.root / folder)

    def refused(self, place, reason):
        faults = check(self.root)
        self.assertTrue(any(f.startswith(place) and reason in f for f in faults), f"wanted {place} {reason} in {faults}")

    def plant(self, path, line, reason):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"// planted\n{line}\n", encoding="utf-8")
        self.refused(f"{path}:2:", reason)
        file.unlink()

    def test_room_that_may_not_be_included(self):
        self.plant("lib/scan/planted.cc", '#include "route/decide.h"', "is of route, which scan may not include")
        self.plant("lib/base/planted.h", '#  include "scan/envelope.h"', "is of scan, which base may not include")
        self.plant("lib/route/planted.cc", "#include <store/rows.h>", "is of store, which route may not include")

    def test_public_header_outside_the_row(self):
        self.plant("lib/route/planted.cc", '#include "casecomm/engine.h"', "is not among the public headers of route")
        self.plant("lib/base/planted.cc", '#include "casecomm/none.h"', "is no public header")

    def test_foreign_library(self):
        self.plant("lib/route/planted.cc", "#include <sodium.h>", "is sodium, which route may not name")
        self.plant("lib/route/planted.cc", "#include <sodium/crypto_shorthash.h>", "is sodium, which route")
        self.plant("lib/base/planted.cc", '#include "absl/strings/str_cat.h"', "is absl, which base may not name")
        self.plant("lib/flow/planted.cc", '#include "wire/rows.pb.h"', "is protobuf, which flow may not name")
        self.plant("lib/flow/planted.cc", "#include <google/protobuf/message_lite.h>", "is protobuf, which flow")
        self.plant("lib/store/planted.cc", "#include <sqlite3.h>", "is sqlite, which store may not name")
        self.plant("lib/route/planted.cc", "#include <simdjson.h>", "is simdjson, which route may not name")
        self.plant("lib/store/planted.cc", "#include <unicode/uchar.h>", "is unicode, which store may not name")
        self.plant("lib/route/planted.cc", "#include <curl/curl.h>", "is unknown")
        self.plant("lib/route/planted.cc", "#include PLANTED", "is unknown")

    def test_adapter_that_sees_a_room(self):
        self.plant("lib/adapters/sqlite/planted.cc", '#include "store/rows.h"', "which adapters/sqlite may not include")
        self.plant("lib/adapters/files/planted.cc", '#include "base/text.h"', "which adapters/files may not include")
        self.plant("lib/adapters/files/planted.cc", '#include "casecomm/host/store.h"', "not among the public headers")
        self.plant("lib/flow/planted.cc", '#include "adapters/sqlite/store.h"', "which flow may not include")

    def test_effect_in_a_pure_room(self):
        for header in ("fstream", "chrono", "mutex", "thread", "unistd.h", "ctime", "iostream", "sys/stat.h", "time.h"):
            self.plant("lib/scan/planted.cc", f"#include <{header}>", "is an effect, and scan is pure")

    def test_public_header_that_names_more_than_the_standard_library(self):
        for header in ('"scan/envelope.h"', "<sodium.h>", "<unistd.h>", '"absl/types/span.h"', '"casecomm/none.h"'):
            self.plant("include/casecomm/planted.h", f"#include {header}", "is neither")

    def test_example_that_looks_inside(self):
        for header in ('"flow/receive.h"', '"../lib/scan/envelope.h"', "<sqlite3.h>"):
            self.plant("examples/planted/planted.cc", f"#include {header}", "is neither")

    def test_c_api_that_looks_inside(self):
        for header in ('"flow/receive.h"', '"base/text.h"', '"../lib/scan/envelope.h"', "<sqlite3.h>", '"absl/types/span.h"', "<unistd.h>"):
            self.plant("capi/planted.cc", f"#include {header}", "is neither")

    def test_binding_that_looks_inside(self):
        for header in ('"flow/receive.h"', '"casecomm/casecomm.h"', '"../../../lib/scan/envelope.h"', "<sodium.h>", '"objects.h"'):
            self.plant("bindings/python/src/planted.cc", f"#include {header}", "is neither")

    def test_public_cpp_header_that_names_the_c_api(self):
        self.plant("include/casecomm/planted.h", '#include "casecomm/casecomm.h"', "is neither")

    def test_source_in_no_room(self):
        (self.root / "lib/attic").mkdir()
        (self.root / "lib/attic/planted.cc").write_text("")
        self.refused("lib/attic/planted.cc", "is in no room")

    def test_cycle(self):
        table = self.root / "lib/README.md"
        text = table.read_text(encoding="utf-8")
        changed = re.sub(r"(\| `base` \|[^|]*\|) \|", r"\1 `scan` |", text)
        self.assertNotEqual(text, changed)
        table.write_text(changed, encoding="utf-8")
        self.refused("lib/README.md: the table has a cycle", "base -> scan -> base")
        (self.root / "lib/base/planted.h").write_text('#include "scan/content.h"\n')
        self.refused("lib: #include has a cycle", "base -> scan -> base")

    def test_arrow_in_cmake_that_the_table_has_not(self):
        lists = self.root / "lib/CMakeLists.txt"
        text = lists.read_text(encoding="utf-8")
        changed = text.replace("casecomm_room(access USES casecomm_base", "casecomm_room(access USES casecomm_base casecomm_scan")
        self.assertNotEqual(text, changed)
        lists.write_text(changed, encoding="utf-8")
        self.refused("lib/CMakeLists.txt: access", "the table says ['base']")
        changed = re.sub(r"(adapters/files USES) casecomm_base", r"\1 casecomm_base casecomm_scan", text)
        self.assertNotEqual(text, changed)
        lists.write_text(changed, encoding="utf-8")
        self.refused("lib/CMakeLists.txt: adapters/files", "the table says ['base', 'store']")

    def test_table_that_cannot_be_read(self):
        (self.root / "lib/README.md").write_text("# lib\n")
        self.refused("lib/README.md", "was not found")


if __name__ == "__main__":
    unittest.main()
