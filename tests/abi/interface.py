# SPDX-License-Identifier: Apache-2.0
"""Reads the C headers as data: structs with their fields, constants, functions, function types, reasons.

The headers keep to a small part of C (plain typedef structs, enums without names, one declaration a statement). What this
reader does not understand is an error, so that nothing is passed over.
"""

import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPI = ROOT / "capi"
HEADERS = ("casecomm.h", "host.h", "reasons.h")


class Field:
    """One field: its name, and its type as C writes it, with {} where the name stands."""

    def __init__(self, name, form):
        self.name, self.form = name, form

    @property
    def type(self):
        return re.sub(r"\s+", " ", self.form.format("")).strip()


class Function:
    def __init__(self, result, name, arguments):
        self.result, self.name, self.arguments = result, name, arguments

    def pointer(self, name=""):
        return f"{self.result} (*{name})({self.arguments})"


class Interface:
    """What the headers in a folder declare, in their order."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.structs, self.constants, self.functions, self.types = {}, {}, {}, {}
        self.handles, self.enums = [], []
        for header in ("casecomm.h", "host.h"):
            self._read((self.folder / header).read_text(encoding="utf-8"), header)
        table = (self.folder / "reasons.h").read_text(encoding="utf-8")
        self.reasons = [(int(n), name, word, meaning) for n, name, word, meaning in
                        re.findall(r'X\((\d+), ([A-Z0-9_]+), "([^"]*)", "([^"]*)"\)', table)]
        self.reason_rows = len(re.findall(r"^\s+X\(", table, re.M))

    def grows(self, struct):
        return self.structs[struct][0].name == "struct_size"

    def _read(self, text, header):
        text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
        for name, value in re.findall(r"^#define (CASECOMM_\w+) (\d+u?)$", text, re.M):
            self.constants[name] = value
        text = re.sub(r"^#ifdef __cplusplus.*?^#(endif|else)", "", text, flags=re.M | re.S)
        text = re.sub(r"^#(.*\\\n)*.*$", "", text, flags=re.M)
        for statement in split(re.sub(r"\s+", " ", text), ";"):
            self._statement(statement.strip(), header)

    def _statement(self, text, header):
        if not text or re.fullmatch(r"struct \w+", text):
            return
        function = re.fullmatch(r"CASECOMM_API (.+?[ *])(casecomm_\w+)\((.*)\)", text)
        struct = re.fullmatch(r"typedef struct (\w+) \{(.*)\} (\w+)", text)
        handle = re.fullmatch(r"typedef struct (\w+_handle)\* (\w+)", text)
        kind = re.fullmatch(r"typedef (.+?) \(\*(\w+)\)\((.*)\)", text)
        enum = re.fullmatch(r"enum \{(.*)\}", text)
        if function:
            self.functions[function[2]] = Function(function[1].strip(), function[2], function[3])
        elif struct and struct[1] == struct[3]:
            self.structs[struct[1]] = [f for m in split(struct[2], ";") if m.strip() for f in fields(m.strip())]
        elif handle:
            self.handles.append(handle[2])
        elif kind:
            self.types[kind[2]] = Function(kind[1], kind[2], kind[3])
        elif enum:
            values = dict(map(str.strip, entry.split("=")) for entry in enum[1].split(","))
            self.enums.append(values)
            self.constants.update(values)
        elif text != "typedef int32_t casecomm_status":
            raise ValueError(f"{header}: not understood: {text}")


def split(text, mark):
    """text at every mark that is in no bracket."""
    parts, depth, start = [], 0, 0
    for position, letter in enumerate(text):
        depth += letter in "({["
        depth -= letter in ")}]"
        if letter == mark and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return parts + [text[start:]]


def fields(member):
    function = re.fullmatch(r"(.+?) \(\*(\w+)\)\((.*)\)", member)
    if function:
        return [Field(function[2], f"{function[1]} (*{{}})({function[3]})")]
    first, *others = member.split(",")
    match = re.fullmatch(r"(.+[ *])(\w+)(\[\d+\])?", first)
    if not match or (others and match[1].rstrip().endswith("*")):
        raise ValueError(f"not understood: {member}")
    found = [Field(match[2], match[1] + "{}" + (match[3] or ""))]
    for other in others:
        found.append(Field(re.fullmatch(r"\w+", other.strip())[0], match[1] + "{}"))
    return found


class Place:
    def __init__(self, offset, size, type):
        self.offset, self.size, self.type = offset, size, type


def measure(interface, compiler):
    """{struct: (size, {field: Place})}, as the compiler lays them out."""
    lines = ['#include "host.h"', "#include <stdio.h>", "int main(void) {"]
    for struct, members in interface.structs.items():
        lines.append(f'printf("{struct} %zu\\n", sizeof({struct}));')
        for field in members:
            lines.append(f'printf("{struct} {field.name} %zu %zu\\n", offsetof({struct}, {field.name}), '
                         f"sizeof((({struct}*)0)->{field.name}));")
    lines.append("return 0; }")
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "measure.c"), pathlib.Path(folder, "measure")
        source.write_text("\n".join(lines))
        subprocess.run([compiler, "-std=c99", f"-I{interface.folder}", source, "-o", program], check=True)
        said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    layout = {}
    for words in map(str.split, said.splitlines()):
        if len(words) == 2:
            layout[words[0]] = (int(words[1]), {})
        else:
            kind = next(f.type for f in interface.structs[words[0]] if f.name == words[1])
            layout[words[0]][1][words[1]] = Place(int(words[2]), int(words[3]), kind)
    return layout


def layout_text(layout):
    """For people and for read_layout: offset, size, name, type."""
    lines = ["# Offset, size, name and type of every field; a struct's line has its size. Written by tests/abi/save."]
    for struct, (size, places) in layout.items():
        lines += ["", f"{struct} {size}"]
        lines += [f"  {p.offset:4} {p.size:4}  {name:24} {p.type}" for name, p in places.items()]
    return "\n".join(lines) + "\n"


def read_layout(text):
    layout = {}
    for line in text.splitlines():
        if line.startswith("  "):
            offset, size, name, kind = line.split(None, 3)
            layout[struct][1][name] = Place(int(offset), int(size), kind)
        elif line and not line.startswith("#"):
            struct, size = line.split()
            layout[struct] = (int(size), {})
    return layout
