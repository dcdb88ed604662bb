"""The OpenAPI document and the running city say the same: its examples are real, and schemathesis (PyPI,
an environment of its own) calls every door with data that fits the document and data that does not. No
answer is a fault of the server, and none has a status or a form that the document does not tell."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import unittest
from typing import Any

from checks.fiware_clients import python_with
from support.city import City, running_city

#: The same requests at every run.
SECONDS_MAX = 120
EXAMPLES_MAX = 8
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance")
#: Doors where something is made that further doors read by its id.
MAKING = (
    "/ngsi-ld/v1/entities", "/ngsi-ld/v1/temporal/entities", "/ngsi-ld/v1/subscriptions",
    "/ngsi-ld/v1/csourceRegistrations", "/ngsi-ld/v1/csourceSubscriptions", "/ngsi-ld/v1/snapshots",
    "/ngsi-ld/v1/jsonldContexts", "/v2/entities", "/v2/subscriptions", "/v2/registrations")
#: Those of which the city chooses the id.
CHOSEN = (
    "/v2/subscriptions", "/v2/registrations", "/ngsi-ld/v1/jsonldContexts", "/ngsi-ld/v1/entityMaps")
#: Doors without a parameter and a body have nothing to show by example.
BARE_MAX = 12
#: Doors whose examples find nothing: an instance of a history, and a mapping that staff keep.
MISSING_MAX = 2


class OpenAPITest(unittest.TestCase):
    city: City
    document: dict[str, Any]

    def setUp(self) -> None:
        # A city each: what one check made, another deletes.
        self.city = self.enterContext(running_city())
        self.document = self.city.client().get("/openapi.json").json
        self.made = {path: self.make(path) for path in MAKING}
        maps = self.city.client().get("/ngsi-ld/v1/entityMaps", type="FloodStage")
        self.made["/ngsi-ld/v1/entityMaps"] = maps.json["id"]
        # Ids that the city chose itself stand in no example.
        (pathlib.Path(self.city.data) / "schemathesis.toml").write_text("".join(
            f"[[operations]]\ninclude-path-regex = '^{path}/[{{]id[}}]'\n"
            f"parameters = {{ id = {json.dumps(id)} }}\n\n"
            for path, id in self.made.items()))

    def make(self, path: str) -> str:
        """Sends the example of a door as it stands, and gives the id of what it made."""
        kind, content = next(iter(
            self.document["paths"][path]["post"]["requestBody"]["content"].items()))
        answer = self.city.client().request("POST", path, content["example"], {"Content-Type": kind})
        # The history of what is there already gets longer.
        assert answer.status in ((201, 204) if "temporal" in path else (201,)), (path, str(answer))
        place = answer.headers.get("location") or f"{path}/{content['example']['id']}"
        return place.split("?")[0].rsplit("/", 1)[1]

    def run_schemathesis(self, *arguments: str) -> str:
        command = python_with("schemathesis").parent / "schemathesis"
        done = subprocess.run(
            [command, "run", f"{self.city.url}/openapi.json",
             # A stream of events ends only when its reader does.
             "--exclude-path", "/events", "--checks", CHECKS,
             "--generation-deterministic", "--generation-with-security-parameters", "false",
             "--no-shrink", "--request-timeout", "20", "--no-color", *arguments],
            capture_output=True, text=True, timeout=3 * SECONDS_MAX, cwd=self.city.data)
        self.assertEqual(done.returncode, 0, done.stdout[-6_000:] + done.stderr)
        return done.stdout

    def test_what_examples_make_can_be_read(self) -> None:
        for path, id in self.made.items():
            with self.subTest(path):
                self.assertEqual(self.city.client().get(f"{path}/{id}").status, 200)
                example = self.document["paths"][f"{path}/{{id}}"]["get"]["parameters"][0]["example"]
                if path not in CHOSEN:
                    self.assertEqual(example, id)

    def test_nearly_every_door_has_examples_that_work(self) -> None:
        # Without the doors that delete, whose order nobody promises.
        said = self.run_schemathesis("--phases", "examples", "--exclude-method", "DELETE")
        skipped = re.search(r"Skipped: (\d+)", said)
        self.assertLessEqual(int(skipped[1]) if skipped else 0, BARE_MAX, said[-3_000:])
        missing = re.search(r"Missing test data: (\d+)", said)
        self.assertLessEqual(int(missing[1]) if missing else 0, MISSING_MAX, said[-3_000:])

    def test_the_city_answers_as_its_document_says(self) -> None:
        said = self.run_schemathesis(
            "--phases", "examples,coverage,fuzzing",
            "--max-examples", str(EXAMPLES_MAX), "--max-time", str(SECONDS_MAX))
        counted = re.search(r"(\d+) generated, (\d+) passed", said)
        assert counted, said[-2_000:]
        self.assertGreater(int(counted[1]), 1_000)
        self.assertEqual(counted[1], counted[2])
