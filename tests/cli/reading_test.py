# SPDX-License-Identifier: Apache-2.0
"""The commands that list and read, and change nothing: route, people, records, assignments, threads, messages, raw, attachment."""
import base64
import json
import pathlib
import re
import unittest

from tool import BAD_DATA, FIRM, WRONG_USE, ToolTest, mail

FILE = bytes(range(256)) * 300


def mail_with_file(sender, to, data=FILE, encoded=None):
    encoded = encoded if encoded is not None else base64.encodebytes(data).replace(b"\n", b"\r\n")
    return (f"From: {sender}\r\nTo: {to}\r\nSubject: With a file\r\nMessage-ID: <file@test.example>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n"
            "Content-Type: application/octet-stream; name=data.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            ).encode() + encoded + b"--b--\r\n"


class Reading(ToolTest):
    def setUp(self):
        super().setUp()
        self.open_firm()
        self.at = self.addresses()

    def file(self, name, data):
        self.write(name, data)
        return self.ingest(name)[0]

    def test_the_directory_is_listed_by_id(self):
        self.assertEqual(self.objects("people"), sorted(FIRM["people"], key=lambda p: p["id"]))
        self.assertEqual(self.objects("records"),
                         sorted(({**r, "sender_policy": "anyone"} for r in FIRM["records"]), key=lambda r: r["id"]))
        everything = sorted(FIRM["assignments"], key=lambda a: (a["record"], a["person"]))
        self.assertEqual(self.objects("assignments"), everything)
        self.assertEqual(self.objects("assignments", "--record", "A"), [a for a in everything if a["record"] == "A"])
        self.assertEqual(self.objects("assignments", "--person", "u1"), [a for a in everything if a["person"] == "u1"])
        self.assertEqual(self.objects("assignments", "--person", "nobody"), [])
        for command, words in (("people", "staff u1 Ana Ruiz ana@firm.example"), ("records", "lead L open Lund, will"),
                               ("assignments", "B u1 viewer")):
            self.assertIn(words, [" ".join(line.split()) for line in self.good(command).splitlines()])

    def test_a_person_sees_what_they_may(self):
        self.assertEqual([r["id"] for r in self.objects("--as", "u1", "records")], ["A", "B"])
        self.assertEqual(self.objects("--as", "u2", "records"), [])
        self.assertEqual(self.good("--as", "u2", "records"), "No record.\n")
        self.assertEqual(self.objects("--as", "c1", "records"), [])
        self.assertEqual({a["record"] for a in self.objects("--as", "u1", "assignments")}, {"A", "B"})
        self.assertEqual(len(self.objects("--as", "u2", "people")), 5)
        self.fails(BAD_DATA, "--as", "c1", "people")
        self.fails(BAD_DATA, "--as", "u1", "threads", "C")
        self.fails(BAD_DATA, "threads", "none")

    def test_more_than_a_page(self):
        people = [{"id": f"p{i:04}", "kind": "contact", "name": f"P {i}", "emails": []} for i in range(1500)]
        self.write("many.json", json.dumps({"people": people}))
        self.good("load", "many.json")
        self.assertEqual(len(self.objects("people")), 1505)
        self.assertEqual(len(self.good("people").splitlines()), 1505)

    def test_threads_and_messages(self):
        first = self.file("1.eml", mail("mara@client.example", self.at["record", "A"], "One", message_id="1@x"))
        second = self.file("2.eml", mail("mara@client.example", self.at["record", "A"], "Two"))
        answer = self.file("3.eml", mail("mara@client.example", self.at["record", "A"], "Re: One",
                                         extra="In-Reply-To: <1@x>\r\n"))
        self.assertEqual(answer["targets"][0]["thread"], first["targets"][0]["thread"])
        threads = self.objects("threads", "A")
        self.assertEqual([(t["subject"], t["record"]) for t in threads], [("One", "A"), ("Two", "A")])
        messages = self.objects("messages", threads[0]["id"])
        self.assertEqual([m["id"] for m in messages], [first["id"], answer["id"]])
        shown = self.objects("show", "A")[0]["threads"][0]["messages"]
        self.assertEqual(messages, shown)
        self.assertIn("Two", self.good("threads", "A"))
        self.assertIn(second["id"], self.good("messages", threads[1]["id"]))
        foreign = self.fails(BAD_DATA, "--as", "u2", "messages", threads[0]["id"])
        missing = self.fails(BAD_DATA, "--as", "u2", "messages", "none")
        self.assertEqual(foreign.replace(threads[0]["id"], "none"), missing)
        self.assertEqual(self.good("threads", "B"), "No mail yet.\n")

    def test_route_is_explain_without_the_trace(self):
        for name, data in (("a.eml", mail("mara@client.example", self.at["record", "A"])),
                           ("b.eml", mail("x@y.example", "z@y.example")),
                           ("c.eml", mail("x@y.example", "nobody@in.firm.example"))):
            self.write(name, data)
            routed, = self.objects("route", name)
            explained, = self.objects("explain", name)
            self.assertTrue(explained.pop("trace"))
            self.assertEqual(routed, explained)
            self.assertIn(routed["targets"][0]["sentence"], self.good("route", name))
        self.assertEqual(self.ingest("a.eml")[0]["outcome"], "filed")
        self.assertEqual(self.objects("explain", "a.eml")[0]["outcome"], "duplicate")
        self.assertEqual(self.objects("route", "a.eml")[0]["outcome"], "filed")
        self.fails(BAD_DATA, "--as", "u1", "route", "a.eml")

    def test_raw_gives_the_bytes_as_they_came(self):
        data = mail_with_file("mara@client.example", self.at["record", "A"], bytes(range(256)) * 4000)
        told = self.file("a.eml", data)
        self.assertEqual(self.run_tool("raw", told["id"]).stdout, data)
        self.assertEqual(self.run_tool("--as", "u1", "raw", told["id"]).stdout, data)
        foreign = self.fails(BAD_DATA, "--as", "u2", "raw", told["id"])
        self.assertEqual(foreign.replace(told["id"], "none"), self.fails(BAD_DATA, "raw", "none"))
        self.fails(WRONG_USE, "--json", "raw", told["id"])

    def test_attachment_gives_the_decoded_file(self):
        told = self.file("a.eml", mail_with_file("mara@client.example", self.at["record", "A"]))
        self.assertEqual(self.run_tool("attachment", told["id"], "0").stdout, FILE)
        self.assertEqual(self.objects("attachment", told["id"], "0", "--output", "data.bin"),
                         [{"file": "data.bin", "size": len(FILE)}])
        self.assertEqual(self.read("data.bin"), FILE)
        self.assertIn("data.bin", self.fails(BAD_DATA, "attachment", told["id"], "0", "--output", "data.bin"))
        self.assertEqual(self.read("data.bin"), FILE)
        self.fails(BAD_DATA, "attachment", told["id"], "1", "--output", "none.bin")
        self.assertFalse(pathlib.Path(self.path("none.bin")).exists())
        for number in ("-1", "x", "0x0", "99999999999999999999999"):
            self.fails(WRONG_USE, "attachment", "--", told["id"], number)

    def test_what_is_damaged_is_given_as_far_as_it_goes(self):
        told = self.file("a.eml", mail_with_file("mara@client.example", self.at["record", "A"],
                                                 encoded=b"QUJD\r\nR!\r\n"))
        done = self.run_tool("attachment", told["id"], "0", "--output", "part.bin")
        self.assertEqual(done.returncode, BAD_DATA)
        self.assertRegex(done.stderr.decode(), re.escape(told["id"]) + ": .*damaged")
        self.assertEqual(self.read("part.bin"), b"ABC")


if __name__ == "__main__":
    unittest.main()
