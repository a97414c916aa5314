# SPDX-License-Identifier: Apache-2.0
"""The main job end to end: load, address, ingest, explain, show, unassigned, link."""
import json
import os
import sqlite3
import subprocess
import time
import unittest

from tool import BAD_DATA, FIRM, OK, TOOL, ToolTest, mail

IDS = ["a b", "Fall/2026 №7", "事件", "-dash", "--dashes", "x" * 255, "O'Hara & \"Sons\"", "a=b", "e\u0301", "👩\u200d⚖️", "."]


class Filing(ToolTest):
    preset = "casebook"

    def setUp(self):
        super().setUp()
        self.open_firm(self.preset)
        self.at = self.addresses()

    def file(self, name, *words, **fields):
        self.write(name, mail(*words, **fields))
        return self.ingest(name)[0]

    def messages(self, record, *words):
        return [m for t in self.objects(*words, "show", record)[0]["threads"] for m in t["messages"]]

    def dump(self):
        with sqlite3.connect(self.path("firm.db")) as db:
            lines = "\n".join(db.iterdump())
        db.close()
        return lines


class MainJob(Filing):
    def test_CB02_addresses_agree_and_stay(self):
        for (kind, ident), address in self.at.items():
            words = [ident] if kind == "record" else ["--person", ident]
            self.assertEqual(self.good("address", *words), address + "\n")
            self.assertEqual(self.objects("address", *words), [{"id": ident, "kind": kind, "address": address}])
        self.assertEqual({i for k, i in self.at if k == "record"}, set("ABCLZ"))
        self.assertEqual({i for k, i in self.at if k == "drop"}, {"u1", "u2"})
        self.assertEqual(len(set(self.at.values())), 7)
        self.good("load", "firm.json")
        self.assertEqual(self.addresses(), self.at)
        self.assertEqual(len(self.objects("addresses")), 7)

    def test_CB10_T8_filed_and_shown(self):
        told = self.file("a.eml", "mara@client.example", self.at["record", "A"], "Grüße")
        self.assertEqual((told["path"], told["index"], told["account"], told["outcome"], told["records"]),
                         ("a.eml", None, "firm", "filed", ["A"]))
        target, = told["targets"]
        self.assertEqual((target["target"], target["record"], target["outcome"]), ("record:A", "A", "filed"))
        for word in ("A", "mara@client.example", self.at["record", "A"]):
            self.assertIn(word, target["sentence"])
        message, = self.messages("A")
        self.assertEqual((message["id"], message["from"], message["subject"], message["filed_by"]),
                         (told["id"], ["mara@client.example"], "Grüße", "rules"))
        self.assertIn("Grüße", self.good("show", "A"))

    def test_X09_CB10_T7_not_tracked_leaves_nothing_of_the_mail(self):
        told = self.file("a.eml", "mara@client.example", "ana@firm.example", "Secretword")
        self.assertEqual((told["outcome"], told["id"], told["records"]), ("not_tracked", None, []))
        self.assertNotIn("Secretword", self.dump())

    def test_CB25_newest_activity_first(self):
        for i in range(3):
            self.file(f"{i}.eml", "mara@client.example", self.at["record", "A"], f"Thread {i}", message_id=f"t{i}@x")
            time.sleep(0.01)
        self.file("3.eml", "mara@client.example", self.at["record", "A"], "Re: Thread 0",
                  extra="In-Reply-To: <t0@x>\r\n")
        threads = self.objects("show", "A")[0]["threads"]
        self.assertEqual([(t["subject"], len(t["messages"])) for t in threads],
                         [("Thread 0", 2), ("Thread 2", 1), ("Thread 1", 1)])
        newest = [t["newest_at_us"] for t in threads]
        self.assertEqual(newest, sorted(newest, reverse=True))

    def test_CF09_unassigned_waits_with_a_notification(self):
        told = self.file("a.eml", "ana@firm.example", "dike@client.example", extra=f"Bcc: {self.at['drop', 'u1']}\r\n")
        self.assertEqual(told["outcome"], "unassigned")
        view, = self.objects("unassigned")
        self.assertEqual((view["id"], view["path"], view["owner"]), (told["id"], "a.eml", "u1"))
        self.assertTrue(view["notification"])
        self.assertEqual({(c["address"], c["person"], c["record"]) for c in view["candidates"]},
                         {("dike@client.example", "c2", "B"), ("dike@client.example", "c2", "C")})
        self.assertEqual(len(self.objects("--as", "u1", "unassigned")), 1)
        self.assertEqual(self.objects("--as", "u2", "unassigned"), [])
        linked, = self.objects("link", told["id"], "--record", "B", "--contact", "c2")
        self.assertEqual((linked["outcome"], linked["records"]), ("filed", ["B"]))
        self.assertEqual(self.objects("unassigned"), [])
        with sqlite3.connect(self.path("firm.db")) as db:
            rows = db.execute("SELECT open_us FROM notifications").fetchall()
        db.close()
        self.assertEqual(rows, [(None,)])

    def test_CF10_a_contact_is_made_on_linking(self):
        told = self.file("a.eml", "ana@firm.example", "new@nowhere.example", extra=f"Bcc: {self.at['drop', 'u1']}\r\n")
        self.assertEqual(told["outcome"], "unassigned")
        self.good("link", told["id"], "--record", "L", "--new-contact", "Nora Quist", "new@nowhere.example")
        self.assertEqual([m["id"] for m in self.messages("L")], [told["id"]])
        known = self.file("b.eml", "ana@firm.example", "new@nowhere.example", "Next",
                          extra=f"Bcc: {self.at['drop', 'u1']}\r\n")
        self.assertNotEqual(known["targets"][0]["reason"], "unknown_recipient")

    def test_CF10_without_a_contact_it_is_refused(self):
        told = self.file("a.eml", "ana@firm.example", "new@nowhere.example", extra=f"Bcc: {self.at['drop', 'u1']}\r\n")
        self.fails(BAD_DATA, "link", told["id"], "--record", "L")
        self.fails(BAD_DATA, "link", told["id"], "--record", "L", "--contact", "nobody")
        self.assertEqual(len(self.objects("unassigned")), 1)

    def test_CF11_CF12_linked_to_a_case_and_a_lead_it_shows_on_both(self):
        told = self.file("a.eml", "ana@firm.example", "dike@client.example", extra=f"Bcc: {self.at['drop', 'u1']}\r\n")
        linked, = self.objects("link", told["id"], "--record", "B", "L", "--contact", "c2")
        self.assertEqual(sorted(linked["records"]), ["B", "L"])
        for record in "BL":
            message, = self.messages(record)
            self.assertEqual((message["id"], message["filed_by"]), (told["id"], "operator"))
        self.fails(BAD_DATA, "link", told["id"], "--record", "A", "--contact", "c2")

    def test_linking_needs_the_edit_right(self):
        told = self.file("a.eml", "ana@firm.example", "dike@client.example", extra=f"Bcc: {self.at['drop', 'u1']}\r\n")
        self.assertIn("B", self.fails(BAD_DATA, "--as", "u1", "link", told["id"], "--record", "B", "--contact", "c2"))
        self.fails(BAD_DATA, "--as", "u2", "link", told["id"], "--record", "A", "--contact", "c2")
        linked, = self.objects("--as", "u1", "link", told["id"], "--record", "A", "--contact", "c2")
        self.assertEqual(linked["records"], ["A"])
        self.assertEqual([m["filed_by"] for m in self.messages("A")], ["u1"])

    def test_CB12_who_may_view(self):
        self.good("--as", "u1", "show", "A")
        for person in ("u2", "c1"):
            self.assertIn(person, self.fails(BAD_DATA, "--as", person, "show", "A"))

    def test_explain_has_no_effect_and_says_what_ingest_does(self):
        a, u1 = self.at["record", "A"], self.at["drop", "u1"]
        rows = [("mara@client.example", a, ""), ("x@y.example", a, ""), ("ana@firm.example", "dike@client.example", u1),
                ("ana@firm.example", "mara@client.example", u1), ("ben@firm.example", "mara@client.example", u1),
                ("x@y.example", a[:-20] + "0" + a[-19:], ""), ("mara@client.example", "ana@firm.example", ""),
                ("mara@client.example", self.at["record", "Z"], "")]
        for i, (sender, to, drop) in enumerate(rows):
            self.write(f"in/{i}.eml", mail(sender, to, f"s{i}", extra=f"Delivered-To: {drop}\r\n" if drop else ""))
        self.good("show", "A")
        before, files = self.dump(), sorted(os.listdir(self.folder))
        explained = self.objects("explain", "in")
        self.good("explain", "in", "in/0.eml")
        self.objects("explain", "-", stdin=mail("mara@client.example", a))
        self.assertEqual(self.dump(), before)
        self.assertEqual(sorted(os.listdir(self.folder)), files)
        ingested = self.ingest("in")
        self.assertEqual(len(ingested), len(rows))
        for said, done in zip(explained, ingested):
            self.assertTrue(said["trace"])
            self.assertNotIn("trace", done)
            self.assertTrue(any(step["matched"] for step in said["trace"]))
            for key in ("path", "message_id", "outcome", "records"):
                self.assertEqual(said[key], done[key])
            for a_target, b_target in zip(said["targets"], done["targets"], strict=True):
                for key in ("target", "record", "outcome", "rule", "reason", "sentence", "candidates"):
                    self.assertEqual(a_target[key], b_target[key])

    def test_the_same_mailbox_again(self):
        for i, to in enumerate((self.at["record", "A"], self.at["record", "B"] + ", " + self.at["record", "L"],
                                "ana@firm.example", self.at["record", "Z"])):
            self.write(f"in/{i}.eml", mail("mara@client.example", to, f"s{i}"))
        first, second = self.ingest("in"), self.ingest("in")
        self.assertEqual([d["outcome"] for d in second],
                         ["not_tracked" if d["outcome"] == "not_tracked" else "duplicate" for d in first])
        for record in "ABL":
            self.assertEqual(len(self.messages(record)), 1)

    def test_ack_file_lists_what_is_stored_and_skips_it(self):
        self.write("box", b"".join(b"From x\n" + mail("mara@client.example", self.at["record", "A"], f"s{i}")
                                   .replace(b"\r\n", b"\n") + b"\n" for i in range(3)))
        self.write("in/a\\b\n.eml", mail("mara@client.example", self.at["record", "A"], "odd name"))
        self.assertEqual(len(self.ingest("--ack", "acks", "box", "in")), 4)
        self.assertEqual(self.read("acks"), b"box\t0\nbox\t1\nbox\t2\nin/a\\x5cb\\x0a.eml\n")
        self.assertEqual(self.ingest("--ack", "acks", "box", "in"), [])
        self.assertIn("left out, acknowledged before: 4", self.good("ingest", "--ack", "acks", "box", "in"))
        self.write("acks", b"box\t0\nbox\t1")  # a killed run left half a line
        self.assertEqual([d["index"] for d in self.ingest("--ack", "acks", "box")], [1, 2])
        self.assertEqual(self.read("acks"), b"box\t0\nbox\t1\nbox\t2\n")

    def test_scan_needs_no_store(self):
        self.write("note.txt", mail("mara@client.example", "x@y.example", "=?iso-8859-1?q?Gr=FC=DFe?="))
        env = {k: v for k, v in os.environ.items() if k != "CASECOMM_STORE"}
        seen, = self.objects("scan", "note.txt", env=env)
        self.assertEqual((seen["path"], seen["index"], seen["from"], seen["to"], seen["subject"], seen["date"]),
                         ("note.txt", None, ["mara@client.example"], ["x@y.example"], "Grüße", 1772442000))
        self.assertIn("Grüße", self.good("scan", "note.txt", env=env))

    def test_text_of_a_mail_cannot_act_on_a_terminal(self):
        self.write("a.eml", mail("\"\x1b]0;x\x07\" <mara@client.example>", self.at["record", "A"],
                                 "=?utf-8?q?=1B=5B2J=E2=80=AE?=", body="x", message_id="\x1b[31m@x"))
        for words in (["scan", "a.eml"], ["explain", "a.eml"], ["ingest", "a.eml"], ["show", "A"]):
            for form in ([], ["--json"]):
                out = self.good(*form, *words)
                self.assertNotRegex(out, r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", words)


class MainJobCasefleet(MainJob):
    """The same in the other preset; the test mail is all of known people."""
    preset = "casefleet"

    def test_X05_a_stranger_is_held(self):
        told = self.file("a.eml", "x@y.example", self.at["record", "A"])
        self.assertEqual((told["outcome"], told["targets"][0]["reason"]), ("held", "unknown_sender"))


class Ids(ToolTest):
    def test_any_utf8(self):
        records = [{"id": i, "kind": "case", "name": i[:40], "state": "open"} for i in IDS]
        people = [{"id": i, "kind": "staff", "name": "n", "emails": []} for i in IDS]
        self.open_firm(document={"people": people, "records": records})
        at = self.addresses()
        self.assertEqual(len(at), 2 * len(IDS))
        for i in IDS:
            self.assertEqual(self.good("address", "--", i), at["record", i] + "\n")
            self.assertEqual(self.good("address", f"--person={i}"), at["drop", i] + "\n")
        self.write("a.eml", mail("x@y.example", ", ".join(at["record", i] for i in IDS)))
        told, = self.ingest("a.eml")
        self.assertEqual(set(told["records"]), set(IDS))
        for i in IDS:
            page, = self.objects("show", "--", i)
            self.assertEqual((page["id"], len(page["threads"])), (i, 1))


class TwoAccounts(ToolTest):
    def setUp(self):
        super().setUp()
        for name, preset in (("one", "casebook"), ("two", "casefleet")):
            self.good("init", "--account", name, "--domain", f"in.{name}.example", "--preset", preset)
            self.write("firm.json", json.dumps(FIRM))
            self.good("--account", name, "load", "firm.json")
        self.one, self.two = self.addresses("one"), self.addresses("two")

    def count(self, account, record):
        return sum(len(t["messages"]) for t in self.objects("--account", account, "show", record)[0]["threads"])

    def test_mail_finds_its_account(self):
        self.assertFalse(set(self.one.values()) & set(self.two.values()))
        self.write("in/1.eml", mail("mara@client.example", self.one["record", "A"], "first"))
        self.write("in/2.eml", mail("mara@client.example", self.two["record", "A"], "second"))
        self.write("in/3.eml", mail("mara@client.example", f"{self.one['record', 'A']}, {self.two['record', 'A']}",
                                    "third"))
        self.write("in/4.eml", mail("mara@client.example", "ana@firm.example", "fourth"))
        told = self.ingest("in")
        self.assertEqual(sorted((d["path"], d["account"], d["outcome"]) for d in told if d["path"] != "in/4.eml"),
                         [("in/1.eml", "one", "filed"), ("in/2.eml", "two", "filed"),
                          ("in/3.eml", "one", "filed"), ("in/3.eml", "two", "filed")])
        self.assertEqual([d["path"] for d in told], sorted(d["path"] for d in told))
        self.assertEqual((self.count("one", "A"), self.count("two", "A")), (2, 2))

    def test_an_address_of_one_is_nothing_to_the_other(self):
        local = self.one["record", "A"].split("@")[0]
        self.write("a.eml", mail("mara@client.example", f"{local}@in.two.example"))
        told, = self.ingest("a.eml")
        self.assertEqual(told["outcome"], "held")
        self.assertEqual((self.count("one", "A"), self.count("two", "A")), (0, 0))


class EmbedCpp(unittest.TestCase):
    def test_the_smallest_host_files_a_mail(self):
        host = os.environ.get("CASECOMM_EMBED_CPP") or os.path.join(os.path.dirname(TOOL), "embed_cpp")
        done = subprocess.run([host], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        self.assertRegex(done.stdout, r'\Afiled: .*R1.*ann@client\.example.*\n\Z')


if __name__ == "__main__":
    unittest.main()
