#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `casecomm scan --json` against the oracle of a mail corpus.

  scan_agreement.py CASECOMM CORPUS     every file of CORPUS/oracle.jsonl, and of CORPUS/hostile/expected.jsonl
  scan_agreement.py --self-test         that the comparison sees what differs

Fails on a crash, a missing answer, a hostile file past its time limit, and below 98 % of the undisputed fields.
Prints every difference. CASECOMM_SLOWER multiplies the time limits (sanitizers).
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import time

LISTS = ["in_reply_to", "references", "from", "sender", "reply_to", "to", "cc", "bcc", "delivered_to"]
SCALARS = ["message_id", "subject", "date", "return_path", "has_text", "has_html"]
STRUCTURE = ["attachments", "inline", "has_text", "has_html", "text"]
LEAST = 0.98


def blanks(text):
    return None if text is None else re.sub(r"\s+", " ", text).strip()


def lower_domain(address):
    local, at, domain = address.rpartition("@")
    return local + at + domain.lower()


def attachments(entries):
    return [(blanks(e.get("filename")), e.get("type") or e.get("content_type")) for e in entries]


def same_sizes(want, got):
    return len(want) == len(got) and all(
        w["size"] is None or g["size"] in (w["size"], w["size_lf"]) for w, g in zip(want, got))


def disputed(oracle, field):
    doubtful = "structure_doubtful" in oracle and field in STRUCTURE
    of = {"inline": "attachments", "text": "has_text"}.get(field, field)
    return doubtful or of in oracle["disputed"] or (field == "text" and oracle.get("text_sha") is None)


def compare(oracle, scan):
    """[(field, agrees, wanted, got)] of the fields that the oracle's readings agree on."""
    rows = []

    def row(field, want, got, agrees=None):
        if not disputed(oracle, field):
            rows.append((field, want == got if agrees is None else agrees, want, got))

    for field in SCALARS:
        want, got = oracle[field], scan[field]
        if field == "subject":
            want, got = blanks(want), blanks(got)
        row(field, want, got)
    for field in LISTS:
        row(field, [lower_domain(x) for x in oracle[field]], [lower_domain(x) for x in scan[field]])
    want, got = oracle["attachments"], scan["attachments"]
    row("attachments", attachments(want), attachments(got),
        attachments(want) == attachments(got) and same_sizes(want, got))
    row("inline", [(e["inline"], e["cid"]) for e in want], [(e["inline"], e["content_id"]) for e in got])
    text = scan["text"]
    row("text", oracle.get("text_sha"), None if text is None else hashlib.sha256(text.encode()).hexdigest())
    return rows


def scan_file(tool, path, limit):
    """(answer of the first mail of the file, seconds, trouble or None)"""
    begin = time.monotonic()
    try:
        done = subprocess.run([tool, "--json", "scan", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None, limit, "took longer than %g s" % limit
    seconds = time.monotonic() - begin
    lines = done.stdout.decode("utf-8").splitlines()
    if done.returncode != 0 or not lines:
        return None, seconds, "exit %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace")[:500])
    return json.loads(lines[0]), seconds, None


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def run(tool, corpus):
    slower = float(os.environ.get("CASECOMM_SLOWER", "1"))
    troubles, agree, total, skipped = [], 0, 0, 0
    for oracle in rows_of(os.path.join(corpus, "oracle.jsonl")):
        scan, _, trouble = scan_file(tool, os.path.join(corpus, oracle["path"]), 10 * slower)
        if trouble:
            troubles.append("%s: %s" % (oracle["path"], trouble))
            continue
        if "*" in oracle["disputed"]:
            skipped += 1
            continue
        for field, same, want, got in compare(oracle, scan):
            total += 1
            agree += same
            if not same:
                print("%s: %s\n  want %.300s\n  got  %.300s" % (oracle["path"], field, want, got))

    hostile = os.path.join(corpus, "hostile")
    expected = rows_of(os.path.join(hostile, "expected.jsonl")) if os.path.isdir(hostile) else []
    for row in expected:
        scan, seconds, trouble = scan_file(tool, os.path.join(hostile, row["path"]), row["limit_s"] * slower)
        if trouble:
            troubles.append("hostile/%s: %s" % (row["path"], trouble))
        elif row["kind"] == "attach":
            names = {"filename": "filename", "type": "content_type", "size": "size"}
            want = {names[key]: row[key] for key in names if row.get(key) is not None}
            if not any(want.items() <= attachment.items() for attachment in scan["attachments"]):
                troubles.append("hostile/%s: want %s, got %s" % (row["path"], want, scan["attachments"]))
    share = agree / total if total else 0
    print("%d of %d undisputed fields agree: %.2f %%; %d files skipped whole; %d hostile files"
          % (agree, total, 100 * share, skipped, len(expected)))
    for trouble in troubles:
        print("TROUBLE " + trouble)
    return 1 if troubles or share < LEAST else 0


def self_test():
    scan = {"message_id": "a@b", "subject": "x  y", "date": 1, "return_path": "", "has_text": True, "has_html": False,
            "text": "t", "attachments": [{"filename": "f", "content_type": "a/b", "size": 4, "inline": False,
                                          "content_id": None}]}
    scan.update({field: ["l@D.org"] for field in LISTS})
    oracle = dict(scan, subject="x y", disputed=[], text_sha=hashlib.sha256(b"t").hexdigest(),
                  attachments=[{"filename": "f", "type": "a/b", "size": 5, "size_lf": 4, "inline": False, "cid": None}])
    oracle.update({field: ["l@d.org"] for field in LISTS})
    assert all(same for _, same, _, _ in compare(oracle, scan))
    assert len(compare(oracle, scan)) == len(SCALARS) + len(LISTS) + 3
    changes = {"message_id": None, "subject": "xy", "date": 2, "return_path": None, "has_text": False,
               "has_html": True, "text": "u"}
    changes.update({field: ["L@d.org"] for field in LISTS})
    for field, value in changes.items():
        assert [r[0] for r in compare(oracle, dict(scan, **{field: value})) if not r[1]] == [field], field
        assert field not in [r[0] for r in compare(dict(oracle, disputed=[field, "has_text"]), scan)], field
    for key, value, field in (("size", 3, "attachments"), ("filename", None, "attachments"), ("inline", True, "inline"),
                              ("content_id", "c", "inline")):
        other = dict(scan, attachments=[dict(scan["attachments"][0], **{key: value})])
        assert [r[0] for r in compare(oracle, other) if not r[1]] == [field], key
    assert not {r[0] for r in compare(dict(oracle, structure_doubtful=[]), scan)} & set(STRUCTURE)
    print("the comparison sees each field")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(run(sys.argv[1], sys.argv[2]))
