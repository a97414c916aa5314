# SPDX-License-Identifier: Apache-2.0
"""The sample mailbox: each of its mails where its name says, and the script that quickstart runs."""
import pathlib
import re
import subprocess
import unittest

from tool import OK, TOOL, ToolTest

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/sample"

# The number in the mail's name: outcome, records or owner, reason of the first target.
TRUTH = {
    1: ("filed", "C1", "record_address"), 2: ("filed", "C1", "record_address"), 3: ("filed", "C1", "record_address"),
    4: ("filed", "C1", "record_address"), 5: ("not_tracked", "", "no_address"), 6: ("not_tracked", "", "no_address"),
    7: ("not_tracked", "", "no_address"), 8: ("not_tracked", "", "no_address"), 9: ("filed", "C2", "record_address"),
    10: ("filed", "C1 M1", "record_address"), 11: ("filed", "C1", "record_address"), 12: ("held", "", "unroutable"),
    13: ("filed", "C6", "record_closed_filed"), 14: ("filed", "C3", "record_address"),
    15: ("filed", "C3", "record_address"), 16: ("filed", "C4", "record_address"), 17: ("filed", "C4", "record_address"),
    18: ("filed", "M1", "record_address"), 19: ("filed", "M1", "record_address"), 20: ("filed", "C1", "record_address"),
    21: ("filed", "C1", "record_address"), 22: ("filed", "C1", "record_address"), 23: ("filed", "C1", "record_address"),
    24: ("filed", "C3", "record_address"), 25: ("filed", "C2", "record_address"),
    26: ("held", "", "author_ambiguous"), 27: ("filed", "C4", "record_address"), 28: ("filed", "P1", "record_address"),
    29: ("filed", "C1", "recipients_settled"), 30: ("filed", "L3", "recipients_settled"),
    31: ("filed", "C4", "recipients_settled"), 32: ("unassigned", "", "several_cases"),
    33: ("unassigned", "", "several_leads"), 34: ("unassigned", "", "unknown_recipient"),
    35: ("unassigned", "", "no_open_record"), 36: ("filed", "C1", "recipients_settled"),
    37: ("filed", "C1 L3", "recipients_settled"), 38: ("filed", "C7", "recipients_settled"),
    39: ("held", "", "not_owner"), 40: ("unassigned", "", "forwarded"), 41: ("unassigned", "", "forwarded"),
    42: ("filed", "L3", "recipients_settled"), 43: ("unassigned", "", "no_recipient"),
    44: ("filed", "C1", "recipients_settled"), 45: ("filed", "L3", "record_address"),
    46: ("duplicate", "C1", None), 47: ("duplicate", "C1", None), 48: ("filed", "C1", "record_address"),
    49: ("filed", "I1", "record_address"), 50: ("filed", "L4", "record_address"), 51: ("filed", "C3", "record_address"),
    52: ("filed", "L3", "record_address"),
}


class Sample(ToolTest):
    def setUp(self):
        super().setUp()
        self.good("init", "--account", "linden-ruiz", "--domain", "in.linden-ruiz.example", "--preset", "casebook")
        self.good("load", str(SAMPLE / "firm.json"))
        self.write("addresses.tsv", self.good("addresses", "--tsv"))
        subprocess.run(["/usr/bin/python3", SAMPLE / "make.py", "addresses.tsv", "."], cwd=self.folder, check=True)

    def number(self, told):
        if told["path"] == "sent.mbox":
            return 29 + told["index"]
        return int(re.search(r"(?:eml/|\.)(\d\d)[-.]", told["path"])[1])

    def test_each_mail_goes_where_its_name_says(self):
        told = self.ingest("eml", "sent.mbox", "Maildir")
        found = {}
        for decision in told:
            first = decision["targets"][0]
            found[self.number(decision)] = (decision["outcome"], " ".join(decision["records"]), first["reason"])
        self.assertEqual(set(found), set(TRUTH))
        for number, (outcome, records, reason) in TRUTH.items():
            with self.subTest(mail=number):
                self.assertEqual(found[number][:2], (outcome, records if outcome in ("filed", "duplicate") else
                                                     found[number][1]))
                if reason:
                    self.assertEqual(found[number][2], reason)

    def test_the_mails_read_well(self):
        seen = {}
        for folder in ("eml", "Maildir", "sent.mbox"):
            for mail in self.objects("scan", folder):
                seen[self.number(mail)] = mail
        self.assertEqual({n: seen[n]["subject"] for n in (14, 15, 16, 17, 18, 19)}, {
            14: "Schlüssel für das Büro", 15: "“Lease” – the landlord’s offer: 1 200 €", 16: "Перевод описания",
            17: "特許の図面", 18: "泊位的合同", 19: "Møde på havnen"})
        self.assertEqual(seen[17]["text"], "図面をお送りします。")
        self.assertEqual(seen[16]["text"], "Перевод готов.")
        self.assertEqual([a["filename"] for a in seen[23]["attachments"]],
                         ["Rechnung März.pdf", "Übersicht.csv", "a-very-long-name-of-a-photo-of-the-pallet.png"])
        self.assertEqual([(a["filename"], a["inline"]) for a in seen[3]["attachments"]], [("pallet.png", True)])
        self.assertEqual(len(seen[20]["to"]), 3)
        self.assertIn("\nFrom now on the house is Eva's.\n>From the garden", seen[45]["text"])
        self.assertEqual(seen[22]["references"],
                         ["lost-1@court.example", "lost-2@court.example", "list-1@linden-ruiz.example"])

    def test_the_script_of_quickstart_runs(self):
        done = subprocess.run([SAMPLE / "run.sh", TOOL], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        self.assertRegex(done.stdout, r"52 mails: 36 filed, 7 unassigned, 3 held, 2 duplicate, 4 not tracked")
        self.assertRegex(done.stdout, r"52 mails: 48 duplicate, 4 not tracked")
        self.assertNotIn("{{", done.stdout)
        self.assertLessEqual(max(map(len, re.sub(r"\S{60,}", "", done.stdout).splitlines())), 120)


if __name__ == "__main__":
    unittest.main()
