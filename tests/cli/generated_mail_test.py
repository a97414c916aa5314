# SPDX-License-Identifier: Apache-2.0
"""Mail made by the corpus generator goes where its truth says, by a reference that shares nothing with the library.

  generated_mail_test.py [-v] [--mails N] [--seed N]      or CASECOMM_GENERATED; CASECOMM_CORPUS names the corpus

The truth says which addresses stand where; spec CF-03 settles which of these count: To and Cc, and of each trusted delivery
header the topmost, never Received. Where mail to a drop address goes is computed here by CF-02 and CF-04 to CF-08.
"""
import argparse
import collections
import email
import email.policy
import email.utils
import json
import os
import pathlib
import random
import subprocess
import sys
import unittest

from tool import ToolTest

CORPUS = pathlib.Path(os.environ.get("CASECOMM_CORPUS") or
                      pathlib.Path(__file__).resolve().parents[2] / "../shared/corpus/dev")
DOMAIN = "in.firm.example"
TRUSTED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
KINDS = ("case", "lead", "case", "matter", "intake", "provider")

parser = argparse.ArgumentParser(add_help=False)
parser.add_argument("--mails", type=int, default=int(os.environ.get("CASECOMM_GENERATED", "2000")))
parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 31))
CHOSEN, REST = parser.parse_known_args()


def folded(address):
    return address.strip().lower()


class Reference:
    """Spec CF-02 to CF-08, CB-01 and the threat model's rule on addresses of ours that prove nothing."""

    def __init__(self, firm, addresses):
        self.kind = {r["id"]: r["kind"] for r in firm["records"] if r["state"] == "open"}
        self.staff = {folded(e): p["id"] for p in firm["people"] if p["kind"] == "staff" for e in p["emails"]}
        self.contact = {folded(e): p["id"] for p in firm["people"] if p["kind"] == "contact" for e in p["emails"]}
        self.records_of = collections.defaultdict(set)
        for row in firm["assignments"]:
            self.records_of[row["person"]].add(row["record"])
        self.own = {folded(address): what for what, address in addresses.items()}

    def settle(self, recipient):
        """The one record that a recipient of drop mail means, or None."""
        person = self.contact.get(recipient)
        kinds = {r: self.kind[r] for r in self.records_of.get(person, ()) if r in self.kind}
        cases = [r for r, kind in kinds.items() if kind in ("case", "matter")]
        leads = [r for r, kind in kinds.items() if kind in ("lead", "intake")]
        if len(cases) == 1:
            return cases[0]
        return leads[0] if not cases and len(leads) == 1 else None

    def drop(self, user, author, recipients):
        if self.staff.get(author) != user:
            return "held", set()
        settled = {self.settle(r) for r in recipients if r not in self.own and r not in self.staff} - {None}
        return ("filed", settled) if settled else ("unassigned", set())


def header_addresses(message, names):
    return [folded(a) for _, a in email.utils.getaddresses([str(v) for n in names for v in message.get_all(n, [])])]


class Generated(ToolTest):
    def make_firm(self):
        chance = random.Random(CHOSEN.seed)
        staff = [{"id": f"u{i}", "kind": "staff", "name": f"User {i}", "emails": [f"user{i}@crm.example"]} for i in range(3)]
        records = [{"id": f"R{i}", "kind": KINDS[i % len(KINDS)], "name": f"Record {i}",
                    "state": "closed" if i % 10 == 9 else "open"} for i in range(120)]
        firm = {"people": staff, "records": records, "assignments": []}
        self.open_firm(document=firm)
        addresses = self.addresses()
        lines = [f"{ident}\t{kind}\t{address}" for (kind, ident), address in addresses.items()]
        lines += [f"{p['id']}\tinternal\t{p['emails'][0]}" for p in staff]
        self.write("addresses.tsv", "\n".join(lines) + "\n")
        subprocess.run([sys.executable, CORPUS / "tools/gen_mail.py", "-n", str(CHOSEN.mails), "--out", self.path("load"),
                        "--addresses", self.path("addresses.tsv"), "--seed", str(CHOSEN.seed), "--contacts", "300",
                        "--share-bcc", ".35", "--share-lookalike", ".05", "--size", "small"],
                       check=True, capture_output=True)
        for line in self.read("load/contacts.tsv").decode().splitlines():
            ident, name, address = line.split("\t")
            if chance.random() < 0.1:
                continue  # stays unknown
            firm["people"].append({"id": ident, "kind": "contact", "name": name, "emails": [address]})
            for record in chance.sample(records, chance.choice((0, 1, 1, 1, 2, 3))):
                firm["assignments"].append({"record": record["id"], "person": ident, "role": "client"})
        self.write("contacts.json", json.dumps(firm))
        self.good("load", "contacts.json")
        return Reference(firm, addresses)

    def expected(self, reference, truth, raw):
        """(outcome, records) of one mail, but for what its content is a duplicate of."""
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        counting = set(header_addresses(message, ("to", "cc")))
        for name in TRUSTED:
            if message[name] is not None:
                counting.add(folded(str(message[name]).strip("<> \t\r\n")))
        filed, outcomes = set(), set()
        named = {reference.own[a] for a in counting if a in reference.own}
        # Truth and header agree on what is named; Received names nothing.
        said = {(("drop" if "user" in r["why"] else "record"), r["id"]) for r in truth["records"]
                if r["why"] in ("record-address", "bccuser-address") and r["where"] != "received-for"}
        if truth["kind"] != "duplicate":
            self.assertEqual(named, said, truth)
        for kind, ident in named:
            if kind == "record":
                filed.add(ident)
                outcomes.add("filed")
            else:
                outcome, records = reference.drop(ident, folded(truth["from"]), header_addresses(message, ("to", "cc")))
                outcomes.add(outcome)
                filed |= records
        if not outcomes:
            unroutable = any(a.endswith("@" + DOMAIN) for a in counting)
            return ("held" if unroutable else "not_tracked"), set()
        return next(o for o in ("filed", "unassigned", "held") if o in outcomes), filed

    def test_CB01_CB10_CF02_to_CF08_generated_mail_goes_where_the_truth_says(self):
        reference = self.make_firm()
        truth = [json.loads(line) for line in self.read("load/truth.jsonl").splitlines()]
        told = self.ingest("load/mail.mbox")
        self.assertEqual([d["index"] for d in told], list(range(CHOSEN.mails)))
        box = self.read("load/mail.mbox")
        counts = collections.Counter()
        for row, decision in zip(truth, told, strict=True):
            raw = box[row["offset"]:row["offset"] + row["length"]].split(b"\n", 1)
            raw = raw[1] if raw[0].startswith(b"From ") else b"\n".join(raw)
            outcome, records = self.expected(reference, row, raw)
            again = row["duplicate_of"] is not None and outcome != "not_tracked"
            with self.subTest(seed=CHOSEN.seed, seq=row["seq"]):
                found = {t["record"] for t in decision["targets"] if t["outcome"] in ("filed", "duplicate")} - {None}
                self.assertEqual((decision["outcome"], found), ("duplicate" if again else outcome, records),
                                 (row, decision["targets"]))
                self.assertEqual(decision["message_id"], row["message_id"])
            counts[decision["outcome"], row["kind"]] += 1
        summary = collections.Counter(outcome for outcome, _ in counts.elements())
        print(f"\nseed {CHOSEN.seed}: {dict(summary)}", file=sys.stderr)
        if CHOSEN.mails >= 1000:
            self.assertEqual(set(summary), {"filed", "unassigned", "held", "duplicate", "not_tracked"})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *REST])
