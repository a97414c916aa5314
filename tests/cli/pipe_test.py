# SPDX-License-Identifier: Apache-2.0
"""`ingest -`: one mail from an MTA. The exit code is 0 or 75, nothing else ever (threats, section 3, Pipe)."""
import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import time
import unittest

from tool import MAY_PASS, OK, TOOL, ToolTest, mail


class Pipe(ToolTest):
    def setUp(self):
        super().setUp()
        self.open_firm()
        self.record = self.addresses()["record", "A"]
        self.drop = self.addresses()["drop", "u1"]

    def messages(self):
        page = self.objects("show", "A")[0]
        return [message for thread in page["threads"] for message in thread["messages"]]

    @contextlib.contextmanager
    def waiting_for_mail(self):
        """The tool once it has its store open: before main no handler of signals stands yet."""
        with subprocess.Popen([TOOL, "ingest", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
                              env=self.environment()) as run:
            try:
                deadline = time.monotonic() + 60
                while os.path.realpath(self.path("firm.db")) not in self.open_files(run.pid):
                    if run.poll() is not None:
                        self.fail(f"it ended with {run.returncode} before its mail came: {run.stderr.read()}")
                    self.assertLess(time.monotonic(), deadline, "it did not open its store")
                    time.sleep(0.01)
                yield run
            finally:
                run.kill()

    @staticmethod
    def open_files(pid):
        files = set()
        with contextlib.suppress(FileNotFoundError):  # closed, or the process gone, while they are listed
            for name in os.listdir(f"/proc/{pid}/fd"):
                files.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        return files

    def test_stored_is_0_and_silent(self):
        self.assertEqual(self.good("ingest", "-", stdin=mail("mara@client.example", self.record)), "")
        self.assertEqual(len(self.messages()), 1)

    def test_json_is_one_line(self):
        told = self.objects("ingest", "-", stdin=mail("mara@client.example", self.record))
        self.assertEqual([(d["path"], d["index"], d["outcome"], d["records"]) for d in told],
                         [("-", None, "filed", ["A"])])

    def test_the_mail_keeps_its_bytes_and_loses_its_from_line(self):
        raw = mail("mara@client.example", self.record, body=">From here\r\n\r\nFrom there\r\n\0\xff\r\n")
        self.good("ingest", "-", stdin=b"From mara Mon Mar  2 09:00:00 2026\r\n" + raw)
        with sqlite3.connect(self.path("firm.db")) as db:
            tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            bodies = [row for table in tables for row in db.execute(f"SELECT * FROM {table}")]
        db.close()
        self.assertTrue(any(raw in cell for row in bodies for cell in row if isinstance(cell, bytes)))

    def test_CF03_the_envelope_decides(self):
        raw = mail("ana@firm.example", "mara@client.example", extra="Delivered-To: someone@else.example\r\n")
        told = self.ingest("-", "--envelope-to", "mara@client.example", "--envelope-to", self.drop, stdin=raw)
        self.assertEqual((told[0]["outcome"], told[0]["records"]), ("filed", ["A"]))
        without = self.ingest("-", stdin=mail("ana@firm.example", "mara@client.example", "Other"))
        self.assertEqual(without[0]["outcome"], "not_tracked")

    def test_anything_wrong_is_75(self):
        raw = mail("mara@client.example", self.record)
        no_store = {**self.environment(), "CASECOMM_STORE": "sqlite:nowhere.db"}
        no_name = {k: v for k, v in self.environment().items() if k != "CASECOMM_STORE"}
        rows = [
            (["ingest", "-", "--bogus"], {}),
            (["--bogus", "ingest", "-"], {}),
            (["ingest", "-", "-"], {}),
            (["ingest", "-", "x.eml"], {}),
            (["ingest", "x.eml", "-"], {}),
            (["ingest", "-", "--envelope-to"], {}),
            (["ingest", "-", "--help"], {}),
            (["-h", "ingest", "-"], {}),
            (["ingest", "-", "--version"], {}),
            (["help", "ingest", "-", "-h"], {}),
            (["ingest", "-", "--ack", "x"], {}),
            (["--account", "nobody", "ingest", "-"], {}),
            (["--keys", "nowhere.keys", "ingest", "-"], {}),
            (["--store", "what:ever", "ingest", "-"], {}),
            (["ingest", "-"], {"env": no_store}),
            (["ingest", "-"], {"env": no_name}),
            (["ingest", "-"], {"preexec_fn": lambda: os.close(0)}),
        ]
        for words, options in rows:
            with self.subTest(words=words):
                self.fails(MAY_PASS, *words, stdin=raw, **options)
        self.assertEqual(self.messages(), [])

    def test_damaged_store_and_keys(self):
        raw = mail("mara@client.example", self.record)
        keys = self.read("firm.db.keys")
        self.write("firm.db.keys", "casecomm-keys 1\nnonsense\n")
        self.fails(MAY_PASS, "ingest", "-", stdin=raw)
        self.write("firm.db.keys", keys)
        self.write("firm.db", b"no database at all, but long enough to have a header, surely\n" * 100)
        self.fails(MAY_PASS, "ingest", "-", stdin=raw)

    def test_a_locked_store_is_75_and_the_mail_can_come_again(self):
        locker = sqlite3.connect(self.path("firm.db"), isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        raw = mail("mara@client.example", self.record)
        self.fails(MAY_PASS, "ingest", "-", stdin=raw)
        locker.execute("COMMIT")
        locker.close()
        self.good("ingest", "-", stdin=raw)
        self.assertEqual(len(self.messages()), 1)

    def test_closed_or_full_output_does_not_hide_that_it_is_stored(self):
        for i, close in enumerate((1, 2)):
            done = self.run_tool("--json", "ingest", "-", stdin=mail("mara@client.example", self.record, f"s{i}"),
                                 preexec_fn=lambda: os.close(close))
            self.assertEqual(done.returncode, OK)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "--json", "ingest", "-"], input=mail("mara@client.example", self.record, "s2"),
                                  stdout=full, stderr=full, cwd=self.folder, env=self.environment(), check=False)
        self.assertEqual(done.returncode, OK)
        self.assertEqual(len(self.messages()), 3)

    def test_memory_and_file_limits(self):
        megabyte = 1 << 20
        limits = [(resource.RLIMIT_FSIZE, megabyte // 16, 1)]
        if "asan" not in TOOL:  # sanitizers need address space, and files of their own
            limits += [(resource.RLIMIT_NOFILE, 4, 1), (resource.RLIMIT_AS, 90 * megabyte, 60)]
        for what, size, megabytes in limits:
            with self.subTest(what=what):
                path = self.write("big", mail("mara@client.example", self.record) + b"x" * (megabytes * megabyte))
                with open(path, "rb") as big:
                    done = subprocess.run([TOOL, "ingest", "-"], stdin=big, capture_output=True, cwd=self.folder,
                                          env=self.environment(), check=False,
                                          preexec_fn=lambda w=what, s=size: resource.setrlimit(w, (s, s)))
                self.assertEqual(done.returncode, MAY_PASS, done.stderr)
        self.assertEqual(self.messages(), [])

    def test_signals_are_75(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGSEGV, signal.SIGABRT, signal.SIGALRM,
                       signal.SIGXCPU):
            with self.subTest(signal=number), self.waiting_for_mail() as run:
                run.send_signal(number)
                run.stdin.close()
                self.assertEqual(run.wait(timeout=60), MAY_PASS)

    def test_any_bytes_are_taken(self):
        for raw in (b"\0", b"\r\n\r\n", b"From", bytes(range(256)) * 40, b"Subject: x"):
            with self.subTest(raw=raw[:20]):
                told = self.ingest("-", stdin=raw)
                self.assertEqual(len(told), 1)
                self.assertEqual(told[0]["outcome"], "not_tracked")

    def test_no_mail_is_75(self):
        for raw in (b"", b"From mara Mon Mar  2 09:00:00 2026\n"):
            with self.subTest(raw=raw):
                self.assertIn("no mail came on standard input", self.fails(MAY_PASS, "ingest", "-", stdin=raw))
        with open("/dev/null", "rb") as nothing:
            done = subprocess.run([TOOL, "ingest", "-"], stdin=nothing, capture_output=True, cwd=self.folder,
                                  env=self.environment(), check=False)
        self.assertEqual(done.returncode, MAY_PASS)

    def test_mail_is_filed_by_the_rules_whoever_runs_it(self):
        for person in ("u1", "c1"):
            told = self.ingest("--as", person, "-", stdin=mail("mara@client.example", self.record, person))
            self.assertEqual((told[0]["outcome"], told[0]["records"]), ("filed", ["A"]))

    def test_an_account_named_ingest_does_not_make_a_pipe_of_help(self):
        self.assertIn("casecomm", self.good("--account", "ingest", "show", "--help"))

    def test_the_same_delivery_again_is_filed_once(self):
        raw = mail("mara@client.example", self.record)
        first, second = (self.ingest("-", "--envelope-to", self.record, stdin=raw)[0] for _ in range(2))
        self.assertEqual((first["outcome"], second["outcome"]), ("filed", "duplicate"))
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(json.dumps(first["records"]), json.dumps(second["records"]))


if __name__ == "__main__":
    unittest.main()
