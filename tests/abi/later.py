#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the headers of a version that is yet to come: every struct that may grow has one field more at its end, every
table of functions one function more.

usage: later.py FOLDER
"""

import pathlib
import re
import sys

import interface

# The kinds of field that a later version may bring, in turn.
KINDS = ["int64_t later;", "casecomm_str later;", "const void* later;", "uint32_t later, later_reserved;"]
FUNCTION = "casecomm_status (*later)(void* host, casecomm_error* error);"


def grown(text, headers):
    turn = 0
    for struct, members in headers.structs.items():
        if not headers.grows(struct):
            continue
        end = f"}} {struct};"
        if text.count(end) > 1:
            raise ValueError(f"{struct} ends twice")
        if end not in text:
            continue
        is_table = any("(*" in field.type for field in members)
        text = text.replace(end, f"  {FUNCTION if is_table else KINDS[turn % len(KINDS)]}\n{end}")
        turn += not is_table
    return text


def write(folder):
    headers = interface.Interface(interface.CAPI)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in interface.HEADERS:
        text = grown((interface.CAPI / name).read_text(encoding="utf-8"), headers)
        (folder / name).write_text(re.sub(r"(?m)^(#define CASECOMM_VERSION_MINOR) \d+$", r"\1 99", text), encoding="utf-8")
    before, after = headers.structs, interface.Interface(folder).structs
    for struct in before:
        more = [f.name for f in after[struct][len(before[struct]):]]
        if headers.grows(struct) and "later" not in more:
            raise ValueError(f"{struct} did not grow")


if __name__ == "__main__":
    write(sys.argv[1])
