"""NGSIv2 as a client of Orion sees it: the whole tour, and notifications at a real receiver."""

from __future__ import annotations

import unittest
from typing import Any

from support.city import City, running_city
from support.http import Client, Response
from support.receiver import Receiver
from support.waiting import wait_until

SERVICE = {"Fiware-Service": "e2e", "Fiware-ServicePath": "/hall"}
ROOM: dict[str, Any] = {
    "id": "Room1", "type": "Room",
    "temperature": {
        "type": "Float", "value": 21.5, "metadata": {"unitCode": {"type": "Text", "value": "CEL"}}},
    "name": {"type": "Text", "value": "会議室"},
    "location": {"type": "geo:point", "value": "32.21, 130.76"},
}


class NgsiV2Test(unittest.TestCase):
    city: City
    client: Client

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())

    def setUp(self) -> None:
        self.client = self.city.client()
        self.addCleanup(self.client.close)

    def send(self, method: str, path: str, body: Any = None, status: int = 204) -> Response:
        answer = self.client.request(method, "/v2" + path, body, SERVICE)
        self.assertEqual(answer.status, status, answer)
        return answer

    def made(self, path: str, body: Any) -> str:
        return self.send("POST", path, body, 201).headers["location"].rsplit("/", 1)[1]

    def test_tour(self) -> None:
        version = self.client.get("/version").json
        self.assertIn("version", version["orion"])
        resources = self.client.get("/v2").json
        self.assertEqual(resources["subscriptions_url"], "/v2/subscriptions")
        self.send("POST", "/entities", ROOM, 201)
        self.addCleanup(self.send, "DELETE", "/entities/Room1")
        room = self.send("GET", "/entities/Room1?type=Room", status=200).json
        self.assertEqual(room["location"]["value"], "32.21, 130.76")
        self.assertEqual(room["temperature"]["metadata"]["unitCode"]["value"], "CEL")
        self.send("PUT", "/entities/Room1/attrs/name", {"type": "Text", "value": "大会議室"})
        values = self.send("GET", "/entities/Room1?options=keyValues", status=200).json
        self.assertEqual(values["name"], "大会議室")
        self.send("POST", "/op/update", {
            "actionType": "append",
            "entities": [{"id": "Room2", "type": "Room", "temperature": {"value": 30}}]})
        self.addCleanup(self.send, "DELETE", "/entities/Room2")
        found = self.send("POST", "/op/query", {
            "entities": [{"idPattern": ".*", "type": "Room"}],
            "expression": {"q": "temperature>25"}}, 200).json
        self.assertEqual([room["id"] for room in found], ["Room2"])
        near = self.send(
            "GET", "/entities?georel=near;maxDistance:100&geometry=point&coords=32.21,130.76",
            status=200).json
        self.assertEqual([room["id"] for room in near], ["Room1"])
        refusal = self.send("GET", "/entities/None", status=404).json
        self.assertEqual(refusal["error"], "NotFound")
        self.assertIn("description", refusal)
        elsewhere = self.client.get("/v2/entities", {"Fiware-Service": "other"})
        self.assertEqual(elsewhere.json, [])

    def test_custom_notification_arrives(self) -> None:
        with Receiver(refuse_first=1) as receiver:
            id = self.made("/subscriptions", {
                "description": "custom",
                "subject": {
                    "entities": [{"idPattern": "^Custom", "type": "Room"}],
                    "condition": {"attrs": ["temperature"], "expression": {"q": "temperature>20"}}},
                "notification": {"httpCustom": {
                    "url": receiver.url + "/${id}", "qs": {"kind": "${type}"},
                    "headers": {"X-Value": "${temperature}"},
                    "json": {"room": "${id}", "value": "${temperature}", "words": "${name} です"}}}})
            self.addCleanup(self.send, "DELETE", f"/subscriptions/{id}")
            self.send("POST", "/entities", {**ROOM, "id": "Custom1"}, 201)
            self.addCleanup(self.send, "DELETE", "/entities/Custom1")
            self.send("PATCH", "/entities/Custom1/attrs", {"temperature": {"value": 10}})
            self.send("PATCH", "/entities/Custom1/attrs", {"temperature": {"value": 25}})
            receiver.wait_for("two notifications", lambda all: len(all) == 2)
            self.assertEqual(
                receiver.notifications,
                [{"room": "Custom1", "value": value, "words": "会議室 です"} for value in (21.5, 25)])
            self.assertEqual(receiver.headers[0]["x-value"], "21.5")
            self.assertEqual(receiver.headers[0]["fiware-service"], "e2e")
            self.assertEqual(receiver.headers[0]["fiware-servicepath"], "/hall")
            self.assertEqual(receiver.headers[0]["ngsiv2-attrsformat"], "custom")
            self.send("PATCH", f"/subscriptions/{id}", {"status": "inactive"})
            self.send("PATCH", "/entities/Custom1/attrs", {"temperature": {"value": 26}})
            shown = self.send("GET", f"/subscriptions/{id}", status=200).json
            self.assertEqual(shown["status"], "inactive")
            # What became of a delivery is written down a moment after it.
            wait_until("the refused attempt and the two that arrived are counted", lambda: self.send(
                "GET", f"/subscriptions/{id}", status=200,
            ).json["notification"]["timesSent"] >= 3)
            self.assertEqual(len(receiver.notifications), 2)

    def test_registered_source_is_asked(self) -> None:
        with running_city() as other:
            far = other.client()
            self.addCleanup(far.close)
            made = far.post("/v2/entities", {**ROOM, "id": "Far1", "type": "FarRoom"}, SERVICE)
            self.assertEqual(made.status, 201, made)
            id = self.made("/registrations", {
                "dataProvided": {"entities": [{"idPattern": ".*", "type": "FarRoom"}]},
                "provider": {"http": {"url": other.url + "/v2"}}})
            self.addCleanup(self.send, "DELETE", f"/registrations/{id}")
            rooms = self.send("GET", "/entities?type=FarRoom", status=200).json
            self.assertEqual([room["id"] for room in rooms], ["Far1"])
            self.send(
                "PATCH", "/entities/Far1/attrs?type=FarRoom", {"temperature": {"value": 5}})
            value = far.get("/v2/entities/Far1/attrs/temperature", SERVICE).json["value"]
            self.assertEqual(value, 5)
        # A source that is gone keeps nobody from what the city holds.
        self.assertEqual(
            self.send("GET", "/entities?type=FarRoom", status=200).json, [])
