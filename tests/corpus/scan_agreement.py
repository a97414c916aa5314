#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `casecomm scan --json` against the oracle of a mail corpus.

  scan_agreement.py CASECOMM CORPUS     every file of CORPUS/oracle.jsonl, of CORPUS/expected/stalwart.jsonl and of
                                        CORPUS/hostile/expected.jsonl; every address of expected/flanker-addresses.jsonl
  scan_agreement.py --self-test         that the comparison sees what differs

Fails on a crash, a missing answer, a hostile file past its time limit, below 99.5 % of the undisputed fields, and on a
difference from what the sources of the corpus expect that docs/scan-differences.md does not explain. Prints every
difference. CASECOMM_SLOWER multiplies the time limits (sanitizers).
"""
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

LISTS = ["in_reply_to", "references", "from", "sender", "reply_to", "to", "cc", "bcc", "delivered_to"]
SCALARS = ["message_id", "subject", "date", "return_path", "has_text", "has_html"]
STRUCTURE = ["attachments", "inline", "has_text", "has_html", "text"]
LEAST = 0.995


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


NO_FILES = {"text/plain", "text/html", "message/delivery-status", "message/disposition-notification",
            "text/rfc822-headers", "message/feedback-report"}

# Where docs/scan-differences.md says why: (path, field).
EXPLAINED = {
    # Bytes above 127 of no charset: windows-1252, not U+FFFD.
    ("stalwart/legacy/010.eml", "subject"), ("stalwart/legacy/020.eml", "subject"), ("stalwart/legacy/022.eml", "subject"),
    ("stalwart/legacy/027.eml", "subject"), ("stalwart/legacy/052.eml", "subject"), ("stalwart/legacy/016.eml", "attachments"),
    ("stalwart/legacy/023.eml", "attachments"), ("stalwart/legacy/026.eml", "attachments"),
    ("stalwart/legacy/052.eml", "text"),
    # Line ends count as they stand.
    ("stalwart/legacy/016.eml", "sizes"),
    # Uuencoded bodies are decoded.
    ("stalwart/legacy/017.eml", "sizes"), ("stalwart/legacy/048.eml", "sizes"),
    # Backslashes of a path stay.
    ("stalwart/legacy/035.eml", "attachments"), ("stalwart/legacy/039.eml", "attachments"),
}
EXPLAINED_ADDRESSES = {'"foo"(yay)@(hoopla)[1.2.3.4]', "test@xn--example.com"}


def expected_files(parts):
    """The files among the parts as their source lists them, by the rule of lib/scan/attachment.cc."""
    default = {"message": "message/rfc822"}
    leaves = [dict(p, type=p["type"] or default.get(p["kind"], "text/plain")) for p in parts if p["kind"] != "multipart"]
    return [p for p in leaves if p["disposition"] == "attachment" or p["filename"] or
            (p["type"] not in NO_FILES and not (len(parts) == 1 and p["type"].startswith("text/")))]


def compare_expected(expected, scan):
    """[(field, agrees, wanted, got)] of a row of expected/stalwart.jsonl."""
    rows = []

    def row(field, want, got):
        rows.append((field, want == got, want, got))

    for field in ["from", "to", "cc", "reply_to"]:
        # Of addresses without a domain they give some.
        row(field, [lower_domain(entry["address"]) for entry in expected[field] if "@" in (entry["address"] or "")],
            [lower_domain(x) for x in scan[field] if "@" in x])
    for field in ["message_id", "in_reply_to", "references", "date"]:
        row(field, expected[field], scan[field])
    row("subject", blanks(expected["subject"]), blanks(scan["subject"]))
    files = expected_files(expected["parts"])
    row("attachments", [(blanks(p["filename"]), p["type"]) for p in files],
        [(blanks(p["filename"]), p["content_type"]) for p in scan["attachments"]])
    # A message is given as it stands, without a size.
    sizes = [None if p["type"].startswith("message/") else p.get("size") for p in files]
    if len(sizes) == len(scan["attachments"]):
        row("sizes", [s for s in sizes if s is not None],
            [a["size"] for s, a in zip(sizes, scan["attachments"]) if s is not None])
    texts = [p for p in expected["parts"] if p["kind"] == "text" and p["type"] in (None, "text/plain") and
             p["disposition"] != "attachment" and not p["filename"]]
    if texts and "encoding_problem" not in texts[0]:
        text = scan["text"]
        row("text", texts[0]["text_sha256_lf"], None if text is None else hashlib.sha256(text.encode()).hexdigest())
    return rows


def check_expected(tool, corpus, oracles, slower):
    """(troubles, fields that agree, fields)"""
    troubles, agree, total = [], 0, 0
    path = os.path.join(corpus, "expected", "stalwart.jsonl")
    for expected in rows_of(path) if os.path.exists(path) else []:
        scan, _, trouble = scan_file(tool, os.path.join(corpus, expected["path"]), 10 * slower)
        if trouble:
            troubles.append("%s: %s" % (expected["path"], trouble))
            continue
        for field, same, want, got in compare_expected(expected, scan):
            if "structure_doubtful" in oracles.get(expected["path"], {}):
                break
            total += 1
            agree += same
            if not same and (expected["path"], field) not in EXPLAINED:
                troubles.append("%s: %s\n  want %.300s\n  got  %.300s" % (expected["path"], field, want, got))
    return troubles, agree, total


def check_addresses(tool, corpus, slower):
    """(troubles, addresses)"""
    path = os.path.join(corpus, "expected", "flanker-addresses.jsonl")
    if not os.path.exists(path):
        return [], 0
    # Notes of the list's author stand behind some.
    rows = [(re.sub(r"\s{4,}#.*", "", row["address"]), row["valid"]) for row in rows_of(path)]
    troubles = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (address, valid) in enumerate(rows):
            name = os.path.join(folder, "%d.eml" % number)
            with open(name, "w", encoding="utf-8", newline="") as file:
                file.write("From: %s\r\nSubject: x\r\n\r\n" % address)
            scan, _, trouble = scan_file(tool, name, 10 * slower)
            if trouble:
                troubles.append("%s: %s" % (address, trouble))
                continue
            clean = len(scan["from"]) == 1 and "@" in scan["from"][0] and not any(
                "address" in defect["name"] for defect in scan["defects"])
            # The grammar of RFC 5322 has no limit of length; RFC 5321, 4.5.3.1 has.
            too_long = len(address.rpartition("@")[0]) > 64
            if clean != valid and not too_long and address not in EXPLAINED_ADDRESSES:
                troubles.append("address %r: want %s, got %s" % (address, valid, scan["from"]))
    return troubles, len(rows)


def child_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def scan_file(tool, path, limit):
    """(answer of the first mail of the file, seconds of CPU, trouble or None). A busy machine takes longer by the clock."""
    begin = child_seconds()
    try:
        done = subprocess.run([tool, "--json", "scan", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60 * limit, check=False)
    except subprocess.TimeoutExpired:
        return None, limit, "hung for %g s" % (60 * limit)
    seconds = child_seconds() - begin
    if seconds > limit:
        return None, seconds, "took %.2f s of CPU, and %g s are allowed" % (seconds, limit)
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
    oracles = {row["path"]: row for row in rows_of(os.path.join(corpus, "oracle.jsonl"))}
    for oracle in oracles.values():
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
    more, expected_agree, expected_total = check_expected(tool, corpus, oracles, slower)
    troubles += more
    more, addresses = check_addresses(tool, corpus, slower)
    troubles += more
    share = agree / total if total else 0
    print("%d of %d fields as the sources expect them; %d addresses" % (expected_agree, expected_total, addresses))
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

    expected = dict(scan, parts=[
        {"kind": "multipart", "type": "multipart/mixed", "disposition": None, "filename": None},
        {"kind": "text", "type": None, "disposition": None, "filename": None,
         "text_sha256_lf": hashlib.sha256(b"t").hexdigest()},
        {"kind": "binary", "type": "a/b", "disposition": None, "filename": "f", "size": 4}])
    expected.update({field: [{"name": None, "address": "l@d.org"}] for field in ["from", "to", "cc", "reply_to"]})
    assert all(same for _, same, _, _ in compare_expected(expected, scan))
    for field, value in {"subject": "z", "date": 2, "from": [], "references": ["x"], "text": "u", "message_id": None}.items():
        assert [r[0] for r in compare_expected(expected, dict(scan, **{field: value})) if not r[1]] == [field], field
    for key, value, field in (("size", 3, "sizes"), ("filename", "g", "attachments"), ("content_type", "c/d", "attachments")):
        other = dict(scan, attachments=[dict(scan["attachments"][0], **{key: value})])
        assert [r[0] for r in compare_expected(expected, other) if not r[1]] == [field], key
    print("the comparison sees each field")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(run(sys.argv[1], sys.argv[2]))
