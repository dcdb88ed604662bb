"""The OpenAPI document and the running city say the same: schemathesis (PyPI, an environment of its own)
calls every door with data that fits the document and data that does not. No answer is a fault of the
server, and none has a status or a form that the document does not tell."""

from __future__ import annotations

import re
import subprocess
import unittest

from checks.fiware_clients import python_with
from support.city import City, running_city

#: The same requests at every run.
SECONDS_MAX = 120
EXAMPLES_MAX = 8
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance")


class OpenAPITest(unittest.TestCase):
    city: City

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())

    def test_the_city_answers_as_its_document_says(self) -> None:
        command = python_with("schemathesis").parent / "schemathesis"
        done = subprocess.run(
            [command, "run", f"{self.city.url}/openapi.json",
             # A stream of events ends only when its reader does.
             "--exclude-path", "/events",
             "--phases", "examples,coverage,fuzzing", "--checks", CHECKS,
             "--max-examples", str(EXAMPLES_MAX), "--max-time", str(SECONDS_MAX),
             "--generation-deterministic", "--generation-with-security-parameters", "false",
             "--no-shrink", "--request-timeout", "20", "--no-color"],
            capture_output=True, text=True, timeout=3 * SECONDS_MAX, cwd=self.city.data)
        self.assertEqual(done.returncode, 0, done.stdout[-6_000:] + done.stderr)
        counted = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
        assert counted, done.stdout[-2_000:]
        self.assertGreater(int(counted[1]), 1_000)
        self.assertEqual(counted[1], counted[2])
