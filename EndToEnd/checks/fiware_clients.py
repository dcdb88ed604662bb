"""FIWARE client libraries from PyPI do their tour against the city, each in an environment of its own:
they ask for packages that exclude each other."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import unittest

from support.city import City, running_city

HERE = pathlib.Path(__file__).resolve().parent.parent
INSTALL_SECONDS_MAX = 600
TOUR_SECONDS_MAX = 120


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


class FiwareClientsTest(unittest.TestCase):
    city: City

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())

    def tour(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [python_with(name), HERE / f"clients/{name}_tour.py", *arguments],
            capture_output=True, text=True, timeout=TOUR_SECONDS_MAX)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("done", done.stdout)

    def test_filip_through_NGSIv2(self) -> None:
        self.tour("filip", self.city.url)

    def test_ngsildclient_through_NGSI_LD(self) -> None:
        self.tour("ngsildclient", "127.0.0.1", str(self.city.port))
