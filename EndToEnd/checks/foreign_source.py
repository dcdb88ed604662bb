"""A context source by other hands stands on the other side: NGSI-LD as a small Python server speaks it,
with the entities of PyPI `ngsildclient`. (No other broker can be had from the package indexes.)"""

from __future__ import annotations

import contextlib
import pathlib
import subprocess
import unittest
from collections.abc import Iterator

from support.city import City, running_city
from support.environments import python_with
from support.http import Client
from support.ngsi import ENTITIES, LD, ROOT
from support.receiver import Receiver
from support.waiting import wait_until

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "clients/ngsild_source.py"
STATION = "urn:ngsi-ld:AirQuality:station:1"


@contextlib.contextmanager
def foreign_source() -> Iterator[str]:
    """Its address."""
    with subprocess.Popen(
        [python_with("ngsildclient"), SOURCE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


class ForeignSourceTest(unittest.TestCase):
    city: City

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())
        cls.address = cls.enterClassContext(foreign_source())
        cls.theirs = Client(cls.address)
        cls.mine = cls.city.client()
        made = cls.mine.post(f"{ROOT}/csourceRegistrations", {
            "type": "ContextSourceRegistration", "mode": "redirect", "endpoint": cls.address,
            "information": [{"entities": [{"type": "AirQuality"}]}],
            "operations": ["redirectionOps", "federationOps"]})
        assert made.status == 201, made

    def setUp(self) -> None:
        made = self.theirs.post(ENTITIES, {
            "id": STATION, "type": "AirQuality", "no2": {"type": "Property", "value": 22, "unitCode": "GQ"},
            "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [130.76, 32.21]}}})
        self.assertEqual(made.status, 201, made)
        self.addCleanup(self.theirs.request, "DELETE", f"{ENTITIES}/{STATION}")

    def no2(self) -> float:
        return float(self.theirs.get(f"{ENTITIES}/{STATION}", LD).json["no2"]["value"])

    def test_it_is_read_by_both_interfaces(self) -> None:
        found = self.mine.get(ENTITIES, LD, type="AirQuality", options="keyValues").json
        self.assertEqual([(one["id"], one["no2"]) for one in found], [(STATION, 22)])
        one = self.mine.get(f"{ENTITIES}/{STATION}", LD).json
        self.assertEqual(one["no2"], {"type": "Property", "value": 22, "unitCode": "GQ"})
        near = self.mine.get(
            ENTITIES, LD, type="AirQuality", georel="near;maxDistance==1000", geometry="Point",
            coordinates="[130.76,32.21]").json
        self.assertEqual([one["id"] for one in near], [STATION])
        old = self.mine.get("/v2/entities", type="AirQuality", options="keyValues").json
        self.assertEqual([(one["id"], one["no2"]) for one in old], [(STATION, 22)])

    def test_it_is_written_by_both_interfaces(self) -> None:
        path = f"{ENTITIES}/{STATION}/attrs"
        changed = self.mine.request("PATCH", path, {"no2": {"value": 30}}, type="AirQuality")
        self.assertEqual((changed.status, self.no2()), (204, 30), changed)
        changed = self.mine.request(
            "PATCH", f"/v2/entities/{STATION}/attrs", {"no2": {"value": 31}}, type="AirQuality")
        self.assertEqual((changed.status, self.no2()), (204, 31), changed)
        changed = self.mine.request(
            "PUT", f"/v2/entities/{STATION}/attrs/no2/value", b"32", {"Content-Type": "text/plain"},
            type="AirQuality")
        self.assertEqual((changed.status, self.no2()), (204, 32), changed)
        other = "urn:ngsi-ld:AirQuality:station:2"
        made = self.mine.post("/v2/entities", {
            "id": other, "type": "AirQuality", "no2": {"value": 5, "type": "Number"}})
        self.assertEqual(made.status, 201, made)
        self.assertEqual(self.theirs.get(f"{ENTITIES}/{other}", LD).json["no2"]["value"], 5)
        again = self.mine.post("/v2/entities", {"id": other, "type": "AirQuality"})
        self.assertEqual(again.status, 422, again)
        gone = self.mine.request("DELETE", f"/v2/entities/{other}", type="AirQuality")
        self.assertEqual(gone.status, 204, gone)
        self.assertEqual(self.theirs.get(f"{ENTITIES}/{other}", LD).status, 404)

    def test_its_changes_reach_a_subscriber_of_the_city(self) -> None:
        with Receiver() as receiver:
            made = self.mine.post(f"{ROOT}/subscriptions", {
                "type": "Subscription", "entities": [{"type": "AirQuality"}],
                "notification": {"endpoint": {"uri": receiver.url, "accept": "application/json"}}})
            self.assertEqual(made.status, 201, made)
            self.addCleanup(self.mine.request, "DELETE", made.headers["location"])

            def is_told() -> bool:
                self.theirs.request(
                    "PATCH", f"{ENTITIES}/{STATION}/attrs/no2", {"type": "Property", "value": 77})
                return any(
                    one["data"][0]["no2"]["value"] == 77 for one in receiver.notifications)

            # The subscription travels to the source after the answer.
            wait_until("the subscriber hears of the source's change", is_told, every=0.2)
            self.assertEqual(
                receiver.notifications[-1]["subscriptionId"],
                made.headers["location"].rsplit("/", 1)[1])
