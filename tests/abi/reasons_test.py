#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every reason that the sources give in a status stands in capi/reasons.h, every one there is given or has a gravestone, and
docs/errors.md is the table in words.

usage: reasons_test.py [--write]

--write writes the table of docs/errors.md anew.
"""

import pathlib
import re
import sys
import tempfile
import unittest

import interface

FOLDERS = ("lib", "capi", "bindings")
ROOM = interface.ROOT / "lib"
PAGE = interface.ROOT / "docs/errors.md"
BEGIN, END = "<!-- table of reasons -->\n", "<!-- end of table -->\n"
WORD = re.compile(r'"([a-z][a-z0-9_]*)"')
CODES = next(e for e in interface.Interface(interface.CAPI).enums if "CASECOMM_OK" in e)
CODE = rf"(Code::k\w+|{'|'.join(CODES)}|\bcode\b)"


def sources(root):
    return sorted(p for f in FOLDERS if (root / f).is_dir() for p in (root / f).rglob("*")
                  if p.suffix in (".cc", ".h", ".py") and p.name != "reasons.h")


def uncommented(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    strings = r'"(?:[^"\\\n]|\\.)*"'
    return re.sub(rf"({strings})|//[^\n]*|/\*.*?\*/", lambda m: m[1] or "\n" * m[0].count("\n") or " ", text, flags=re.S)


def argument(text, start):
    """The argument that begins at start: to the next comma or end that is in no bracket and no string."""
    depth, position = 0, start
    while position < len(text):
        if text[position] == '"':
            position = re.compile(r'"(?:[^"\\\n]|\\.)*"').match(text, position).end()
            continue
        if depth == 0 and text[position] in ",)};":
            break
        depth += text[position] in "({["
        depth -= text[position] in ")}]"
        position += 1
    return text[start:position], position


def givers(text):
    """(name, position of the parameter, code in its body) of functions and lambdas that take a reason."""
    found = []
    for match in re.finditer(r"\b(\w+)(?:\s*=\s*\[[^\]]*\]\s*)?\(((?:[^()]|\([^()]*\))*)\)\s*(?:const\s*)?(?:noexcept\s*)?[{;]", text):
        for position, parameter in enumerate(interface.split(match[2], ",")):
            if re.search(r"(string|string_view|char\s*\*|casecomm_str)\s*&?\s*reason$", parameter.strip()):
                found.append((match[1], position, text[match.end():match.end() + 200]))
    return found


def inherited(path, text):
    """The givers of the headers of ours that the source includes."""
    found = []
    for include in re.findall(r'^#include "([^"]+)"', text, re.M):
        for header in (path.parent / include, ROOM / include):
            if header.is_file():
                found += givers(uncommented(header))
                break
    return found


def code_name(words):
    """"not_found" of the first code in these words; None if there is none."""
    match = re.search(rf"Code::k(\w+)|({'|'.join(CODES)})\b", words)
    if not match:
        return None
    return match[2].removeprefix("CASECOMM_").lower() if match[2] else re.sub(r"(?<!^)([A-Z])", r"_\1", match[1]).lower()


def given(path):
    """(line, word, code) of every reason in a source; a word that is put together is given as "?"."""
    text = uncommented(path)
    places = []
    for match in re.finditer(CODE + r"\s*,\s*(?=[^)])", text):
        before = re.findall(r"\bcode = ([^;]*);", text[:match.start()]) if match[1] == "code" else [match[1]]
        places.append((match.end(), code_name(before[-1]) if before else None))
    for name, wanted, body in givers(text) + inherited(path, text):
        for match in re.finditer(rf"\b{name}\(", text):
            start = match.end()
            for _ in range(wanted):
                start = argument(text, start)[1] + 1
            places.append((start, code_name(text[match.end():start]) or code_name(body)))
    for start, code in places:
        words = argument(text, start)[0].strip()
        choice = re.fullmatch(rf".*\?\s*{WORD.pattern}\s*:\s*{WORD.pattern}|{WORD.pattern}", words, re.S)
        line = text[:start].count("\n") + 1
        if re.match(r'"[a-z_]+_"\s*\+', words):
            yield line, "?", code
        for word in filter(None, choice.groups() if choice else ()):
            yield line, word, code
    # The C API names a reason by its constant, too.
    for match in re.finditer(r"CASECOMM_REASON_([A-Z0-9_]+)", text):
        if match[1] not in ("NONE", "TABLE", "ENTRY"):
            yield text[:match.start()].count("\n") + 1, match[1].lower(), None


def check(root):
    headers = interface.Interface(root / "capi")
    known = {word for _, _, word, _ in headers.reasons}
    retired = {word for _, _, word, meaning in headers.reasons if meaning.startswith("retired")}
    faults, used = [], set()
    for path in sources(root):
        for line, word, _ in given(path):
            used.add(word)
            if word == "?":
                faults.append(f"{path.relative_to(root)}:{line}: a reason is put together, so it cannot be found")
            elif word not in known:
                faults.append(f"{path.relative_to(root)}:{line}: {word} is not in capi/reasons.h")
            elif word in retired:
                faults.append(f"{path.relative_to(root)}:{line}: {word} is retired")
    faults += [f"capi/reasons.h: {word} is given nowhere" for word in sorted(known - retired - used)]
    return faults


def table(root):
    codes = {}
    for path in sources(root):
        for _, word, code in given(path):
            codes.setdefault(word, set()).add(code)
    lines = ["| number | reason | code | meaning |", "|---|---|---|---|"]
    for number, _, word, meaning in interface.Interface(root / "capi").reasons:
        with_codes = ", ".join(f"`{c}`" for c in sorted(filter(None, codes.get(word, ()))))
        lines.append(f"| {number} | `{word}` | {with_codes} | {meaning} |")
    return "\n".join(lines) + "\n"


def page_with(page, rows):
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + "\n" + rows + "\n" + END + rest.partition(END)[2]


class Reasons(unittest.TestCase):
    def test_sources_and_table_agree(self):
        self.assertEqual([], check(interface.ROOT))

    def test_the_page_is_current(self):
        page = PAGE.read_text(encoding="utf-8")
        self.assertIn(BEGIN, page)
        self.assertEqual(page_with(page, table(interface.ROOT)), page, "tests/abi/reasons_test.py --write")


class Planted(unittest.TestCase):
    def found(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "planted.cc")
            path.write_text(text)
            return [word for _, word, _ in given(path)]

    def test_every_way_of_giving_one(self):
        self.assertEqual(["planted"], self.found('return Status(Code::kInternal, "planted", path, "it broke");'))
        self.assertEqual(["planted"], self.found('  {SQLITE_FULL, Code::kInternal, "planted", "it broke"},'))
        self.assertEqual(["planted"], self.found('return Status(\n    Code::kInternal,\n    "planted", "", "it broke, twice");'))
        self.assertEqual(["one", "two"], self.found('Status(Code::kInternal, kind == Kind::kDrop ? "one" : "two", "", "x")'))
        self.assertEqual(["planted"], self.found('Status Fault(std::string_view reason, int at) {\n}\n Fault("planted", 1);'))
        self.assertEqual({"planted"}, set(self.found('auto refuse = [](Code code, std::string reason) {};\nrefuse(Code::kInternal, "planted");')))
        self.assertEqual(["one", "two"], self.found('Status(Code::kInternal, field == "record" ? "one" : "two", "", "x")'))
        self.assertEqual(["planted"], self.found("error->reason = CASECOMM_REASON_PLANTED;"))

    def test_what_is_none(self):
        self.assertEqual([], self.found('// Status(Code::kInternal, "planted", "", "x")\n'))
        self.assertEqual([], self.found('return Status(Code::kInternal, "it broke");'))
        self.assertEqual([], self.found("return Status(Code::kInternal, {}, path, std::move(message));"))

    def test_a_word_that_is_put_together(self):
        self.assertEqual(["?"], self.found('Status(Code::kInternal, "unknown_" + std::string(field), "", "x")'))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), table(interface.ROOT)), encoding="utf-8")
    else:
        unittest.main()
