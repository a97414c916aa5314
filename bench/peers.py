#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""This library beside GMime, VMime and Python's email: reading the header, and the whole mail.

usage: bench/peers.py FOLDER [REPETITIONS]       FOLDER of the built programs; medians of 5

Each parser is a program of its own (tests/judges), which reads the same mails in one loop and tells its CPU time. They take turns, so
that a busy neighbour is everybody's. Mail S is that of bench/mail_s.h; where a corpus is at hand (CASECOMM_CORPUS), its mails, too.
"""
import json
import os
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECONDS = "0.5"


def programs(folder):
    judge = lambda name: [str(folder / (name + "_judge"))]
    python = ["/usr/bin/python3", "-B", str(ROOT / "tests/judges/python_judge.py")]
    ours = [str(folder / "peers")]
    return [("header: addresses, ids, subject, date", [
                ("casecomm, envelope (no copy)", ours + ["envelope"]), ("GMime", judge("gmime") + ["headers"]),
                ("VMime", judge("vmime") + ["headers"]), ("Python email", python + ["headers"])]),
            ("whole: and every part decoded", [
                ("casecomm, ReadMail (text, reply split, class)", ours + ["mail"]),
                ("casecomm, ScanMail (and types found, verdicts)", ours + ["scan"]), ("GMime", judge("gmime") + ["whole"]),
                ("VMime", judge("vmime") + ["whole"]), ("Python email", python + ["whole"])])]


def measure(command, mails):
    with open(mails, "rb") as source:
        out = subprocess.run(command + ["--time", SECONDS], stdin=source, check=True, capture_output=True, text=True).stdout
    count, size, seconds = out.split()
    return float(seconds) / int(count), int(size) / float(seconds)


def instructions(command, mails, count):
    """Of one mail: what a second round adds to the first."""
    totals = []
    for rounds in ("1", "2"):
        with open(mails, "rb") as source, tempfile.NamedTemporaryFile() as profile:
            done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile.name] + command + ["--rounds", rounds],
                                  stdin=source, capture_output=True, text=True, check=False)
            found = re.search(r"Collected : (\d+)", done.stderr)
            if done.returncode != 0 or not found:
                return None
            totals.append(int(found.group(1)))
    return (totals[1] - totals[0]) / count


def corpus_mails():
    corpus = pathlib.Path(os.environ.get("CASECOMM_CORPUS", ROOT.parent / "shared/corpus/dev"))
    if not (corpus / "oracle.jsonl").exists():
        return []
    with open(corpus / "oracle.jsonl", encoding="utf-8") as rows:
        return [(corpus / json.loads(row)["path"]).read_bytes() for row in rows]


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as work:
        def stored(name, data):
            path = os.path.join(work, name)
            with open(path, "wb") as file:
                file.write(data)
            return path

        mail_s = lambda count: subprocess.run([str(folder / "peers"), "--mails", str(count)], check=True, capture_output=True).stdout
        sets = [("mail S, 10 KB", stored("s", mail_s(200)))]
        corpus = corpus_mails()
        if corpus:
            framed = b"".join(struct.pack("<I", len(mail)) + mail for mail in corpus)
            sets.append(("%d mails of a corpus, %.1f KB each" % (len(corpus), sum(map(len, corpus)) / len(corpus) / 1e3),
                         stored("corpus", framed)))
        few = stored("few", mail_s(20))
        for title, mails in sets:
            print(title)
            for part, rows in programs(folder):
                runs = {name: [] for name, _ in rows}
                for _ in range(repetitions):
                    for name, command in rows:
                        runs[name].append(measure(command, mails))
                print("  " + part)
                for name, command in rows:
                    seconds = statistics.median(run[0] for run in runs[name])
                    speed = statistics.median(run[1] for run in runs[name])
                    counted = instructions(command, few, 20) if mails == sets[0][1] else None
                    print("    %-48s %9.1f us %10.0f messages/s %8.3f GB/s%s" % (
                        name, seconds * 1e6, 1 / seconds, speed / 1e9, "  %8.1f k instructions" % (counted / 1e3) if counted else ""),
                        flush=True)


if __name__ == "__main__":
    main()
