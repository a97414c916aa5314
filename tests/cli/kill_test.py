# SPDX-License-Identifier: Apache-2.0
"""kill -9 while mail is ingested, then the same again: each mail is filed exactly once (threat T58).

  kill_test.py [-v] [--kills N] [--mails N] [--seed N]      or CASECOMM_KILLS, CASECOMM_KILL_SEED

Every round takes a fresh store, ingests with `--ack FILE`, and kills at random between the first and the last commit.
The second run leaves out what the first acknowledged, as an MTA deletes from its spool what was taken: mail that was
acknowledged before it was stored is lost, and missed here.
"""
import argparse
import collections
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from tool import TOOL, ToolTest, mail

RECORDS = 20
BATCH = 200  # mails a commit: the engine's default

parser = argparse.ArgumentParser(add_help=False)
parser.add_argument("--kills", type=int, default=int(os.environ.get("CASECOMM_KILLS", "5")))
parser.add_argument("--mails", type=int, default=2000)
parser.add_argument("--seed", type=int, default=int(os.environ.get("CASECOMM_KILL_SEED", "0")) or None)
CHOSEN, REST = parser.parse_known_args()
SEED = CHOSEN.seed or random.SystemRandom().randrange(1, 1 << 32)


class Kill(ToolTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        records = [{"id": f"R{i}", "kind": "case", "name": f"Record {i}", "state": "open"} for i in range(RECORDS)]
        self.open_firm(document={"records": records})
        self.no_budgets()
        at = self.addresses()
        self.expected = {}  # Message-ID: records
        for i in range(CHOSEN.mails):
            to = {f"R{self.random.randrange(RECORDS)}" for _ in range(self.random.choice((1, 1, 1, 2, 3)))}
            self.expected[f"{i}@kill.example"] = to
            self.write(f"in/{i:05}.eml", mail("someone@else.example", ", ".join(at["record", r] for r in to),
                                              f"Mail {i}", f"Text {i}\r\n" * 20, f"{i}@kill.example"))
        self.fresh = [name for name in os.listdir(self.folder) if name.startswith("firm.db")]
        for name in self.fresh:
            os.rename(self.path(name), self.path("fresh-" + name))

    def begin_again(self):
        for name in os.listdir(self.folder):
            if name.startswith("firm.db") or name == "acks":
                os.remove(self.path(name))
        for name in self.fresh:
            shutil.copy(self.path("fresh-" + name), self.path(name))

    def acknowledged(self):
        try:
            return self.read("acks").count(b"\n")
        except FileNotFoundError:
            return 0

    def query(self, sql):
        with sqlite3.connect(self.path("firm.db")) as db:
            rows = db.execute(sql).fetchall()
        db.close()
        return rows

    def start(self):
        return subprocess.Popen([TOOL, "--json", "ingest", "--ack", "acks", "in"], stdout=subprocess.DEVNULL,
                                cwd=self.folder, env=self.environment())

    def kill_once(self, interval):
        """Ends a run between its first and its last commit."""
        self.begin_again()
        run = self.start()
        last = CHOSEN.mails - BATCH
        moment = self.random.randint(1, max(last, 1))
        rest = self.random.uniform(0, interval)
        while run.poll() is None and self.acknowledged() < moment:
            time.sleep(0.0005)
        time.sleep(rest)
        run.send_signal(signal.SIGKILL)
        run.wait()

    def check_each_filed_once(self, told):
        """By what the tables hold, and by what the tool shows."""
        self.assertEqual(self.query("PRAGMA integrity_check"), [("ok",)])
        held = collections.Counter(i for i, in self.query("SELECT message_id FROM messages"))
        self.assertEqual(set(held.values()), {1})
        lost = set(self.expected) - set(held)
        self.assertEqual(len(lost), 0, "mails are lost")
        filed = self.query("SELECT m.message_id, t.record FROM targets t JOIN messages m USING (account_id, message) "
                           "WHERE t.outcome = 1")
        wanted = collections.Counter((i, r) for i, records in self.expected.items() for r in records)
        self.assertTrue(collections.Counter(filed) == wanted, "a mail is not filed, or not once, where it says")
        shown = collections.Counter()
        for n in range(RECORDS):
            page, = self.objects("show", f"R{n}")
            shown.update((m["message_id"], f"R{n}") for t in page["threads"] for m in t["messages"])
        self.assertTrue(shown == wanted, "the pages show something else than the tables hold")
        # What was not acknowledged came again, and was told once.
        self.assertEqual({d["outcome"] for d in told} - {"filed", "duplicate"}, set())

    def test_T58_each_mail_is_filed_exactly_once(self):
        self.begin_again()
        run, moments = self.start(), []
        while run.poll() is None:
            done = self.acknowledged()
            if done and (not moments or done > moments[-1][1]):
                moments.append((time.monotonic(), done))
            time.sleep(0.0005)
        self.assertEqual(run.returncode, 0)
        self.assertEqual(self.acknowledged(), CHOSEN.mails)
        interval = (moments[-1][0] - moments[0][0]) / max(len(moments) - 1, 1)

        undone = came_again = 0
        for n in range(CHOSEN.kills):
            with self.subTest(seed=SEED, kill=n):
                self.kill_once(interval)
                stored, = self.query("SELECT count(*) FROM messages")[0]
                undone += stored < CHOSEN.mails
                told = self.ingest("--ack", "acks", "in")
                came_again += sum(d["outcome"] == "duplicate" for d in told)
                self.check_each_filed_once(told)
                self.assertEqual(self.acknowledged(), CHOSEN.mails)
        print(f"\nseed {SEED}: {CHOSEN.kills} kills, {undone} left work undone; {came_again} mails stored and not yet "
              f"acknowledged came again; {interval * 1000:.0f} ms a batch", file=sys.stderr)
        self.assertGreaterEqual(undone, 0.8 * CHOSEN.kills)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *REST])
