#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The installed package is all that a host needs: programs outside the tree find, link and run it, in C++, in C with CMake
and with pkg-config, and in Python.

usage: install_test.py CMAKE BUILD_DIR
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

CMAKE = BUILD = None

CPP_LISTS = """\
cmake_minimum_required(VERSION 3.25)
project(host CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(casecomm 0.2 REQUIRED)
add_executable(host host.cc)
target_link_libraries(host PRIVATE casecomm::casecomm)
add_executable(host_c host_c.cc)
target_link_libraries(host_c PRIVATE casecomm::capi)
"""

# C++17, public headers only; names something of every library the package brings.
CPP_HOST = """\
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

# No language but C, so nothing of the C++ package or its dependencies may be asked for.
C_LISTS = """\
cmake_minimum_required(VERSION 3.25)
project(host C)
set(CMAKE_C_STANDARD 99)
set(CMAKE_DISABLE_FIND_PACKAGE_absl ON)
set(CMAKE_DISABLE_FIND_PACKAGE_Protobuf ON)
find_package(casecomm 0.2 REQUIRED {components})
if(TARGET casecomm::casecomm)
  message(FATAL_ERROR "the C++ package came unasked")
endif()
add_executable(host host.c)
target_link_libraries(host PRIVATE casecomm::capi)
"""

# Compiles as C99 and as C++11.
C_HOST = """\
#include <casecomm/casecomm.h>
#include <casecomm/host.h>
#include <stdio.h>

int main(void) {
  casecomm_error error = CASECOMM_INIT(casecomm_error);
  casecomm_engine_options options = CASECOMM_INIT(casecomm_engine_options);
  casecomm_engine engine = NULL;
  casecomm_text keys = NULL;
  if (casecomm_keys_generate(NULL, &keys, &error) != CASECOMM_OK) return 1;
  if (casecomm_text_read(keys, &options.keys, &error) != CASECOMM_OK) return 2;
  if (casecomm_store_memory(&options.store, &error) != CASECOMM_OK) return 3;
  if (casecomm_engine_open(&options, &engine, &error) != CASECOMM_OK) return 4;
  casecomm_store_release(options.store);
  casecomm_text_release(keys);
  casecomm_engine_release(engine);
  if (casecomm_engine_open(NULL, &engine, &error) == CASECOMM_OK) return 5;
  printf("%s\\n", error.reason_name);
  return 0;
}
"""

PYTHON_HOST = """\
import casecomm
with casecomm.Engine(casecomm.MemoryStore(), casecomm.KeyRing.generate()) as engine:
    account = engine.create_account("firm", domain="in.example.org", preset="casebook")
print(account.policy, casecomm.__file__)
"""


def run(*command, **options):
    done = subprocess.run(list(map(os.fspath, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        # Moved after it was installed: nothing in it may know where it once was.
        run(CMAKE, "--install", BUILD, "--prefix", cls.folder / "first")
        cls.prefix = cls.folder / "prefix"
        (cls.folder / "first").rename(cls.prefix)
        cls.libraries = next(p.parent for p in cls.prefix.rglob("libcasecomm.so"))

    def build(self, name, lists, sources):
        """The build folder of a CMake project of its own."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "CMakeLists.txt").write_text(lists)
        for source, text in sources.items():
            (folder / source).write_text(text)
        run(CMAKE, "-S", folder, "-B", folder / "out", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run(CMAKE, "--build", folder / "out")
        return folder / "out"

    def test_cpp_host(self):
        out = self.build("cpp", CPP_LISTS, {"host.cc": CPP_HOST, "host_c.cc": C_HOST})
        self.assertEqual("P0 anyone\n", run(out / "host"))
        self.assertEqual("bad_argument\n", run(out / "host_c"))

    def test_c_host_with_cmake(self):
        for name, components in (("c_alone", ""), ("c_component", "COMPONENTS C")):
            out = self.build(name, C_LISTS.format(components=components), {"host.c": C_HOST})
            self.assertEqual("bad_argument\n", run(out / "host"))

    def test_component_that_is_none(self):
        with self.assertRaisesRegex(AssertionError, "not Fortran"):
            self.build("fortran", C_LISTS.format(components="COMPONENTS Fortran"), {"host.c": C_HOST})

    def test_c_host_with_pkg_config(self):
        environment = {**os.environ, "PKG_CONFIG_PATH": os.fspath(self.libraries / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", "casecomm", env=environment).split()
        self.assertEqual("0.2.0\n", run("pkg-config", "--modversion", "casecomm", env=environment))
        (self.folder / "pkg").mkdir()
        (self.folder / "pkg/host.c").write_text(C_HOST)
        run("cc", "-std=c99", "-Wall", "-Werror", self.folder / "pkg/host.c", *flags, "-o", self.folder / "pkg/host")
        said = run(self.folder / "pkg/host", env={**os.environ, "LD_LIBRARY_PATH": os.fspath(self.libraries)})
        self.assertEqual("bad_argument\n", said)

    def test_python_host(self):
        if not python_is_built():
            self.skipTest("built without the Python package")
        package = next(p for p in self.prefix.rglob("casecomm/__init__.py")).parent
        (self.folder / "host.py").write_text(PYTHON_HOST)
        said = run("/usr/bin/python3", "-B", self.folder / "host.py", cwd=self.folder,
                   env={**os.environ, "PYTHONPATH": os.fspath(package.parent)})
        self.assertEqual(f"P0 anyone {package / '__init__.py'}\n", said)

    def test_the_tool(self):
        self.assertRegex(run(self.prefix / "bin/casecomm", "--version"), r"0\.2\.0")

    def test_nothing_strange_is_installed(self):
        """Public headers, libraries, the package's files, the rules that ship, the tool, the Python package: no more."""
        known = [r"bin/casecomm", r"include/casecomm/(host/)?[a-z]+\.h", r"lib[^/]*/(\S+/)?lib(casecomm(_[a-z]+)?\.a|casecomm\.so(\.0(\.2\.0)?)?)",
                 r"lib\S*/cmake/casecomm/casecomm(Config|ConfigVersion|C?Targets(-[a-z]+)?)\.cmake", r"lib\S*/pkgconfig/casecomm\.pc", r"share/casecomm/rules/(common/)?[a-z]+\.json",
                 r"lib\S*/python3\S*/(site|dist)-packages/casecomm/([a-z_]+\.pyi?|_core\S*\.so|py\.typed)",
                 r"lib\S*/python3\S*/(site|dist)-packages/casecomm-0\.2\.0\.(dist|egg)-info/\S+"]
        installed = [str(p.relative_to(self.prefix)) for p in self.prefix.rglob("*") if not p.is_dir()]
        self.assertEqual([], [p for p in installed if not any(re.fullmatch(pattern, p) for pattern in known)])
        headers = {p.removeprefix("include/casecomm/") for p in installed if p.endswith(".h")}
        root = pathlib.Path(__file__).resolve().parents[2]
        public = {str(p.relative_to(root / "include/casecomm")) for p in (root / "include").rglob("*.h")}
        self.assertEqual(public | {"casecomm.h", "host.h", "reasons.h"}, headers)

    def test_no_file_names_the_machine_that_built_it(self):
        root = os.fspath(pathlib.Path(__file__).resolve().parents[2])
        for path in self.prefix.rglob("*"):
            if path.suffix in (".cmake", ".pc", ".py", ".h"):
                text = path.read_text(encoding="utf-8")
                self.assertNotIn(root, text, path)
                self.assertNotIn(os.fspath(self.folder), text, path)


def python_is_built():
    cache = pathlib.Path(BUILD, "CMakeCache.txt").read_text(encoding="utf-8")
    return "CASECOMM_BUILD_PYTHON:BOOL=ON" in cache


if __name__ == "__main__":
    CMAKE, BUILD = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
