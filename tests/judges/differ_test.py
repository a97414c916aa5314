#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule of rules.py fires on its fixture, and all others leave something unexplained there. What each class of ambiguous.py hides is
in our union, and is found where it is not.

  differ_test.py --bin FOLDER
"""
import hashlib
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
import ambiguous
import differ
import grammar
import python_judge
import rules
import seeds


class Fixtures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.court = differ.Court(FOLDER)
        cls.readings = cls.court.read(rules.fixtures())

    @classmethod
    def tearDownClass(cls):
        cls.court.close()

    def test_each_rule_fires_on_its_fixture_and_is_needed_there(self):
        for rule, readings in zip(rules.RULES, self.readings):
            with self.subTest(rule.name):
                named, _ = differ.examine(rule.fixture, readings, [rule])
                self.assertIn(rule.name, named)
                _, findings = differ.examine(rule.fixture, readings, [other for other in rules.RULES if other is not rule])
                self.assertTrue(findings, "the other rules explain the fixture")

    def test_with_all_rules_no_fixture_has_a_finding(self):
        for rule, readings in zip(rules.RULES, self.readings):
            with self.subTest(rule.name):
                self.assertEqual([str(f) for f in differ.examine(rule.fixture, readings)[1]], [])

    def test_names_are_single_and_tell_a_clause(self):
        self.assertEqual(len({rule.name for rule in rules.RULES}), len(rules.RULES))
        for rule in rules.RULES:
            self.assertTrue(rule.why, rule.name)
            self.assertIn(rule.right, ("scan", "grammar", "nobody") + differ.FOREIGN)

    def test_a_wrong_reading_of_ours_is_found(self):
        """What each judge reads of a seed, told as ours, is a finding wherever the fields differ."""
        mail = seeds.SEEDS[2]
        readings = self.court.read([mail])[0]
        self.assertEqual([str(f) for f in differ.examine(mail, readings)[1]], [])
        for field, value in (("from", ["x@y.example"]), ("to", []), ("message_id", None), ("references", []), ("subject", "x"),
                             ("date", 0)):
            wrong = dict(readings, scan=dict(readings["scan"], **{field: value}))
            self.assertIn("against the grammar", [f.kind for f in differ.examine(mail, wrong)[1]], field)
        for field, value in (("attachments", []), ("text_sha256", None)):
            wrong = dict(readings, scan=dict(readings["scan"], **{field: value}))
            self.assertIn("unanimous", [f.kind for f in differ.examine(mail, wrong)[1]], field)
        wrong = dict(readings, scan=dict(readings["scan"], parts=readings["scan"]["parts"][:1]))
        self.assertIn("hidden part (T20)", [f.kind for f in differ.examine(mail, wrong)[1]])
        wrong = dict(readings, scan=None)
        self.assertEqual(["death"], [f.kind for f in differ.examine(mail, wrong)[1]])

    def test_where_all_others_agree_only_a_rule_for_that_will_do(self):
        mail = b"Subject: =?utf-8?q?a=2?=\r\n\r\nx"
        readings = self.court.read([mail])[0]
        alike = dict(readings, **{judge: dict(readings[judge], subject="y") for judge in differ.FOREIGN})
        self.assertIn("unanimous", [f.kind for f in differ.examine(mail, alike)[1]])
        two = dict(alike, gmime=dict(alike["gmime"], subject="z"))
        self.assertEqual([str(f) for f in differ.examine(mail, two)[1]], [])

    def test_a_meaning_of_nothing_is_one(self):
        mail = b"Subject:\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\n\r\n"
        readings = self.court.read([mail])[0]
        for field, value in (("subject", "x"), ("date", 1)):
            wrong = dict(readings, scan=dict(readings["scan"], **{field: value}))
            self.assertIn(("against the grammar", field), [(f.kind, f.field) for f in differ.examine(mail, wrong)[1]])

    def test_a_date_or_id_carries_a_defect_where_it_is_broken_and_nowhere_else(self):
        for mail, defect, told in ((b"Date: 14 Jan 2025 09:12 +0000\r\n\r\n", "date", False), (b"Date: 14 Jan 2025\r\n\r\n", "date", True),
                                   (b"Message-ID: <a@b>\r\n\r\n", "message_id_syntax", False),
                                   (b"References: <a>\r\n\r\n", "message_id_syntax", True)):
            with self.subTest(mail):
                readings = self.court.read([mail])[0]
                self.assertEqual(defect in [name for name, _ in readings["scan"]["defects"]], told)
                self.assertEqual([str(f) for f in differ.examine(mail, readings)[1]], [])
                wrong = dict(readings, scan=dict(readings["scan"], defects=[] if told else [[defect, 0]]))
                self.assertIn("broken but not told" if told else "told but not broken", [f.kind for f in differ.examine(mail, wrong)[1]])

    def test_an_author_that_the_others_do_not_see_is_found(self):
        mail = b"From: a@b.example x\r\n\r\n"
        readings = self.court.read([mail])[0]
        wrong = dict(readings, scan=dict(readings["scan"], **{"from": ["z@b.example"]}, defects=[]))
        self.assertIn("author (T03)", [f.kind for f in differ.examine(mail, wrong)[1]])


class Classes(unittest.TestCase):
    """Threat T20, class by class."""

    # The file cannot be had whole: what is decoded of it is not what went in.
    DAMAGED = {"base64_behind_padding", "quoted_printable_broken"}
    # One reading for all, so that nothing need be told: an attached mail, and groups of four that need no padding.
    PLAIN = {"message_attached", "base64_without_padding"}

    @classmethod
    def setUpClass(cls):
        court, cls.cases = differ.Court(FOLDER), []
        for name, make in ambiguous.CLASSES.items():
            maker = ambiguous.Maker(random.Random(name))
            cls.cases.append((name, make(maker), hashlib.sha256(python_judge.normal(maker.data)).hexdigest()))
        cls.readings = court.read([mail for _, mail, _ in cls.cases])
        court.close()

    def test_each_is_explained_and_stands_in_our_union_or_is_told(self):
        for (name, mail, file), readings in zip(self.cases, self.readings):
            with self.subTest(name):
                self.assertEqual([str(f) for f in differ.examine(mail, readings)[1]], [])
                ours = readings["scan"]
                self.assertTrue(name in self.DAMAGED or file in {part["normal"] for part in ours["parts"]}, "the file")
                self.assertTrue(name in self.PLAIN or ours["ambiguous"] or ours["defects"], "a flag")

    def test_each_is_found_where_we_miss_it(self):
        """Our reading without the file and the flag; where no other judge reads it, one does as if it were another program."""
        for (name, mail, file), readings in zip(self.cases, self.readings):
            with self.subTest(name):
                parts = [part for part in readings["scan"]["parts"] if part["normal"] != file]
                wrong = dict(readings, scan=dict(readings["scan"], parts=parts, defects=[], ambiguous=False))
                if not any(part["normal"] == file for judge in differ.FOREIGN for part in readings[judge]["parts"]):
                    part = {"type": "image/png", "size": 1, "normal": file}
                    wrong["gmime"] = dict(readings["gmime"], parts=readings["gmime"]["parts"] + [part])
                # Without a table of rules: that a rule excuses what is hidden has a fixture of its own.
                self.assertIn("hidden part (T20)", [f.kind for f in differ.examine(mail, wrong, [])[1]])

    def test_there_are_forty_and_each_is_named_once(self):
        self.assertGreaterEqual(len(self.cases), 40)
        self.assertEqual(len({mail for _, mail, _ in self.cases}), len(self.cases))


class Grammar(unittest.TestCase):
    def test_addresses(self):
        for value, want in ((b"Ann <a@B.example>, (x (y)) \"q\\\"x\"@c", ["a@b.example", 'q"x@c']),
                            (b"g: a@b, c@d;, e@f", ["a@b", "c@d", "e@f"]), (b"<@r,@s:a@b>", ["a@b"]), (b"a . b @ c . d", ["a.b@c.d"]),
                            (b"a@b c@d", None), (b"a@b,,c@d", ["a@b", "c@d"]), (b"", None), (b"a@.b", None), (b"a@[b:1]", ["a@[b:1]"]), (b"a@[ b\t:\r\n 1]", ["a@[b:1]"]), (b"a@[(]", None), (b"=?utf-8?q?a@b?=", None),
                            ("ü@ö".encode(), ["ü@ö"]), (b"\xff@b", None), (b"a@b (", None), (b"J. Doe <a@b>", ["a@b"])):
            self.assertEqual(grammar.addresses(value), want, value)

    def test_ids_dates_and_subjects(self):
        self.assertEqual(grammar.ids(b"<a@b>(c) <d@[e]>"), ["a@b", "d@[e]"])
        self.assertIsNone(grammar.ids(b"<a>"))
        self.assertEqual(grammar.date(b"Tue, 14 Jan 2025 09:12:00 +0100"), 1736842320)
        self.assertEqual(grammar.date(b"14 Jan 25 09:12 EST (x)"), 1736863920)
        self.assertIsNone(grammar.date(b"30 Feb 2025 09:12 +0000"))
        self.assertEqual(grammar.subject(b"a =?utf-8?q?=C3=BC?= =?utf-8?b?w7w=?= b"), "a üü b")
        self.assertIsNone(grammar.subject(b"a=?utf-8?q?b?="))

    def test_mime_fields(self):
        self.assertTrue(grammar.mime_field(b"(c) text/plain ; a=\"b;c\"", True))
        self.assertTrue(grammar.mime_field(b"attachment", False))
        for value in (b"", b"text", b"text/plain; a", b"text/plain; a=b c", b"text/plain; a=b; A=c"):
            self.assertFalse(grammar.mime_field(value, True), value)


if __name__ == "__main__":
    FOLDER = sys.argv[sys.argv.index("--bin") + 1]
    unittest.main(argv=sys.argv[:1])
