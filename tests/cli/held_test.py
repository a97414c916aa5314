# SPDX-License-Identifier: Apache-2.0
"""Mail that waits, through the tool: held, release, reroute, forward, reject, withdraw, restore, acts, matches."""
import json
import unittest

from tool import BAD_DATA, WRONG_USE, ToolTest, mail


class Held(ToolTest):
    def setUp(self):
        super().setUp()
        self.open_firm("casefleet")
        self.at = self.addresses()
        self.write("m.eml", mail("stranger@new.example", self.at["record", "A"], "About me"))
        self.told = self.ingest("m.eml")[0]
        self.assertEqual(self.told["outcome"], "held")
        self.id = self.told["id"]

    def messages(self, record):
        return [m for t in self.objects("show", record)[0]["threads"] for m in t["messages"]]

    def test_X09_held_mail_is_listed_and_released(self):
        view, = self.objects("held")
        self.assertEqual((view["id"], view["target"], view["state"], view["reason"], view["alert_days"]),
                         (self.id, "held:record:A", "held", "unknown_sender", 0))
        self.assertIn("unknown_sender", self.good("held", "list"))
        self.assertIn("record:A", self.good("held", "show", self.id))
        released, = self.objects("--as", "u1", "release", self.id, "--why", "a new client")
        self.assertEqual((released["outcome"], released["records"]), ("filed", ["A"]))
        self.assertEqual(self.objects("held"), [])
        self.assertIn("released", self.messages("A")[0]["badges"])
        act, = self.objects("acts", self.id)
        self.assertEqual((act["event"], act["actor"], act["why"], act["from"], act["to"], act["records"]),
                         ("released", "u1", "a new client", "held", "filed", ["A"]))
        self.assertIn("a new client", self.good("acts", self.id))
        self.assertIn("cannot be released", self.fails(BAD_DATA, "release", self.id))

    def test_X09_the_other_ways_out_and_back(self):
        self.good("reject", self.id, "--why", "spam")
        self.assertEqual([v["id"] for v in self.objects("held", "--state", "rejected")], [self.id])
        self.good("restore", self.id)
        self.assertIn("intake domain", self.fails(BAD_DATA, "forward", self.id, "--to", self.at["record", "A"]))
        self.good("forward", self.id, "--to", "all@firm.example")
        view, = self.objects("held", "list", "--state", "catch_all")
        self.assertEqual(view["forwarded_to"], "all@firm.example")
        self.good("reroute", self.id, "--record", "B", "--why", "it is about B")
        self.good("withdraw", self.id, "--why", "private", "--target", "record:B")
        self.assertEqual(self.messages("B"), [])
        self.good("restore", self.id)
        self.assertEqual([m["id"] for m in self.messages("B")], [self.id])
        self.assertEqual([a["event"] for a in self.objects("acts", self.id)],
                         ["rejected", "restored", "forwarded", "rerouted", "withdrawn", "restored"])

    def test_Y04_a_sender_who_becomes_known_is_offered(self):
        self.assertEqual(self.objects("matches"), [])
        self.write("new.json", json.dumps({"people": [{"id": "n", "kind": "contact", "name": "New", "emails": ["stranger@new.example"]}]}))
        self.good("load", "new.json")
        match, = self.objects("matches")
        self.assertEqual((match["id"], match["targets"][0]["record"]), (self.id, "A"))
        self.assertIn("stranger@new.example", match["changes"][0])
        self.assertIn("record:A", self.good("matches"))
        self.assertEqual(len(self.objects("held")), 1)

    def test_wrong_use_is_told(self):
        for words, said in [(("reject", self.id), "--why"), (("withdraw", self.id), "--why"),
                            (("reroute", self.id, "--why", "x"), "--record"),
                            (("reroute", self.id, "--record", "B"), "--why"),
                            (("held", "show"), "show takes a message"), (("held", "list", "x"), "list none"),
                            (("held", "drop"), "list or show"), (("held", "--state", "filed"), "rejected"),
                            (("held", "show", self.id, "--state", "held"), "held list takes it")]:
            with self.subTest(words=words):
                self.assertIn(said, self.fails(WRONG_USE, *words))


if __name__ == "__main__":
    unittest.main()
