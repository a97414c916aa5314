#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Mail that ComposeMail made, read by GMime, VMime, Python's email and scan: all find what was asked for.

  composed_test.py --bin FOLDER [--mails N] [--seed N]

The judges are those of differ.py, forked and limited. Nothing is excused: what one of them reads otherwise is written otherwise.
"""
import argparse
import base64
import collections
import hashlib
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
import differ
import grammar
import python_judge
import rules

FIELDS = ["from", "to", "cc", "reply_to", "message_id", "in_reply_to", "references", "subject", "date", "text_sha256", "attachments"]


def text(encoded):
    return base64.b64decode(encoded).decode("utf-8")


def digest(data):
    return hashlib.sha256(python_judge.normal(data)).hexdigest()


def wanted(asked):
    """The field values in the form in which rules.Case has readings."""
    want = {field: [rules.plain_address(text(a)) for a in asked[field]] for field in ("from", "to", "cc", "reply_to")}
    want.update({field: [text(i) for i in asked[field]] for field in ("in_reply_to", "references", "message_id")})
    want["subject"] = grammar.blanks(text(asked["subject"][0]))
    want["date"] = asked["date"]
    want["text_sha256"] = digest(base64.b64decode(asked["text"][0])) if asked["text"] else None
    want["attachments"] = [[grammar.blanks(text(name)), kind, digest(base64.b64decode(data))] for name, kind, data in asked["files"]]
    return want


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--mails", type=int, default=int(os.environ.get("CASECOMM_COMPOSED", "2000")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CASECOMM_SEED", "1")))
    options = parser.parse_args()
    made = subprocess.run([os.path.join(options.bin, "composed_mails"), str(options.mails), str(options.seed)], check=True,
                          capture_output=True).stdout
    asked = [json.loads(line) for line in made.splitlines()]
    court = differ.Court(options.bin)
    found, shown = collections.Counter(), 0
    for at in range(0, len(asked), differ.BATCH):
        batch = asked[at:at + differ.BATCH]
        mails = [base64.b64decode(one["mail"]) for one in batch]
        for one, mail, readings in zip(batch, mails, court.read(mails)):
            case, want = rules.Case(mail, readings), wanted(one)
            for judge in readings:
                for field in FIELDS:
                    if case.value(judge, field) == want[field]:
                        continue
                    found[judge, field] += 1
                    if shown < 20:
                        shown += 1
                        print("%s, %s: want %.300r, got %.300r\n%s" % (
                            judge, field, want[field], case.value(judge, field), mail.decode("utf-8", "replace")[:1500]))
    deaths = {judge.name: judge.deaths for judge in court.judges}
    court.close()
    print("%d mails, seed %d: %d differences %s, deaths %s" % (len(asked), options.seed, sum(found.values()), dict(found), deaths))
    return 1 if found or any(deaths.values()) or len(asked) != options.mails or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
