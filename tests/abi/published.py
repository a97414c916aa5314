# SPDX-License-Identifier: Apache-2.0
"""What today's headers owe to a publication: tests/abi/<n> holds the headers of each, and their layout as text."""

import pathlib
import subprocess

import interface

HERE = pathlib.Path(__file__).resolve().parent
# What a later header may change.
FREE = {"CASECOMM_VERSION_MAJOR", "CASECOMM_VERSION_MINOR", "CASECOMM_VERSION_PATCH"}


def publications():
    return sorted(p for p in HERE.iterdir() if p.is_dir() and p.name.isdigit())


def assertions(old, layout, language):
    """A source that compiles against today's header if everything published still stands."""
    same, kind = (("__builtin_types_compatible_p({}, {})", "_Static_assert") if language == "c" else
                  ("std::is_same<{}, {}>::value", "static_assert"))
    field_type = "__typeof__((({0}*)0)->{1})" if language == "c" else "decltype({0}::{1})"
    lines = ['#include "host.h"', "#include <type_traits>" if language == "c++" else ""]
    say = lambda condition, what: lines.append(f'{kind}({condition}, "{what}");')
    for struct, (size, places) in layout.items():
        say(f"sizeof({struct}) {'>=' if 'struct_size' in places else '=='} {size}", f"{struct} shrank")
        for name, place in places.items():
            what = f"{struct}.{name}"
            say(f"offsetof({struct}, {name}) == {place.offset}", f"{what} moved")
            say(f"sizeof((({struct}*)0)->{name}) == {place.size}", f"{what} changed its size")
            say(same.format(field_type.format(struct, name), place.type), f"{what} changed its type")
    for name, value in old.constants.items():
        if name not in FREE:
            say(f"{name} == {value}", f"{name} changed")
    for number, name, word, _ in old.reasons:
        say(f"CASECOMM_REASON_{name} == {number}", f"reason {name} changed")
    for function in old.functions.values():
        lines.append(f"{function.pointer('const keeps_' + function.name)} = {function.name};")
    for function in old.types.values():
        lines.append(f"{function.pointer('const keeps_' + function.name)} = ({function.name})0;")
    return "\n".join(lines) + "\n"


def broken_words(publication, today):
    """Reasons whose word changed, fields that came but not at the end, structs that are gone: what no compiler sees."""
    old = interface.Interface(publication)
    faults = []
    words = {number: word for number, _, word, _ in today.reasons}
    faults += [f"reason {n} was {w}, is {words.get(n)}" for n, _, w, _ in old.reasons if words.get(n) != w]
    layout = interface.read_layout((publication / "layout.txt").read_text(encoding="utf-8"))
    fields = lambda struct, of: [(f.name, f.type) for f in of.structs.get(struct, [])]
    for struct in layout:
        before, now = list(layout[struct][1]), [n for n, _ in fields(struct, today)]
        if now[:len(before)] != before:
            faults.append(f"{struct}: a field was put among those published")
    if set(old.structs) != set(layout):
        faults.append("layout.txt names other structs than its headers")
    return faults


def compile_against(folder, text, language, compiler):
    """What the compiler said against it; empty if nothing."""
    standard = "gnu11" if language == "c" else "c++17"
    done = subprocess.run([compiler, f"-std={standard}", "-x", language, "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                           "-Wno-unused-const-variable", "-Wno-unused-variable", f"-I{folder}", "-"], input=text,
                          capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr


def breaks(publication, folder, compilers):
    """Everything that the headers in `folder` broke of a publication."""
    old = interface.Interface(publication)
    layout = interface.read_layout((publication / "layout.txt").read_text(encoding="utf-8"))
    faults = broken_words(publication, interface.Interface(folder))
    for language, compiler in compilers.items():
        said = compile_against(folder, assertions(old, layout, language), language, compiler)
        if said:
            faults.append(f"{language}: {said}")
    return faults
