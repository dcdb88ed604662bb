"""Server-sent events, health and metrics, as pages and monitors use them."""

from __future__ import annotations

import contextlib
import json
import threading
import unittest
import urllib.request

from support import ngsi
from support.city import City, running_city
from support.waiting import wait_until

GAUGE = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi"


class LiveTest(unittest.TestCase):
    city: City

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())

    def test_a_change_is_told_to_open_pages(self) -> None:
        heard: list[dict] = []
        answer = urllib.request.urlopen(
            self.city.url + "/events?types=WaterLevelObserved", timeout=20)
        self.addCleanup(answer.close)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/event-stream"))

        def listen() -> None:
            # Closing the stream at the end of the check ends the loop in the middle of a read.
            with contextlib.suppress(AttributeError, OSError, ValueError):
                for line in answer:
                    if line.startswith(b"data:"):
                        heard.append(json.loads(line[5:]))

        threading.Thread(target=listen, daemon=True).start()
        client = self.city.client()

        def told() -> bool:
            # A listener hears what happens after it arrived, so the reading is sent until then.
            self.assertIn(ngsi.send_level(client, GAUGE, 1.23).status, (201, 204))
            return any("WaterLevelObserved" in event.get("types", []) for event in heard)

        wait_until("an event tells the change", told, 15, every=0.3)

    def test_a_city_with_open_streams_stops_in_order(self) -> None:
        with running_city() as city:
            stream = urllib.request.urlopen(city.url + "/events", timeout=40)
            self.addCleanup(stream.close)
            self.assertEqual(city.stop(), 0)
            city.start()

    def test_health_is_for_people_and_machines(self) -> None:
        client = self.city.client()
        machine = client.get("/health", {"Accept": "application/json"})
        self.assertEqual(machine.status, 200, machine)
        self.assertIn("ok", machine.text)
        person = client.get("/health", {"Accept": "text/html"})
        self.assertTrue(person.headers["content-type"].startswith("text/html"), person)

    def test_metrics_are_prometheus_text(self) -> None:
        answer = self.city.client().get("/metrics")
        self.assertEqual(answer.status, 200, answer)
        self.assertTrue(answer.headers["content-type"].startswith("text/plain"), answer)
        samples = [line for line in answer.text.splitlines() if line and line[0] != "#"]
        self.assertGreater(len(samples), 3)
        for line in samples:
            float(line.rsplit(" ", 1)[1])

    def test_every_page_carries_the_security_headers(self) -> None:
        headers = self.city.client().get("/", {"Accept": "text/html"}).headers
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertIn("default-src 'none'", headers["content-security-policy"])
        self.assertNotIn("unsafe-inline", headers["content-security-policy"])
        self.assertIn("referrer-policy", headers)
