#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing published moves: fields, sizes, types, constants, reasons and prototypes of every publication stand in today's
headers, and what came since came at the end.

usage: layout_test.py CC CXX
"""

import pathlib
import re
import sys
import tempfile
import unittest

import interface
import published

COMPILERS = {"c": "cc", "c++": "c++"}


class Layout(unittest.TestCase):
    def test_what_was_published_stands(self):
        self.assertGreater(len(published.publications()), 0)
        for publication in published.publications():
            self.assertEqual([], published.breaks(publication, interface.CAPI, COMPILERS), publication.name)

    def test_a_layout_is_the_one_of_its_headers(self):
        for publication in published.publications():
            layout = interface.measure(interface.Interface(publication), COMPILERS["c"])
            self.assertEqual((publication / "layout.txt").read_text(encoding="utf-8"), interface.layout_text(layout))

    def test_structs_begin_with_their_size_or_never_grow(self):
        headers = interface.Interface(interface.CAPI)
        self.assertEqual(["casecomm_str", "casecomm_value", "casecomm_key"],
                         [s for s in headers.structs if not headers.grows(s)])

    def test_no_field_is_of_a_size_that_the_machine_decides(self):
        """No bool, enum, long, time_t, int, short (design: only fixed sizes, size_t and pointers)."""
        headers = interface.Interface(interface.CAPI)
        fixed = r"(char|void|size_t|u?int(8|16|32|64)_t|casecomm_\w+|struct casecomm_\w+)"
        strange = [f"{struct}.{field.name}: {field.type}" for struct, members in headers.structs.items() for field in members
                   if "(*" not in field.type and not re.fullmatch(rf"(const )?{fixed}( ?\*( ?const ?\*)?)?( ?\[\d+\])?", field.type)]
        self.assertEqual([], strange)

    def test_structs_that_grow_never_stand_in_an_array_or_in_another(self):
        """A struct by value inside another, or counted behind one pointer, would move its neighbours when it grows."""
        headers = interface.Interface(interface.CAPI)
        strange = []
        for struct, members in headers.structs.items():
            for position, field in enumerate(members):
                base = re.sub(r"^(const |struct )*", "", field.type).split("*")[0].strip()
                if base not in headers.structs or not headers.grows(base):
                    continue
                counted = any(f.name.endswith("count") and f.name.startswith(field.name.rstrip("s")) for f in members)
                if "(*" not in field.type and (field.type.count("*") == 0 or (counted and field.type.count("*") == 1)):
                    strange.append(f"{struct}.{field.name}")
        self.assertEqual([], strange)

    def test_reasons_are_numbered_once_and_without_a_gap(self):
        headers = interface.Interface(interface.CAPI)
        self.assertEqual(len(headers.reasons), headers.reason_rows)
        self.assertEqual(list(range(1, len(headers.reasons) + 1)), [n for n, _, _, _ in headers.reasons])
        words = [w for _, _, w, _ in headers.reasons]
        self.assertEqual(len(words), len(set(words)))
        self.assertEqual([], [w for _, n, w, _ in headers.reasons if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", w) or n != w.upper()])


class Planted(unittest.TestCase):
    """Each break, planted alone in a copy of the headers, is noticed."""

    def plant(self, header, old, new):
        with tempfile.TemporaryDirectory() as folder:
            first, second = pathlib.Path(folder, "first"), pathlib.Path(folder, "second")
            for name in interface.HEADERS:
                text = (interface.CAPI / name).read_text()
                for copy in (first, second):
                    copy.mkdir(exist_ok=True)
                    (copy / name).write_text(text)
            (first / "layout.txt").write_text(interface.layout_text(interface.measure(interface.Interface(first), COMPILERS["c"])))
            self.assertEqual([], published.breaks(first, second, COMPILERS))
            text = (second / header).read_text()
            self.assertIn(old, text)
            (second / header).write_text(text.replace(old, new, 1))
            return published.breaks(first, second, COMPILERS)

    def noticed(self, header, old, new):
        self.assertNotEqual([], self.plant(header, old, new), new)

    def test_growth_at_the_end_is_no_break(self):
        self.assertEqual([], self.plant("casecomm.h", "} casecomm_person;", "  int64_t planted;\n} casecomm_person;"))
        self.assertEqual([], self.plant("host.h", "} casecomm_host_clock;", "  void (*planted)(void* host);\n} casecomm_host_clock;"))

    def test_a_field_in_the_middle(self):
        self.noticed("casecomm.h", "  casecomm_str name, domain, preset;", "  casecomm_str planted, name, domain, preset;")

    def test_a_field_in_what_was_reserved(self):
        self.noticed("casecomm.h", "  uint32_t reserved;\n  uint64_t file_bytes_below;", "  uint32_t planted;\n  uint64_t file_bytes_below;")

    def test_two_fields_of_one_type_that_change_places(self):
        self.noticed("casecomm.h", "int64_t first_at_us, newest_at_us;", "int64_t newest_at_us, first_at_us;")

    def test_another_type_of_the_same_size(self):
        self.noticed("casecomm.h", "  uint64_t receipts;", "  int64_t receipts;")
        self.noticed("host.h", "  int64_t (*now_us)(void* host);", "  uint64_t (*now_us)(void* host);")

    def test_a_function_of_a_table_in_the_middle(self):
        self.noticed("host.h", "  /* Required. Answers every", "  void (*planted)(void* host);\n  /* Required. Answers every")

    def test_growth_of_what_never_grows(self):
        self.noticed("host.h", "} casecomm_key;", "  size_t planted;\n} casecomm_key;")

    def test_a_prototype(self):
        self.noticed("casecomm.h", "casecomm_store_memory(casecomm_store* out,", "casecomm_store_memory(casecomm_str path, casecomm_store* out,")
        self.noticed("casecomm.h", "casecomm_draft_remove(casecomm_draft draft, size_t", "casecomm_draft_remove(casecomm_draft draft, int64_t")
        self.noticed("casecomm.h", "CASECOMM_API uint32_t casecomm_version(void);", "")
        self.noticed("casecomm.h", "(*casecomm_bytes_fn)(void* host, const char* data", "(*casecomm_bytes_fn)(void* host, char* data")

    def test_a_number(self):
        self.noticed("casecomm.h", "CASECOMM_ABORTED = 10", "CASECOMM_ABORTED = 17")
        self.noticed("casecomm.h", "CASECOMM_STRUCT_MAX 4096u", "CASECOMM_STRUCT_MAX 2048u")
        self.noticed("reasons.h", "X(12, BUSY,", "X(112, BUSY,")

    def test_a_word(self):
        self.noticed("reasons.h", '"busy"', '"in_use"')


if __name__ == "__main__":
    COMPILERS["c"], COMPILERS["c++"] = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
