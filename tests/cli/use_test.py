# SPDX-License-Identifier: Apache-2.0
"""Wrong use, bad data, and trouble that may pass: one clear line and the right exit code."""
import fcntl
import json
import os
import pathlib
import pty
import re
import sqlite3
import stat
import subprocess
import time
import unittest

from tool import BAD_DATA, FIRM, MAY_PASS, OK, TOOL, WRONG_USE, ToolTest, mail


class WrongUse(ToolTest):
    ROWS = [
        ([], "no command"),
        (["fly"], "fly: there is no such command"),
        (["help", "fly"], "there is no such command"),
        (["--fly", "show", "A"], "--fly: there is no such option"),
        (["show"], "use: casecomm show RECORD"),
        (["show", "A", "B"], "use: casecomm show RECORD"),
        (["show", "A", "--tsv"], "--tsv: it does not go with show"),
        (["show", "A", "--store"], "--store: it needs sqlite:FILE"),
        (["show", "A", "--json=1"], "--json: it takes no value"),
        (["show", "A", "--account", "x", "--account", "y"], "--account: it was given twice"),
        (["show", "A", "--as="], "--as: its value is empty"),
        (["--store", "postgres:x", "show", "A"], "postgres:x: a store is named sqlite:FILE"),
        (["--store", "sqlite:", "show", "A"], "sqlite:: a store is named sqlite:FILE"),
        (["init"], "--account: init needs it"),
        (["init", "--account", "x", "--preset", "casebook"], "--domain: init needs it"),
        (["init", "--account", "x", "--domain", "in.x.example", "--preset", "none"], "none: was no preset; there are casebook, casefleet, mycase, plain, trackops"),
        (["init", "--account", "x", "--domain", "nodots", "--preset", "casebook"], "nodots"),
        (["load"], "use: casecomm load"),
        (["address"], "it needs a RECORD or --person P"),
        (["address", "A", "--person", "u1"], "it needs a RECORD or --person P"),
        (["ingest"], "use: casecomm ingest"),
        (["scan"], "use: casecomm scan"),
        (["explain"], "use: casecomm explain"),
        (["rules"], "use: casecomm rules"),
        (["rules", "read"], "it needs check FILE, show, set FILE or reset"),
        (["rules", "check"], "it needs a FILE"),
        (["rules", "show", "x"], "it takes no FILE"),
        (["rehearse", "x.eml"], "rehearse: it needs --rules FILE"),
        (["link"], "use: casecomm link"),
        (["link", "x"], "it needs --record R"),
        (["link", "x", "--record"], "--record: it needs RECORD..."),
        (["link", "x", "--record", "A", "--new-contact", "Name"], "--new-contact: it needs NAME EMAIL"),
        (["link", "x", "--record", "A", "--contact", "c", "--new-contact", "N", "e@x.example"], "not both"),
    ]

    def test_every_row_is_64_and_one_line(self):
        for words, expected in self.ROWS:
            with self.subTest(words=words):
                self.assertIn(expected, self.fails(WRONG_USE, *words))

    def test_no_store_named(self):
        env = {k: v for k, v in self.environment().items() if k != "CASECOMM_STORE"}
        self.assertIn("no store was named", self.fails(WRONG_USE, "show", "A", env=env))

    def test_several_accounts_want_a_name(self):
        self.open_firm()
        self.good("init", "--account", "two", "--domain", "in.two.example", "--preset", "casefleet")
        self.assertIn("--account", self.fails(WRONG_USE, "show", "A"))

    def test_wrong_use_makes_nothing(self):
        self.fails(WRONG_USE, "init", "--account", "x", "--domain", "in.x.example", "--preset", "none")
        self.assertEqual(os.listdir(self.folder), [])

    def test_help_and_version(self):
        for words in (["help"], ["--help"], ["-h"], ["help", "link"], ["link", "--help"]):
            self.assertIn("casecomm", self.good(*words))
        self.assertIn("--record", self.good("link", "--help"))
        for words in (["--version"], ["version"]):
            self.assertRegex(self.good(*words), r"\Acasecomm \d+\.\d+\.\d+\n\Z")


class As(ToolTest):
    """Every command takes --as."""

    def setUp(self):
        super().setUp()
        self.open_firm()

    def test_commands_that_a_person_may_give(self):
        self.write("a.eml", mail("mara@client.example", self.addresses()["record", "A"]))
        for words in (["address", "A"], ["ingest", "a.eml"], ["scan", "a.eml"], ["show", "A"], ["unassigned"], ["help"],
                      ["version"]):
            with self.subTest(words=words):
                self.good("--as", "u1", *words)
                self.good(*words, "--as=u1")

    def test_commands_that_are_the_operators(self):
        for words in (["init", "--account", "two", "--domain", "in.two.example", "--preset", "casebook"],
                      ["load", "firm.json"], ["addresses"], ["explain", "firm.json"]):
            with self.subTest(words=words):
                self.assertIn("operator", self.fails(BAD_DATA, *words, "--as", "u1"))
        self.assertIn("two", self.fails(BAD_DATA, "--account", "two", "addresses"))

    def test_a_refused_init_makes_nothing(self):
        before = sorted(os.listdir(self.folder))
        self.assertIn("operator", self.fails(
            BAD_DATA, "--store", "sqlite:new.db", "init", "--account", "new", "--domain", "in.new.example",
            "--preset", "casebook", "--as", "u1"))
        self.assertEqual(sorted(os.listdir(self.folder)), before)


class Damage(ToolTest):
    """Whole pages of a closed store overwritten: refused, or nothing of the content is lost."""

    def test_pages(self):
        self.open_firm()
        addresses = self.addresses()
        for record in ("A", "B", "C"):
            box = b"".join(b"From x\n" + mail(f"x{i}@y.example", addresses["record", record], f"s{i}", "text\n" * 300)
                           .replace(b"\r\n", b"\n") + b"\n" for i in range(20))
            self.write("box", box)
            self.good("ingest", "box")
        self.assertFalse(os.path.exists(self.path("firm.db-wal")))
        questions = (["addresses"], ["show", "A"], ["show", "B"], ["show", "C"], ["unassigned"])
        whole = self.read("firm.db")
        expected = [self.good("--json", *words) for words in questions]
        pages = len(whole) // 4096
        refused = 0
        for number in range(0, pages, max(1, pages // 24)):
            for fill in (b"\x55", b"\0"):
                self.write("firm.db", whole[:number * 4096] + fill * 4096 + whole[(number + 1) * 4096:])
                with self.subTest(page=number, fill=fill):
                    done = self.run_tool("--json", *questions[0])
                    if done.returncode == OK:
                        self.assertEqual([self.good("--json", *words) for words in questions], expected)
                    else:
                        refused += 1
                        self.assertIn("firm.db", self.fails(BAD_DATA, *questions[0]))
        self.assertGreater(refused, 20)


class BadData(ToolTest):
    def test_missing_store(self):
        self.assertIn("firm.db: there is no such store", self.fails(BAD_DATA, "show", "A"))
        self.assertEqual(os.listdir(self.folder), [])

    def test_missing_key_ring(self):
        self.open_firm()
        os.remove(self.path("firm.db.keys"))
        for words in (["show", "A"], ["init", "--account", "b", "--domain", "in.b.example", "--preset", "casebook"]):
            self.assertIn("firm.db.keys: there is no key ring", self.fails(BAD_DATA, *words))
        self.assertFalse(os.path.exists(self.path("firm.db.keys")))

    def test_damaged_key_ring(self):
        self.open_firm()
        self.write("firm.db.keys", "casecomm-keys 1\n1 nothex 0\n")
        self.assertRegex(self.fails(BAD_DATA, "show", "A"), r"firm\.db\.keys: .*\(at byte \d+\)")

    def test_damaged_store(self):
        self.open_firm()
        for suffix in ("-wal", "-shm"):
            if os.path.exists(self.path("firm.db" + suffix)):
                os.remove(self.path("firm.db" + suffix))
        self.write("firm.db", b"this is no database, only text that is long enough to look like one\n" * 200)
        self.assertIn("firm.db", self.fails(BAD_DATA, "show", "A"))

    def test_store_of_a_newer_version(self):
        self.open_firm()
        with sqlite3.connect(self.path("firm.db")) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            self.assertGreater(version, 0)
            db.execute(f"PRAGMA user_version = {version + 1}")
        db.close()
        self.assertRegex(self.fails(BAD_DATA, "show", "A"), "firm.db.*newer")

    def test_other_database_is_not_touched(self):
        with sqlite3.connect(self.path("firm.db")) as db:
            db.execute("CREATE TABLE theirs (x)")
            db.execute("INSERT INTO theirs VALUES (1)")
        db.close()
        self.write("firm.db.keys", "")
        self.fails(BAD_DATA, "show", "A")
        with sqlite3.connect(self.path("firm.db")) as db:
            self.assertEqual(db.execute("SELECT x FROM theirs").fetchall(), [(1,)])
        db.close()

    def test_not_found(self):
        self.open_firm()
        for words in (["show", "no"], ["address", "no"], ["address", "--person", "no"], ["--as", "no", "show", "A"],
                      ["link", "no", "--record", "A", "--contact", "c1"], ["--account", "no", "show", "A"]):
            self.assertIn("no", self.fails(BAD_DATA, *words))

    def test_paths(self):
        self.open_firm()
        os.mkdir(self.path("empty"))
        self.write("text.txt", "no mail")
        self.write("nothing", "")
        for path, expected in (("missing.eml", "no such file"), ("empty", "holds no mail"),
                               ("text.txt", "neither *.eml nor an mbox"), ("nothing", "it is empty")):
            self.assertIn(f"{path}: ", error := self.fails(BAD_DATA, "ingest", path))
            self.assertIn(expected, error)
        self.assertIn("missing.json: ", self.fails(BAD_DATA, "load", "missing.json"))
        self.assertIn("missing: ", self.fails(BAD_DATA, "scan", "missing"))

    def test_error_text_is_printable(self):
        self.fails(BAD_DATA, "scan", "a\x1b[2J\nb")
        self.fails(WRONG_USE, "\x1b[2J")
        self.fails(WRONG_USE, "--\n")


class LoadFaults(ToolTest):
    """Exit 65 with the file, line, column, JSON pointer and byte; and nothing written."""

    def setUp(self):
        super().setUp()
        self.open_firm()

    def fault(self, document, *expected):
        self.write("bad.json", document)
        error = self.fails(BAD_DATA, "load", "bad.json")
        for part in expected:
            self.assertIn(part, error)
        return error

    def test_syntax(self):
        self.assertRegex(self.fault('{"people": [\n  {"id": }\n]}'), r"bad\.json:2:\d+.*\(at byte \d+\)")
        self.fault("", "bad.json")

    def test_wrong_field(self):
        document = {"people": [], "records": [{"id": "N", "kind": "castle", "name": "n", "state": "open"}]}
        self.fault(json.dumps(document, indent=1), "bad.json:6:", "/records/0/kind", "castle")
        self.fault('{"people": [{"id": "x", "kind": "staff", "name": "n", "email": []}]}', "bad.json:1:", "email")
        self.fault('{"people": [{"id": "", "kind": "staff", "name": "n", "emails": []}]}', "/people/0/id")
        self.fault('{"peoples": []}', "peoples")
        self.fails(BAD_DATA, "show", "N")

    def test_unknown_ids_in_assignments(self):
        error = self.fault('{"assignments": [{"record": "A", "person": "nobody", "role": "client"}]}', "bad.json:1:")
        self.assertIn("/assignments/0", error)

    def test_a_fault_writes_nothing(self):
        good = {"id": "N", "kind": "case", "name": "n", "state": "open"}
        self.fault(json.dumps({"records": [good, {**good, "id": "M", "state": "ajar"}]}), "/records/1/state")
        self.fails(BAD_DATA, "show", "N")

    def test_standard_input(self):
        self.good("load", "-", stdin=json.dumps(FIRM).encode())
        self.assertIn("standard input:1:", self.fails(BAD_DATA, "load", "-", stdin=b"{"))


class Trouble(ToolTest):
    def test_closed_and_full_standard_output(self):
        self.open_firm()
        self.assertRegex(self.fails(MAY_PASS, "show", "A", preexec_fn=lambda: os.close(1)), "standard output")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "show", "A"], stdout=full, stderr=subprocess.PIPE, cwd=self.folder,
                                  env=self.environment(), check=False)
        self.assertEqual(done.returncode, MAY_PASS)
        self.assertRegex(done.stderr.decode(), r"\Acasecomm: standard output: .*\n\Z")

    def test_standard_descriptors_that_are_closed_do_not_become_the_store(self):
        self.open_firm()
        self.run_tool("ingest", "missing", preexec_fn=lambda: os.closerange(0, 3))
        self.write("a.eml", mail("x@y.example", self.good("address", "A").strip()))
        done = self.run_tool("ingest", "a.eml", preexec_fn=lambda: os.closerange(0, 3))
        self.assertEqual(done.returncode, MAY_PASS)
        self.good("show", "A")
        with sqlite3.connect(self.path("firm.db")) as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        db.close()

    def test_reader_that_goes_away(self):
        self.open_firm()
        address = self.good("address", "A").strip()
        mbox = b"".join(b"From x\n" + mail("x@y.example", address, f"s{i}").replace(b"\r\n", b"\n") + b"\n"
                        for i in range(1500))
        self.write("box", mbox)
        run = subprocess.Popen([TOOL, "--json", "ingest", "box"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               cwd=self.folder, env=self.environment())
        run.stdout.readline()
        run.stdout.close()
        error = run.stderr.read().decode()
        run.stderr.close()
        self.assertEqual(run.wait(), MAY_PASS, error)
        self.assertRegex(error, r"\Acasecomm: standard output: [^\n]*\n\Z")

    def test_memory_that_runs_out(self):
        self.write("big.eml", b"Subject: x\n\n" + b"x" * (150 << 20))
        def limit():
            import resource
            resource.setrlimit(resource.RLIMIT_AS, (160 << 20, 160 << 20))
        if "asan" in TOOL:
            self.skipTest("a sanitizer needs address space")
        self.fails(MAY_PASS, "scan", "big.eml", preexec_fn=limit)


class Store(ToolTest):
    def test_key_ring_has_mode_0600_whatever_the_mask(self):
        old = os.umask(0)
        try:
            self.open_firm()
        finally:
            os.umask(old)
        info = os.stat(self.path("firm.db.keys"))
        self.assertEqual(stat.S_IMODE(info.st_mode), 0o600)
        self.assertEqual(sorted(n for n in os.listdir(self.folder) if "keys" in n), ["firm.db.keys"])

    def test_the_second_account_uses_the_same_ring(self):
        self.open_firm()
        before = self.read("firm.db.keys")
        self.good("init", "--account", "two", "--domain", "in.two.example", "--preset", "casefleet")
        self.assertEqual(self.read("firm.db.keys"), before)
        self.assertIn("two", self.fails(BAD_DATA, "init", "--account", "two", "--domain", "in.three.example",
                                        "--preset", "casefleet"))

    def test_a_ring_without_a_store_is_used(self):
        self.open_firm()
        before = self.read("firm.db.keys")
        for name in os.listdir(self.folder):
            if name.startswith("firm.db") and not name.endswith(".keys"):
                os.remove(self.path(name))
        self.open_firm()
        self.assertEqual(self.read("firm.db.keys"), before)

    def test_keys_may_stand_elsewhere(self):
        init = ["init", "--account", "firm", "--domain", "in.firm.example", "--preset", "casebook"]
        self.good("--keys", "other.keys", *init)
        self.assertFalse(os.path.exists(self.path("firm.db.keys")))
        self.good("--keys", "other.keys", "addresses")
        self.fails(BAD_DATA, "addresses")

    def test_X05_init_tells_the_sender_policy(self):
        for preset, policy in (("casebook", "P0 anyone"), ("casefleet", "P1 known")):
            out = self.good("init", "--account", preset, "--domain", f"in.{preset}.example", "--preset", preset)
            self.assertRegex(out, rf"policy +{policy}\n")
            self.assertRegex(out, rf"preset +{preset}\n")
        told = self.objects("init", "--account", "j", "--domain", "in.j.example", "--preset", "casefleet")
        self.assertEqual([told[0][k] for k in ("account", "domain", "preset", "policy")],
                         ["j", "in.j.example", "casefleet", "P1 known"])

    def test_two_inits_at_once(self):
        runs = [subprocess.Popen([TOOL, "init", "--account", f"a{i}", "--domain", f"in.a{i}.example", "--preset",
                                  "casebook"], cwd=self.folder, env=self.environment(), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE) for i in range(4)]
        for run in runs:
            _, error = run.communicate()
            self.assertIn(run.returncode, (OK, BAD_DATA, MAY_PASS), error)
        made = [i for i, run in enumerate(runs) if run.returncode == OK]
        self.assertTrue(made)
        for i in made:
            self.good("--account", f"a{i}", "addresses")


class Hosts(unittest.TestCase):
    def test_the_examples_see_public_headers_only(self):
        examples = pathlib.Path(__file__).resolve().parents[2] / "examples"
        seen = 0
        for path in [p for p in examples.rglob("*") if p.suffix in (".h", ".cc", ".c")]:
            for line in path.read_text(encoding="utf-8").splitlines():
                if match := re.match(r'#include ([<"])([^>"]+)[>"]', line):
                    bracket, name = match.groups()
                    seen += name.startswith("casecomm/")
                    ours = bracket == '"' and (path.parent / name).is_file()
                    public = name.startswith("casecomm/") and bracket == "<"
                    system = bracket == "<" and ("/" not in name or name.startswith("sys/"))
                    self.assertTrue(ours or public or system, f"{path}: {line}")
        self.assertGreater(seen, 10)


class Progress(ToolTest):
    def test_a_terminal_is_told_when_it_takes_long(self):
        self.open_firm()
        address = self.good("address", "A").strip()
        # Stretched by a lock on the store that another process holds for three seconds.
        self.write("box", b"".join(b"From x\n" + mail("x@y.example", address, f"s{i}").replace(b"\r\n", b"\n") + b"\n"
                                   for i in range(20)))
        locker = sqlite3.connect(self.path("firm.db"), isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        ours, theirs = pty.openpty()
        run = subprocess.Popen([TOOL, "--json", "ingest", "box"], stdout=subprocess.PIPE, stderr=theirs,
                               cwd=self.folder, env=self.environment())
        os.close(theirs)
        time.sleep(3)
        locker.execute("COMMIT")
        locker.close()
        out = run.stdout.read()
        run.stdout.close()
        self.assertEqual(run.wait(), OK)
        fcntl.fcntl(ours, fcntl.F_SETFL, os.O_NONBLOCK)
        told = b""
        try:
            while part := os.read(ours, 4096):
                told += part
        except OSError:
            pass
        os.close(ours)
        self.assertEqual(len(out.splitlines()), 20)
        self.assertRegex(told, rb"\d+ mails, \d+ a second")
        self.assertTrue(told.endswith(b"\r\x1b[K"), told)


if __name__ == "__main__":
    unittest.main()
