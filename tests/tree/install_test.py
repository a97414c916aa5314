#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The installed package is all that a host needs: a program outside the tree finds, links and runs it.

usage: install_test.py CMAKE BUILD_DIR
"""

import os
import pathlib
import subprocess
import sys
import tempfile

LISTS = """\
cmake_minimum_required(VERSION 3.25)
project(host CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(casecomm 0.1 REQUIRED)
add_executable(host host.cc)
target_link_libraries(host PRIVATE casecomm::casecomm)
"""

# C++17, public headers only; names something of every library the package brings.
HOST = """\
#include <cstdio>

#include "casecomm/engine.h"
#include "casecomm/files.h"
#include "casecomm/stores.h"

int main() {
  auto random = casecomm::host::SystemRandom();
  auto keys = casecomm::KeyRing::Generate(*random);
  if (!keys.ok()) return 1;
  casecomm::EngineOptions options;
  options.store = casecomm::MemoryStore();
  options.keys = *keys;
  auto engine = casecomm::Engine::Open(std::move(options));
  if (!engine.ok()) return 2;
  if (casecomm::SqliteStore({"/none/none", false, 0}).ok()) return 3;
  if (casecomm::FileSource({{"/none/none"}, {}}).ok()) return 4;
  auto account = (*engine)->CreateAccount({"firm", "in.example.org", "casebook"}, casecomm::Actor::Operator());
  if (!account.ok()) return 5;
  std::puts(account->policy.c_str());
}
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


cmake, build = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    run(cmake, "--install", build, "--prefix", folder / "prefix")
    (folder / "host").mkdir()
    (folder / "host/CMakeLists.txt").write_text(LISTS)
    (folder / "host/host.cc").write_text(HOST)
    run(cmake, "-S", folder / "host", "-B", folder / "out", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={folder / 'prefix'}")
    run(cmake, "--build", folder / "out")
    said = run(os.fspath(folder / "out/host"))
    assert said == "P0 anyone\n", said
    installed = [p for p in (folder / "prefix").rglob("*") if p.is_file()]
    strange = [p for p in installed if p.suffix in (".cc", ".proto") or p.name.endswith(".pb.h") or "lib/base" in str(p)]
    assert not strange, strange
