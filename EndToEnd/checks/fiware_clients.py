"""FIWARE client libraries from PyPI do their tour against the city, each in an environment of its own:
they ask for packages that exclude each other."""

from __future__ import annotations

import pathlib
import subprocess
import unittest

from support.city import City, running_city
from support.environments import python_with

HERE = pathlib.Path(__file__).resolve().parent.parent
TOUR_SECONDS_MAX = 120


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
