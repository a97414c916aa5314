#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what mail means to `casecomm` against a corpus: its class, what of it is new, its thread.

  meaning_agreement.py CASECOMM CORPUS    labels.jsonl, replies.jsonl and threads.json of CORPUS
  meaning_agreement.py --self-test        that the comparisons see what differs

Fails below precision or recall of 0.99 for a sign of labels.jsonl, below 95 % of the strict replies, and on a thread that is
not as the corpus has it. Prints every difference.
"""
import email.message
import email.policy
import json
import os
import re
import subprocess
import sys
import tempfile

from scan_agreement import rows_of

SIGNS = ["is_bounce", "is_autoreply", "is_auto"]
LEAST_SIGNS = 0.99
LEAST_REPLIES = 0.95
# Labels that contradict others of the corpus.
WRONG_LABELS = {
    ("php-bounce-handler/hotmailbounce.txt", "is_bounce"):
        "a complaint of Hotmail's feedback loop, as php-bounce-handler/fbl-hotmail.txt is, which is labelled none",
}
# Mail that is in no thread, because it is filed nowhere.
HELD = {"mu/testdir/cur/multirecip_2_S": "its From field names nobody (threat T03)"}


def lines_of(tool, *arguments):
    """The JSON lines that the tool prints."""
    done = subprocess.run([tool, *arguments], capture_output=True, check=False)
    if done.returncode not in (0, 75):
        raise RuntimeError("%s: exit code %d: %s" % (arguments[0], done.returncode, done.stderr.decode("utf-8", "replace")[-500:]))
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def scanned(tool, paths):
    """{path: scan}; an mbox answers with its first mail."""
    found = {}
    for at in range(0, len(paths), 100):
        for scan in lines_of(tool, "scan", "--json", *paths[at:at + 100]):
            found.setdefault(scan["path"], scan)
    return found


def judge_signs(labels, scans):
    """({sign: (precision, recall)}, [what differs])"""
    shares, differences = {}, []
    for sign in SIGNS:
        right = wrong = missed = 0
        for label in labels:
            if label.get(sign) is None or (label["path"], sign) in WRONG_LABELS:
                continue
            told = scans[label["path"]][sign]
            right += told and label[sign]
            wrong += told and not label[sign]
            missed += label[sign] and not told
            if told != label[sign]:
                differences.append("%s: %s is %s, labelled by its %s" % (label["path"], sign, told, label[sign + "_by"]))
        shares[sign] = (right / max(1, right + wrong), right / max(1, right + missed))
    return shares, differences


def blanks(text):
    return re.sub(r"\s+", " ", text or "").strip()


def reply_is_right(row, visible):
    got, want = blanks(visible), blanks(row.get("expect"))
    if row["mode"] == "exact":
        right = got == want
    elif row["mode"] == "prefix":
        right = got.startswith(want)
    elif row["mode"] == "empty":
        right = got == ""
    else:
        right = all(blanks(text) in got for text in row["contains"])
    if row.get("whole"):
        right = right and got == blanks(row["body"])
    return right and not any(blanks(text) in got for text in row.get("not_contains", []))


def mail_of(row):
    message = email.message.EmailMessage(email.policy.SMTP)
    message["From"] = "a@b.example"
    message["Subject"] = "Re: x"
    message.set_content(row["body"], subtype="html" if row["kind"] == "html" else "plain", cte="base64")
    return message.as_bytes()


def judge_replies(tool, corpus, folder):
    """(strict rows that are right, strict rows, [what differs])"""
    rows, paths = rows_of(os.path.join(corpus, "replies.jsonl")), []
    for number, row in enumerate(rows):
        if row["kind"] == "eml":
            paths.append(os.path.join(corpus, row["path"]))
            continue
        paths.append(os.path.join(folder, "%d.eml" % number))
        with open(paths[-1], "wb") as file:
            file.write(mail_of(row))
    scans = scanned(tool, paths)
    right = strict = 0
    differences = []
    for row, path in zip(rows, paths):
        same = reply_is_right(row, scans[path]["visible_text"])
        if row["strict"]:
            strict += 1
            right += same
        if not same:
            differences.append("%s%s: want %.100r, got %.100r" % (
                row["id"], "" if row["strict"] else " (not strict)", row.get("expect"), scans[path]["visible_text"]))
    return right, strict, differences


def judge_threads(corpus, thread_of):
    """[Threads that are not as the corpus has them]. `thread_of`: {path: thread}"""
    every, differences = [path for thread in corpus["threads"] for path in thread["messages"]], []
    for thread in corpus["threads"]:
        wanted = set(thread["messages"])
        first = thread_of.get(thread["messages"][0])
        got = {path for path in every if first is not None and thread_of.get(path) == first}
        if got != wanted and not thread["ambiguous"] and not wanted <= HELD.keys():
            differences.append("%s: want %s, got %s" % (corpus["name"], sorted(wanted), sorted(got)))
    return differences


def filed_threads(tool, corpus, paths, folder):
    """{path: thread} of mail that came to the address of one record, in the order of the paths."""
    store = ["--store", "sqlite:" + os.path.join(folder, "firm.db")]
    rules = {"casecomm_rules": 1, "name": "all", "extends": "casebook", "settings": {"record_per_hour": 0}}
    for name, text in (("firm.json", {"records": [{"id": "R1", "kind": "case", "name": "x", "state": "open"}]}), ("rules.json", rules)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(text, file)
    run = lambda *arguments: subprocess.run([tool, *store, *arguments], capture_output=True, check=True).stdout.decode().strip()
    run("init", "--account", "firm", "--domain", "in.firm.example")
    run("load", os.path.join(folder, "firm.json"))
    run("rules", "set", os.path.join(folder, "rules.json"))
    address = run("address", "R1")
    arguments = ["ingest", "--json", *[os.path.join(corpus, path) for path in paths], "--envelope-to", address]
    messages = {os.path.relpath(line["path"], corpus): line["id"] for line in lines_of(tool, *store, *arguments)}
    # Mail that comes later joins threads: what counts is where all are in the end.
    threads = {message["id"]: thread["id"] for thread in json.loads(run("show", "R1", "--json"))["threads"]
               for message in thread["messages"]}
    return {path: threads.get(message) for path, message in messages.items()}


def run(tool, corpus):
    troubles = []
    labels = rows_of(os.path.join(corpus, "labels.jsonl"))
    scans = scanned(tool, [os.path.join(corpus, label["path"]) for label in labels])
    scans = {os.path.relpath(path, corpus): scan for path, scan in scans.items()}
    shares, differences = judge_signs(labels, scans)
    for sign, (precision, recall) in shares.items():
        print("%s: precision %.4f, recall %.4f" % (sign, precision, recall))
        if min(precision, recall) < LEAST_SIGNS:
            troubles.append("%s is below %.2f" % (sign, LEAST_SIGNS))
    with tempfile.TemporaryDirectory() as folder:
        right, strict, more = judge_replies(tool, corpus, folder)
        differences += more
        print("%d of %d strict replies are split as expected" % (right, strict))
        if right < LEAST_REPLIES * strict:
            troubles.append("replies: below %.2f" % LEAST_REPLIES)
    with open(os.path.join(corpus, "threads.json"), encoding="utf-8") as file:
        corpora = json.load(file)["corpora"]
    count = 0
    for one in corpora:
        with tempfile.TemporaryDirectory() as folder:
            paths = [path for thread in one["threads"] for path in thread["messages"]]
            troubles += judge_threads(one, filed_threads(tool, corpus, paths, folder))
            count += len(one["threads"])
    print("%d threads" % count)
    for difference in differences:
        print(difference)
    for trouble in troubles:
        print("TROUBLE " + trouble)
    return 1 if troubles or not labels or not strict or not count else 0


def self_test():
    labels = [{"path": str(n), "is_bounce": n < 200, "is_autoreply": None, "is_auto": True, "is_bounce_by": "x", "is_auto_by": "x"}
              for n in range(400)]
    scans = {str(n): {"is_bounce": n < 200, "is_autoreply": False, "is_auto": True} for n in range(400)}
    assert judge_signs(labels, scans)[0]["is_bounce"] == (1, 1) and judge_signs(labels, scans)[1] == []
    for at, told in ((0, False), (300, True)):
        other = dict(scans, **{str(at): {"is_bounce": told, "is_autoreply": False, "is_auto": True}})
        shares, differences = judge_signs(labels, other)
        assert min(shares["is_bounce"]) < 1 and shares["is_auto"] == (1, 1) and len(differences) == 1
    exact = {"mode": "exact", "expect": "a b", "not_contains": ["q"], "body": "a b\n> q"}
    assert reply_is_right(exact, "a\n b ") and not reply_is_right(exact, "a b c") and not reply_is_right(exact, "")
    assert reply_is_right({"mode": "prefix", "expect": "a"}, "a b") and not reply_is_right({"mode": "prefix", "expect": "b"}, "a b")
    contains = {"mode": "contains", "contains": ["a", "b"], "not_contains": ["q"]}
    assert reply_is_right(contains, "a x b") and not reply_is_right(contains, "a b q") and not reply_is_right(contains, "a")
    assert not reply_is_right(dict(exact, whole=True), "a b")
    threads = {"name": "n", "threads": [{"messages": ["a", "b"], "ambiguous": False}, {"messages": ["c"], "ambiguous": False}]}
    assert judge_threads(threads, {"a": 1, "b": 1, "c": 2}) == []
    for wrong in ({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1}, {"a": 1, "c": 2}):
        assert judge_threads(threads, wrong), wrong
    print("self-test passed")
    return 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else run(*sys.argv[1:]))
