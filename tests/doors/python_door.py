#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python door: the commands of the command line tool that doors_test.py compares, through the bindings alone.

usage: python_door.py STORE KEYS COMMAND [ARGUMENT...]
"""

import os
import pathlib
import sys

import casecomm

STEP = int(os.environ.get("CASECOMM_STEP", "0"))
WORD = (1 << 64) - 1


class SteadyClock(casecomm.Clock):
    def now_us(self):
        return 1_700_000_000_000_000 + STEP * 1_000_000


class SteadyRandom(casecomm.Random):
    """steady.h in Python."""

    def __init__(self):
        self.state = STEP << 32

    def fill(self, size):
        words = (self.next().to_bytes(8, "little") for _ in range(0, size, 8))
        return b"".join(words)[:size]

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & WORD
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
        return z ^ (z >> 31)


def trust(raw):
    return casecomm.scan(raw, trust=casecomm.TrustPolicy(["mx.firm.example"]))


def lines_of(session, engine, verb, words):
    lists = {
        "people": lambda: session.people(page_size=5),
        "records": lambda: session.records(page_size=5),
        "assignments": lambda: session.assignments(page_size=5),
        "addresses": lambda: session.addresses(page_size=5),
        "unassigned": lambda: session.unassigned(page_size=5),
        "threads": lambda: session.threads(words[0], page_size=5),
        "messages": lambda: session.messages(words[0], page_size=5),
    }
    if verb in lists:
        return (item.json() for item in lists[verb]())
    if verb == "ingest":
        lines = []
        engine.receive(
            casecomm.FileSource(words),
            on_received=lambda mail, decision: lines.append(decision.json(path=mail.path, index=mail.index)),
        )
        return lines
    if verb == "show":
        return [session.show_record(words[0]).json()]
    if verb == "link":
        return [session.link(words[0], [words[1]], contact=words[2]).json()]
    if verb == "html":
        return (f'"{casecomm.safe_html(pathlib.Path(path).read_bytes()).encode().hex()}"' for path in words)
    ask = {"trust": trust, "scan": casecomm.scan, "route": session.route, "explain": session.explain}[verb]
    return (ask(pathlib.Path(path).read_bytes()).json(path=path) for path in words)


def main():
    store, keys, verb, *words = sys.argv[1:]
    engine = casecomm.Engine(
        casecomm.SqliteStore(store, create=verb == "init"),
        casecomm.KeyRing.parse(pathlib.Path(keys).read_text()),
        clock=SteadyClock(),
        random=SteadyRandom(),
    )
    with engine:
        if verb == "init":
            engine.create_account(words[0], domain=words[1], preset=words[2])
            return
        with engine.session() as session:
            if verb == "load":
                session.load(pathlib.Path(words[0]).read_bytes())
                return
            for line in lines_of(session, engine, verb, words):
                sys.stdout.buffer.write(line.encode() + b"\n")


main()
