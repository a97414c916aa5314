#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Through each of the four doors (C++, C, Python, command line) one mailbox gives the same answers, byte for byte.

usage: doors_test.py SAMPLE_DIR MAIL_DIR DOOR=COMMAND... (a door is called as COMMAND STORE KEYS VERB [ARGUMENT...];
the one named `cli` is the command line tool itself)
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

ACCOUNT = ["linden-ruiz", "in.linden-ruiz.example", "casebook"]
KEYS = "casecomm-keys 1\n0 " + "5a" * 32 + " 0\n"
FOLDED = {"init", "load"}  # verbs whose own output is not compared: it names the command line's files


def cli_words(verb, words):
    if verb == "init":
        return ["init", "--account", words[0], "--domain", words[1], "--preset", words[2]]
    if verb == "trust":
        return ["scan", "--authserv-id", "mx.firm.example", *words]
    if verb == "link":
        return ["link", words[0], "--record", words[1], "--contact", words[2]]
    return [verb, *words]


class Door:
    def __init__(self, name, command, folder):
        self.name, self.command, self.step = name, shlex.split(command), 0
        self.store, self.keys = folder / f"{name}.db", folder / f"{name}.keys"
        self.keys.write_text(KEYS)
        self.keys.chmod(0o600)
        self.said = []

    def run(self, verb, *words):
        """The lines that the verb printed. Time and random bytes follow from the number of the step."""
        self.step += 1
        if self.name == "cli":
            command = [*self.command, "--json", "--store", f"sqlite:{self.store}", "--keys", self.keys]
            command += cli_words(verb, words)
        else:
            command = [*self.command, self.store, self.keys, verb, *words]
        done = subprocess.run(command, capture_output=True, env={**os.environ, "CASECOMM_STEP": str(self.step)})
        if done.returncode != 0:
            sys.exit(f"door {self.name}, {verb}: ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
        lines = [] if verb in FOLDED else done.stdout.split(b"\n")[:-1]
        if verb == "html" and self.name == "cli":
            lines = [b'"%s"' % json.loads(line)["html"].encode().hex().encode() for line in lines]
        self.said.append(((verb, *map(str, words)), lines))
        return [json.loads(line) for line in lines]


def walk(door, sample, hard, mailbox, eml):
    """Every verb that answers, before, between and after the mail has come."""
    door.run("init", *ACCOUNT)
    door.run("load", sample / "firm.json")
    addresses = door.run("addresses")
    if not mailbox.exists():
        tsv = mailbox.with_suffix(".tsv")
        tsv.write_text("".join(f"{a['id']}\t{a['kind']}\t{a['address']}\n" for a in addresses))
        subprocess.run(["/usr/bin/python3", "-B", sample / "make.py", tsv, mailbox], check=True, capture_output=True)
    mails = sorted(map(str, (mailbox / eml).rglob("*.eml")))
    for verb in ("scan", "route", "explain"):
        door.run(verb, *mails)
    hard = sorted(map(str, hard.glob("*.eml")))
    for verb in ("scan", "trust", "html", "route", "explain"):
        answers = door.run(verb, *hard)
        assert len(answers) == len(hard) > 10, (verb, len(answers))
    facts = {pathlib.Path(a["path"]).stem: a for a in door.run("trust", *hard)}
    assert {f["class"] for f in facts.values()} == {"normal", "list", "automatic", "receipt", "bounce"}
    assert (facts["trusted"]["trust"], facts["forged"]["trust"]) == ("pass", "none")
    assert facts["ambiguous"]["ambiguous"] and facts["forward"]["forwarded"] and facts["reply"]["quoted_text"]
    everything = [str(mailbox / "eml"), str(mailbox / "sent.mbox"), str(mailbox / "Maildir")]
    first = door.run("ingest", *everything)
    door.run("ingest", *everything)
    door.run("explain", *mails)
    for record in door.run("records"):
        door.run("show", record["id"])
        for thread in door.run("threads", record["id"]):
            door.run("messages", thread["id"])
    door.run("people")
    door.run("assignments")
    waiting = door.run("unassigned")
    door.run("link", next(m["id"] for m in waiting if m["subject"] == "Please call me"), "C2", "okafor")
    door.run("unassigned")
    door.run("show", "C2")
    return len(first)


def main():
    sample, hard = map(pathlib.Path, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        doors = [Door(*argument.split("=", 1), folder) for argument in sys.argv[3:]]
        assert len(doors) > 1, "one door has nothing to be compared with"
        decided = [walk(door, sample, hard, folder / "mailbox", "eml") for door in doors]
        assert min(decided) > 40, decided
        compared = 0
        for door in doors[1:]:
            assert len(door.said) == len(doors[0].said), door.name
            for (verb, want), (same, got) in zip(doors[0].said, door.said):
                assert verb == same, (verb, same)
                for number, (a, b) in enumerate(zip(want, got)):
                    assert a == b, f"{verb} line {number}:\n{doors[0].name}: {a!r}\n{door.name}: {b!r}"
                assert len(want) == len(got), (verb, door.name, len(want), len(got))
                compared += len(want)
        print(f"{compared} lines of {', '.join(d.name for d in doors)} are the same")


main()
