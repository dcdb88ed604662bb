"""The practice city: a key at once, which opens the tenant `sandbox` and nothing else."""

from __future__ import annotations

import re
import unittest
from typing import Any

from support import ngsi
from support.city import City, running_city
from support.http import Client

SAMPLE = f"{ngsi.ENTITIES}/urn:ngsi-ld:WeatherObserved:sample:1"
TENANT = {"NGSILD-Tenant": "sandbox"}


class SandboxTest(unittest.TestCase):
    city: City
    client: Client

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city(is_open=False))

    def setUp(self) -> None:
        self.client = self.city.client()
        self.addCleanup(self.client.close)

    def form(self, path: str) -> Any:
        return self.client.form(path, {})

    def temperature(self) -> Any:
        answer = self.client.get(SAMPLE, TENANT)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["temperature"]["value"]

    def test_from_the_key_to_the_reset(self) -> None:
        for language, words in (("ja", "練習の街"), ("easy", "れんしゅう"), ("en", "practice")):
            page = self.client.get("/developers/sandbox", lang=language)
            self.assertEqual(page.status, 200, page)
            self.assertIn(words, page.text)
        self.assertEqual(self.temperature(), 21.5)
        page = self.form("/developers/sandbox/key")
        found = re.search(r'<code id="key">([^<]+)</code>', page.text)
        assert found, page
        key = {"Authorization": f"Bearer {found[1]}"}
        change = {"temperature": {"type": "Property", "value": 30, "unitCode": "CEL"}}
        for headers, status in (({**key, **TENANT}, 204), (key, 403), (TENANT, 401)):
            answer = self.client.request("PATCH", SAMPLE, change, headers)
            self.assertEqual(answer.status, status, answer)
        self.assertEqual(self.temperature(), 30)
        value = f"/v2{SAMPLE.removeprefix(ngsi.ROOT)}/attrs/temperature/value"
        for headers, status in (
            ({**key, "Fiware-Service": "sandbox"}, 204), ({**key, **TENANT}, 403),
        ):
            answer = self.client.request(
                "PUT", value, b"31", {**headers, "Content-Type": "text/plain"})
            self.assertEqual(answer.status, status, answer)
        refused = self.client.post("/ingest/v1/readings", [], {**key, **TENANT})
        self.assertEqual(refused.status, 403, refused)
        self.assertEqual(self.form("/developers/sandbox/reset").status, 303)
        self.assertEqual(self.temperature(), 21.5)

    def test_wishes_of_one_address_are_limited(self) -> None:
        statuses = [self.form("/developers/sandbox/key").status for _ in range(7)]
        self.assertEqual(statuses[-1], 429)
