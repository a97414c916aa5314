#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Python costs: an empty call, route(), and a mail in route_many(1000), beside the C++ time of the same mails.

usage: python_bench.py BUILD_DIR [RECORDS]     (a release build with CASECOMM_BUILD_BENCH and CASECOMM_BUILD_PYTHON)

CPU time, fastest of several rounds that take turns: other people's work on a shared machine does not count.
"""

import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

MAILS, TURNS, ROUNDS = 1000, 15, 25
PROVIDER = ("ARC-Seal", "ARC-Message-Signature", "DKIM-Signature", "Received", "X-Provider-Data")


def filler(dice, size):
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyzABCDEF0123456789+/", k=size))


def mail_s(dice, sender, to):
    """10 KB as it comes out of a large provider: 5.9 KB of header, 4 KB of text."""
    header = [f"From: {sender}", f"To: {to}", f"Cc: stranger{dice.randrange(10**9)}@elsewhere.example",
              f"Subject: {filler(dice, 40)}", f"Message-ID: <{filler(dice, 40)}@mail.example>", "MIME-Version: 1.0",
              "Date: Mon, 02 Mar 2026 09:00:00 +0000", "Content-Type: text/plain; charset=utf-8"]
    while sum(map(len, header)) < 5700:
        header.insert(0, f"{dice.choice(PROVIDER)}: " + "\r\n ".join(filler(dice, 70) for _ in range(4)))
    text = "\r\n".join(filler(dice, 70) for _ in range(57))
    return ("\r\n".join(header) + "\r\n\r\n" + text).encode()


def fastest(act, count, rounds):
    best = float("inf")
    for _ in range(rounds):
        begin = time.thread_time_ns()
        act()
        best = min(best, (time.thread_time_ns() - begin) / count)
    return best


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    records = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    sys.path.insert(0, str(build / "python"))
    import casecomm

    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        keys = casecomm.KeyRing.generate()
        (folder / "keys").write_text(keys.format())
        engine = casecomm.Engine(casecomm.SqliteStore(folder / "store.db", create=True), keys)
        engine.create_account("firm", domain="in.firm.example", preset="casebook")
        session = engine.session()
        session.load({
            "people": [{"id": f"c{i}", "kind": "contact", "name": f"C {i}", "emails": [f"person{i}@contact.example"]}
                       for i in range(records)],
            "records": [{"id": f"r{i}", "kind": "case", "name": f"R {i}"} for i in range(records)],
            "assignments": [{"record": f"r{i}", "person": f"c{i}", "role": "client"} for i in range(records)],
        })
        some = dice.sample(range(records), min(MAILS, records))
        raws = [mail_s(dice, f"person{i}@contact.example", session.record_address(f"r{i}")) for i in some]
        (folder / "mails").write_bytes(b"".join(struct.pack("<Q", len(raw)) + raw for raw in raws))
        batch = session.route_many(raws)
        assert set(batch.outcomes) == {casecomm.Outcome.FILED}

        cpp = python = one = float("inf")
        for _ in range(TURNS):
            done = subprocess.run([build / "bin/python_route", folder / "store.db", folder / "keys", folder / "mails",
                                   str(ROUNDS)], capture_output=True, text=True, check=True)
            cpp = min(cpp, float(done.stdout))
            python = min(python, fastest(lambda: session.route_many(raws, into=batch), len(raws), ROUNDS))
            one = min(one, fastest(lambda: [session.route(raw) for raw in raws], len(raws), 3))
        closed = engine.__class__.closed.fget
        loop = fastest(lambda: [closed for _ in range(10_000)], 10_000, 20)
        empty = fastest(lambda: [session.closed for _ in range(10_000)], 10_000, 20) - loop
        print(f"directory: {records} records and contacts; mail: {sum(map(len, raws)) // len(raws)} bytes")
        print(f"an empty call                  {empty:8.0f} ns")
        print(f"route()                        {one:8.0f} ns a mail")
        print(f"route_many({len(raws)})              {python:8.0f} ns a mail")
        print(f"C++ RouteBatch, the same mails {cpp:8.0f} ns a mail")
        print(f"route_many / C++               {python / cpp:8.2f}")


if __name__ == "__main__":
    main()
