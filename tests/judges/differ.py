#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds scan against GMime, VMime and Python's email.

  differ.py --bin FOLDER [--mutations N] [--from-fields N] [--seed N] [--corpus FOLDER]

Every mail of seeds.py, of ambiguous.py and of the corpus, N mutations of them, and N mails of a From field alone, is read by the four
judge programs of FOLDER.
Where two readings of a field differ:
  - a value that is of the grammar (grammar.py) has one reading, and ours must be that;
  - each other judge that differs must be explained by a rule of rules.py;
  - where all three others agree against us, a rule must name that very kind (`unanimous`).
A date or id that is not of the grammar carries a defect of ours, and no other does.
Threat T03: an author of ours is the one of the grammar, or of all three others. Threat T20: a part that any of them shows stands in our
union, or the mail is flagged. What no rule explains is printed with the mail, made as small as it can be, and fails the run.
A judge that dies or takes too long is started anew and counted; ours must not.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
import ambiguous
import grammar
import mutate
import rules
import seeds

FOREIGN = ("gmime", "vmime", "python")
NO_BYTES = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing
BATCH = 1000
HERE = os.path.dirname(os.path.abspath(__file__))


class Judge:
    """A judge program, started anew when it dies."""

    def __init__(self, name, folder):
        self.name, self.deaths, self.process = name, 0, None
        self.command = ["/usr/bin/python3", "-B", os.path.join(HERE, "python_judge.py")] if name == "python" else \
            [os.path.join(folder, name + "_judge")]

    def start(self):
        self.process = subprocess.Popen(self.command + ["--seconds", "10", "--megabytes", "2048"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ, LC_ALL="C.UTF-8"))

    def read(self, mails):
        """A reading for each; None where the judge died of it."""
        answers = []
        while len(answers) < len(mails):
            if self.process is None:
                self.start()
            rest = mails[len(answers):]

            def write(to=self.process.stdin, of=rest):
                try:
                    to.write(b"".join(struct.pack("<I", len(mail)) + mail for mail in of))
                    to.flush()
                except BrokenPipeError:
                    pass

            writer = threading.Thread(target=write)
            writer.start()
            for _ in rest:
                line = self.process.stdout.readline()
                if not line.endswith(b"\n"):
                    break
                answers.append(json.loads(line.decode("utf-8", "replace")))
            writer.join()
            if len(answers) < len(mails):
                self.stop()
                self.deaths += 1
                answers.append(None)
        return answers

    def stop(self):
        if self.process is not None:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
            self.process.stdout.close()
            self.process.wait()
            self.process = None


class Court:
    """The four judges, side by side."""

    def __init__(self, folder):
        self.judges = [Judge(name, folder) for name in ("scan",) + FOREIGN]
        self.pool = concurrent.futures.ThreadPoolExecutor(len(self.judges))

    def read(self, mails):
        """[{judge: reading or None}]"""
        each = list(self.pool.map(lambda judge: judge.read(mails), self.judges))
        return [{judge.name: each[j][i] for j, judge in enumerate(self.judges)} for i in range(len(mails))]

    def close(self):
        for judge in self.judges:
            judge.stop()
        self.pool.shutdown()


class Finding:
    def __init__(self, kind, field, judge, detail, state=""):
        self.kind, self.field, self.judge, self.detail, self.state = kind, field, judge, detail, state

    def key(self):
        return (self.kind, self.field, self.judge, self.state)

    def __str__(self):
        return "%s: %s, %s, %s: %s" % (self.kind, self.field, self.judge, self.state, self.detail)


def examine(mail, readings, table=None):
    """([names of the rules that explain something], [Finding that nothing explains])"""
    table = rules.RULES if table is None else table
    explained, findings = [], []
    if readings["scan"] is None:
        return explained, [Finding("death", "-", "scan", "our program died")]
    case = rules.Case(mail, readings)
    for field in rules.FIELDS:
        ours = case.value("scan", field)
        truth = case.truth(field)
        theirs = {j: case.value(j, field) for j in FOREIGN if readings[j] is not None and "error" not in readings[j]}
        if truth is not None and ours != truth:
            findings.append(Finding("against the grammar", field, "scan", "want %r, got %r" % (truth, ours)))
            continue
        others = {j: v for j, v in theirs.items() if v != ours}
        if not others:
            continue
        unanimous = truth is None and len(others) == 3 and len({json.dumps(v) for v in others.values()}) == 1
        for judge, value in others.items():
            rule = rules.find(table, case, field, judge, unanimous)
            if rule is not None:
                explained.append(rule.name)
            else:
                findings.append(Finding("unanimous" if unanimous else "unexplained", field, judge,
                                        "theirs %r, ours %r" % (value, ours), case.state(field)))
                if unanimous:
                    break

    for field in ("date", "message_id", "in_reply_to", "references"):
        values = case.raw(field)
        if len(values) != 1 or not case.header.clean or case.before():
            continue
        broken = grammar.date_is_broken(values[0]) if field == "date" else grammar.ids_are_broken(values[0], field == "message_id")
        told = ("date" if field == "date" else "message_id_syntax") in case.defects(field)
        if broken is not None and broken != told:
            findings.append(Finding("broken but not told" if broken else "told but not broken", field, "scan", repr(values[0])))

    author = case.author("scan")
    if author is not None and case.truth("from") is None and not case.explained_author():
        theirs = {case.author(j) for j in FOREIGN if readings[j] is not None}
        if theirs != {author}:
            findings.append(Finding("author (T03)", "from", "scan", "ours %r, theirs %r" % (author, theirs)))

    union = {p["normal"] for p in readings["scan"]["parts"]} | {NO_BYTES}
    flagged = readings["scan"]["ambiguous"] or any(not d.startswith("attached ") for d, _ in readings["scan"]["defects"])
    for judge in FOREIGN:
        for part in (readings[judge] or {}).get("parts", []):
            if part["normal"] in union:
                continue
            if flagged:
                explained.append("T20: flagged")
                continue
            rule = rules.find(table, case, "parts", judge, False)
            if rule is not None:
                explained.append(rule.name)
            else:
                findings.append(Finding("hidden part (T20)", "parts", judge, "%(type)s of %(size)d bytes" % part))
            break
    return explained, findings


def shrunk(mail, key, court, limit=400):
    """The mail without all that a finding of this key does not need."""
    tries = 0

    def still(candidates):
        for candidate, readings in zip(candidates, court.read(candidates)):
            if any(f.key() == key for f in examine(candidate, readings)[1]):
                return candidate
        return None

    for unit in (lambda m: m.splitlines(True), lambda m: [m[i:i + 1] for i in range(len(m))]):
        size = max(1, len(unit(mail)) // 2)
        while size >= 1 and tries < limit:
            pieces, progress = unit(mail), False
            candidates = [b"".join(pieces[:i] + pieces[i + size:]) for i in range(0, len(pieces), size)][:limit - tries]
            tries += len(candidates)
            smaller = still(candidates) if candidates else None
            if smaller is not None and len(smaller) < len(mail):
                mail, progress = smaller, True
            if not progress:
                size = size // 2 if size > 1 else 0
            else:
                size = min(size, max(1, len(unit(mail)) // 2))
    return mail


def corpus_mails(folder):
    mails = []
    with open(os.path.join(folder, "oracle.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            with open(os.path.join(folder, json.loads(line)["path"]), "rb") as file:
                mails.append(file.read())
    return mails


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="the folder of the judge programs")
    parser.add_argument("--mutations", type=int, default=3000)
    parser.add_argument("--from-fields", type=int, default=1000, help="mails of a From field alone")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CASECOMM_SEED", "1")))
    parser.add_argument("--corpus", help="a corpus with oracle.jsonl; its mails are mutated, too")
    parser.add_argument("--shown", type=int, default=20, help="findings printed in full")
    parser.add_argument("--samples", type=int, default=1, help="mails shown of each kind of finding")
    options = parser.parse_args()

    whole = list(seeds.SEEDS) + (corpus_mails(options.corpus) if options.corpus else [])
    whole += [ambiguous.make(name, random.Random("%d %s" % (options.seed, name))) for name in ambiguous.CLASSES]
    base = [mail for mail in whole if len(mail) < 20000]
    whole += rules.fixtures()  # not changed, so that a new rule changes no mutation
    print("differ: %d mails, %d mutations, %d From fields, seed %d" % (
        len(whole), options.mutations, options.from_fields, options.seed), flush=True)
    court = Court(options.bin)
    counts, found, begin = collections.Counter(), {}, time.monotonic()
    total = collections.Counter()
    source = random.Random(options.seed)

    def changed():
        kind = source.randrange(4)
        if kind == 0:
            mail = ambiguous.make(source.choice(sorted(ambiguous.CLASSES)), source, source.randrange(4))
            return mutate.mutated(mail, source) if source.randrange(2) else mail
        return mutate.mutated(source.choice(base if kind == 1 else seeds.SEEDS), source)

    def batches():
        for at in range(0, len(whole), BATCH):
            yield whole[at:at + BATCH]
        for at in range(0, options.mutations, BATCH):
            yield [changed() for _ in range(min(BATCH, options.mutations - at))]
        for at in range(0, options.from_fields, BATCH):
            yield [mutate.from_mail(source) for _ in range(min(BATCH, options.from_fields - at))]

    for mails in batches():
        for mail, readings in zip(mails, court.read(mails)):
            explained, findings = examine(mail, readings)
            counts.update(set(explained))
            total["mails"] += 1
            total["differ"] += bool(explained or findings)
            for finding in findings:
                total["findings"] += 1
                counts["UNEXPLAINED %s: %s, %s, %s" % finding.key()] += 1
                if finding.key() not in found:  # at once: a long run may be ended before it tells
                    print("FOUND %s\n  %r" % (finding, mail), flush=True)
                found.setdefault(finding.key(), []).append((mail, finding))
                found[finding.key()] = sorted(found[finding.key()], key=lambda one: len(one[0]))[:options.samples]

    for name, count in counts.most_common():
        print("%8d  %s" % (count, name))
    for key, samples in list(found.items())[:options.shown]:
        for mail, finding in samples:
            small = shrunk(mail, key, court)
            text = [str(f) for f in examine(small, court.read([small])[0])[1] if f.key() == key] or [str(finding)]
            print("\nFINDING %s\n  %r" % (text[0], small))
    deaths = {judge.name: judge.deaths for judge in court.judges}
    court.close()
    print("%d mails, %d read in more than one way, %d findings without a rule, deaths %s, %.0f s" % (
        total["mails"], total["differ"], total["findings"], deaths, time.monotonic() - begin))
    return 1 if found or deaths["scan"] else 0


if __name__ == "__main__":
    sys.exit(main())
