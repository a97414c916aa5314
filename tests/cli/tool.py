# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line tool share."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOOL = os.environ.get("CASECOMM_TOOL") or str(
    pathlib.Path(__file__).resolve().parents[2] / "build/release/bin/casecomm")

OK, WRONG_USE, BAD_DATA, MAY_PASS = 0, 64, 65, 75

FIRM = {
    "people": [
        {"id": "u1", "kind": "staff", "name": "Ana Ruiz", "emails": ["ana@firm.example"]},
        {"id": "u2", "kind": "staff", "name": "Ben Osei", "emails": ["ben@firm.example"]},
        {"id": "c1", "kind": "contact", "name": "Mara Hale", "emails": ["mara@client.example"]},
        {"id": "c2", "kind": "contact", "name": "Dike Okafor", "emails": ["dike@client.example"]},
        {"id": "c3", "kind": "contact", "name": "Eva Lund", "emails": ["eva@client.example"]},
    ],
    "records": [
        {"id": "A", "kind": "case", "name": "Hale v. Northgate", "state": "open"},
        {"id": "B", "kind": "case", "name": "Okafor, visa", "state": "open"},
        {"id": "C", "kind": "case", "name": "Okafor, lease", "state": "open"},
        {"id": "L", "kind": "lead", "name": "Lund, will", "state": "open"},
        {"id": "Z", "kind": "case", "name": "Closed", "state": "closed"},
    ],
    "assignments": [
        {"record": "A", "person": "u1", "role": "manager"},
        {"record": "B", "person": "u1", "role": "viewer"},
        {"record": "A", "person": "c1", "role": "client"},
        {"record": "B", "person": "c2", "role": "client"},
        {"record": "C", "person": "c2", "role": "client"},
        {"record": "L", "person": "c3", "role": "client"},
    ],
}


def mail(sender, to, subject="A subject", body="Some text.\n", message_id=None, extra=""):
    message_id = message_id or f"{abs(hash((sender, to, subject, body, extra)))}@test.example"
    return (f"{extra}From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
            f"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <{message_id}>\r\n\r\n{body}").encode()


class ToolTest(unittest.TestCase):
    """A temporary folder, and the tool run in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="casecomm-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return path

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def environment(self):
        variables = {k: v for k, v in os.environ.items() if k not in ("CASECOMM_STORE", "COLUMNS")}
        return {**variables, "CASECOMM_STORE": "sqlite:" + self.path("firm.db")}

    def run_tool(self, *words, stdin=b"", env=None, **options):
        return subprocess.run([TOOL, *words], input=stdin, capture_output=True, cwd=self.folder,
                              env=self.environment() if env is None else env, timeout=120, check=False, **options)

    def good(self, *words, **options):
        """Standard output of a run that must succeed."""
        done = self.run_tool(*words, **options)
        self.assertEqual((done.returncode, done.stderr), (OK, b""), words)
        return done.stdout.decode()

    def objects(self, *words, **options):
        """What a run with --json says, a parsed object a line."""
        out = self.good("--json", *words, **options)
        self.assertTrue(out == "" or out.endswith("\n"))
        return [json.loads(line) for line in out.splitlines()]

    def fails(self, code, *words, **options):
        """The one line that a run says which must fail."""
        done = self.run_tool(*words, **options)
        error = done.stderr.decode()
        self.assertEqual(done.returncode, code, (words, error))
        self.assertRegex(error, r"\Acasecomm: [^\x00-\x1f\x7f]+\n\Z", words)
        return error

    def open_firm(self, preset="casebook", document=None):
        self.good("init", "--account", "firm", "--domain", "in.firm.example", "--preset", preset)
        self.write("firm.json", json.dumps(document or FIRM))
        self.good("load", "firm.json")

    def no_budgets(self, preset="casebook"):
        """For tests of much mail that came to few records at once."""
        self.write("rules.json", json.dumps({"casecomm_rules": 1, "name": "no-budgets", "extends": preset,
                                             "settings": {"record_per_hour": 0}}))
        self.good("rules", "set", "rules.json")

    def addresses(self, account=None):
        """{("record" or "drop", id): address}"""
        words = ["--account", account] if account else []
        lines = self.good("addresses", "--tsv", *words).splitlines()
        return {(kind, ident): address for ident, kind, address in (line.split("\t") for line in lines)}

    def ingest(self, *words, **options):
        return self.objects("ingest", *words, **options)
