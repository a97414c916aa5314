# SPDX-License-Identifier: Apache-2.0
"""Rule documents through the tool: check, set, show, reset, rehearse."""
import json
import pathlib
import unittest

from tool import BAD_DATA, ToolTest, mail

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
BLOCKS = {
    "casecomm_rules": 1, "name": "blocks", "extends": "casebook", "lists": {"blocked": ["@client.example"]},
    "rules": [{"rule": "blocked", "when": {"author_in": "blocked"}, "then": "hold"}, {"include": "casebook"}],
}


class Check(ToolTest):
    def test_lists_the_rules_and_needs_no_store(self):
        self.write("r.json", json.dumps(BLOCKS))
        said = self.good("rules", "check", "r.json")
        self.assertIn("policy   P0 anyone\n1  blocked: hold (rule)\n    author_in blocked is yes\n2  limit: hold (limit)", said)
        self.assertEqual([], [n for n in pathlib.Path(self.folder).iterdir() if n.suffix == ".db"])

    def test_Y05_a_fault_is_told_at_its_line_and_column_and_pointer(self):
        rows = [
            ('{"casecomm_rules": 1,\n "name": "x",\n "rules": [{"rule": "a", "than": "hold"}]}', "r.json:3:26: /rules/0/than: expected one of the keys"),
            ('{"casecomm_rules": 1,\n "name": "x",\n "name": "y"}', "r.json:3:2: /name: expected the key once"),
            ('{"casecomm_rules": 1, "name": "x",\n "rules": [{"rule": "a", "when": {"address": "recrod"}, "then": "hold"}]}',
             'r.json:2:46: /rules/0/when/address: expected one of none, record, drop, unroutable, reply, return_path; found "recrod"'),
            ('{"casecomm_rules": 1, "name": "x", "rules": [\n {"include": "casebook"},\n {"rule": "late", "when": {"mail": "new"}, "then": "hold"}]}',
             'r.json:3:2: /rules/1: expected a rule that decides some mail, found that rule "late" never does'),
            ('{"casecomm_rules": 1, "name": "x", "rules": [{"include": "casebook", "except": ["otherwise", "unroutable"]}]}',
             "/rules: expected a rule for every mail, found none for one where address is unroutable"),
            ("", "r.json:1:1: expected well-formed JSON"),
        ]
        for text, expected in rows:
            with self.subTest(text=text):
                self.write("r.json", text)
                self.assertIn(expected, self.fails(BAD_DATA, "rules", "check", "r.json"))

    def test_the_document_of_the_docs_is_good(self):
        text = (DOCS / "rules.md").read_text(encoding="utf-8")
        self.write("r.json", text.split("```json\n")[1].split("```")[0])
        self.assertIn("linden-ruiz", self.good("rules", "check", "r.json"))


class Account(ToolTest):
    def setUp(self):
        super().setUp()
        self.open_firm("casefleet")
        self.record = self.addresses()["record", "A"]
        self.write("r.json", json.dumps(BLOCKS))

    def end(self, subject):
        self.write("m.eml", mail("mara@client.example", self.record, subject))
        return self.ingest("m.eml")[0]["targets"][0]

    def test_Y05_rules_hold_from_the_next_mail_on(self):
        self.assertEqual(self.end("one")["rule"], "other_new")
        self.good("rules", "set", "r.json")
        self.assertEqual(self.end("two")["rule"], "blocked")
        shown = self.objects("rules", "show")[0]
        self.assertEqual((shown["name"], shown["policy"], shown["rules"][0]["rule"]), ("blocks", "P0 anyone", "blocked"))
        self.assertEqual(self.objects("rules", "reset")[0]["name"], "casefleet")
        self.assertEqual(self.end("three")["rule"], "other_new")

    def test_a_broken_document_changes_nothing(self):
        self.write("bad.json", '{"casecomm_rules": 1}')
        self.fails(BAD_DATA, "rules", "set", "bad.json")
        self.assertEqual(self.objects("rules", "show")[0]["name"], "casefleet")

    def test_only_the_operator_changes_rules_and_rehearses(self):
        self.write("m.eml", mail("mara@client.example", self.record))
        for words in (["rules", "set", "r.json"], ["rules", "reset"], ["rehearse", "--rules", "r.json", "m.eml"],
                      ["rehearse", "--rules", "r.json"]):
            self.assertIn("operator", self.fails(BAD_DATA, *words, "--as", "u1"))
        self.assertIn("casefleet", self.good("rules", "show", "--as", "u1"))

    def test_Y02_rehearse_names_what_would_go_elsewhere_and_changes_nothing(self):
        self.end("one")
        self.write("m.eml", mail("mara@client.example", self.record, "two"))
        self.write("n.eml", mail("ana@firm.example", self.record, "three"))
        said = self.good("rehearse", "--rules", "r.json", "m.eml", "n.eml")
        self.assertIn("m.eml\n    now   filed record:A by rule other_new\n", said)
        self.assertIn("    then  held record:A by rule blocked\n", said)
        self.assertNotIn("n.eml", said)
        self.assertIn("2 mails: 1 would go elsewhere", said)
        objects = self.objects("rehearse", "--rules", "r.json", "m.eml", "n.eml")
        self.assertEqual([o["differs"] for o in objects], [True, False])
        self.assertEqual(objects[0]["then"]["trace"][0]["rule"], "blocked")
        self.assertIn("1 mail: 1 would go elsewhere", self.good("rehearse", "--rules", "r.json"))
        self.assertEqual(self.objects("rules", "show")[0]["name"], "casefleet")


if __name__ == "__main__":
    unittest.main()
