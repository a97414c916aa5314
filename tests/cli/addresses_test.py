# SPDX-License-Identifier: Apache-2.0
"""The life of addresses and mail for the catch-all address, through the tool."""
import json
import unittest

from tool import BAD_DATA, WRONG_USE, ToolTest, mail

CATCH_ALL = {"casecomm_rules": 1, "name": "firm", "extends": "trackops", "settings": {"catch_all": "office@firm.example"}}


class Addresses(ToolTest):
    def setUp(self):
        super().setUp()
        self.open_firm("trackops")

    def all(self):
        return {entry["address"]: entry for entry in self.objects("addresses", "--all")}

    def end(self, to, subject, author="mara@client.example"):
        self.write("m.eml", mail(author, to, subject))
        return self.ingest("m.eml")[0]["targets"][0]

    def test_Y03_rotate_retire_and_replace(self):
        first = self.addresses()["record", "A"]
        second = self.good("address", "A", "--rotate").strip()
        self.assertEqual(second, self.good("address", "A").strip())
        self.assertNotEqual(first, second)
        self.assertEqual(["grace", "active"], [self.all()[a]["state"] for a in (first, second)])
        self.assertEqual(self.end(first, "one")["reason"], "address_retired")
        self.good("retire", second)
        third = self.good("address", "A").strip()
        self.assertEqual(self.end(third, "two")["outcome"], "filed")
        self.assertEqual(self.end(second, "three")["outcome"], "held")
        self.assertIn("gave out no such address", self.fails(BAD_DATA, "retire", "x@in.firm.example"))
        drop = self.good("address", "--person", "u1").strip()
        self.assertNotEqual(drop, self.good("address", "--person", "u1", "--rotate").strip())
        self.assertIn("newer one must stand in the ring", self.fails(BAD_DATA, "replace-key", "0"))
        self.assertIn("0 addresses of key 9 replaced", self.good("replace-key", "9"))
        for words in (["replace-key", "x"], ["address", "A", "--rotate", "--reply", "c1"], ["address", "A", "--email", "a@b.c"]):
            self.fails(WRONG_USE, *words)

    def test_TI04_a_reply_address(self):
        reply = self.objects("address", "A", "--reply", "c1")[0]
        self.assertEqual((reply["id"], reply["kind"]), ("A", "reply"))
        self.assertEqual(self.end(reply["address"], "one")["reason"], "reply_address")
        entry = self.all()[reply["address"]]
        self.assertEqual((entry["person"], entry["email"]), ("c1", "mara@client.example"))
        self.assertEqual(entry["expires_at_us"] - entry["created_at_us"], 180 * 86400 * 10**6)
        self.assertNotIn(("reply", "A"), self.addresses())
        self.assertIn("\nreply   A  ", self.good("addresses", "--all"))

    def test_TI05_forwards(self):
        self.write("r.json", json.dumps(CATCH_ALL))
        self.good("rules", "set", "r.json")
        told = self.end(self.addresses()["record", "A"], "one", "stranger@else.example")
        self.assertEqual((told["outcome"], told["reason"]), ("catch_all", "unknown_sender"))
        forward = self.objects("forwards")[0]
        self.assertEqual((forward["catch_all"], forward["target"]), ("office@firm.example", "record:A"))
        self.assertIn("To be forwarded to office@firm.example", self.good("forwards"))
        self.good("forwarded", forward["id"])
        self.assertEqual([], self.objects("forwards"))
        self.fails(BAD_DATA, "forwarded", "none")
        self.write("loop.json", json.dumps(CATCH_ALL | {"settings": {"catch_all": "x@in.firm.example"}}))
        self.assertIn("/settings/catch_all", self.fails(BAD_DATA, "rules", "set", "loop.json"))


if __name__ == "__main__":
    unittest.main()
