"""Environments of their own for packages that exclude those of the others."""

from __future__ import annotations

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
INSTALL_SECONDS_MAX = 600


def python_with(name: str) -> pathlib.Path:
    """The interpreter of an environment with the packages of requirements-NAME.txt."""
    place = HERE.parent / f".venv-{name}"
    python = place / "bin/python"
    if not (place / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--requirement", HERE / f"requirements-{name}.txt"],
            check=True, timeout=INSTALL_SECONDS_MAX)
        (place / "ready").touch()
    return python
