#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a wheel of a built package, with nothing but setuptools and wheel: no network, no build isolation.

usage: make_wheel.py PACKAGE_DIR VERSION DIST_DIR
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SETUP = """
import setuptools

class Binary(setuptools.Distribution):
    def has_ext_modules(self):
        return True

setuptools.setup(
    name="casecomm", version={version!r}, packages=["casecomm"], package_data={{"casecomm": ["*.so", "*.pyi", "py.typed"]}},
    description="Files mail on the records it belongs to, and tells why", license="Apache-2.0",
    python_requires=">=3.11", zip_safe=False, distclass=Binary)
"""


def main(package, version, dist):
    dist = pathlib.Path(dist).resolve()
    with tempfile.TemporaryDirectory() as name:
        stage = pathlib.Path(name)
        shutil.copytree(package, stage / "casecomm", ignore=shutil.ignore_patterns("__pycache__"))
        for library in (stage / "casecomm").glob("*.so"):
            subprocess.run(["strip", "--strip-unneeded", library], check=True)
        (stage / "setup.py").write_text(SETUP.format(version=version))
        subprocess.run([sys.executable, "setup.py", "-q", "bdist_wheel", "--dist-dir", stage / "dist"], cwd=stage, check=True,
                       env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, stderr=subprocess.DEVNULL)
        (wheel,) = (stage / "dist").iterdir()
        dist.mkdir(parents=True, exist_ok=True)
        shutil.copy(wheel, dist / wheel.name)
        print(dist / wheel.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
