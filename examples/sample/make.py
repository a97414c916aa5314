#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the sample mailbox: make.py ADDRESSES.tsv OUT

Addresses differ with every key ring, so the mails in mail/ hold places for them, which are filled from the output of
`casecomm addresses --tsv`:

  {{record:R}}  the address of record R        {{upper:R}}  the same in capitals
  {{drop:P}}    the drop address of user P     {{typo:R}}   the same with one wrong letter

OUT gets eml/ (one file a mail), sent.mbox and Maildir/.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent


def mistyped(address):
    local, domain = address.split("@")
    return f"{local[:-1]}{'7' if local[-1] != '7' else '8'}@{domain}"


def filler(tsv):
    addresses = {}
    for line in tsv.read_text(encoding="utf-8").splitlines():
        ident, kind, address = line.split("\t")
        addresses[kind, ident] = address
    forms = {
        "record": lambda ident: addresses["record", ident],
        "drop": lambda ident: addresses["drop", ident],
        "upper": lambda ident: addresses["record", ident].upper(),
        "typo": lambda ident: mistyped(addresses["record", ident]),
    }
    place = re.compile(rb"\{\{(\w+):([\w-]+)\}\}")
    return lambda raw: place.sub(lambda m: forms[m[1].decode()](m[2].decode()).encode(), raw)


def mails(folder, fill):
    for path in sorted((HERE / "mail" / folder).glob("*.eml")):
        yield path.name, fill(path.read_bytes())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    fill = filler(pathlib.Path(sys.argv[1]))
    out = pathlib.Path(sys.argv[2])
    (out / "eml").mkdir(parents=True)
    for name, raw in mails("eml", fill):
        (out / "eml" / name).write_bytes(raw)
    with open(out / "sent.mbox", "wb") as mbox:
        for _, raw in mails("mbox", fill):
            quoted = re.sub(rb"^(>*From )", rb">\1", raw, flags=re.MULTILINE)
            mbox.write(b"From MAILER-DAEMON Thu Mar 12 10:00:00 2026\n" + quoted + b"\n")
    for folder in ("new", "cur", "tmp"):
        (out / "Maildir" / folder).mkdir(parents=True)
    for folder, flags in (("new", ""), ("cur", ":2,S")):
        for name, raw in mails("maildir/" + folder, fill):
            (out / "Maildir" / folder / f"1773306000.{name[:2]}.sample{flags}").write_bytes(raw)


main()
