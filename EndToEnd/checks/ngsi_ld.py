"""NGSI-LD (ETSI GS CIM 009) as any foreign client sees it."""

from __future__ import annotations

import datetime
import unittest
from typing import Any

from support import ngsi
from support.city import City, running_city
from support.http import Client, Response
from support.receiver import Receiver

PARK = "urn:ngsi-ld:OffStreetParking:e2e:1"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


def parking(id: str = PARK, free: int = 12, lon: float = 130.76, lat: float = 32.21) -> Any:
    return {
        "id": id, "type": "OffStreetParking",
        "name": {"type": "Property", "value": "駅前駐車場"},
        "freeSpots": {"type": "Property", "value": free, "observedAt": "2026-01-01T00:00:00Z"},
        "location": {
            "type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}},
    }


class NgsiLdTest(unittest.TestCase):
    city: City
    client: Client

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())

    def setUp(self) -> None:
        self.client = self.city.client()
        self.addCleanup(self.client.close)

    def create(self, entity: Any) -> None:
        answer = self.client.post(ngsi.ENTITIES, entity)
        self.assertEqual(answer.status, 201, answer)
        self.addCleanup(self.client.request, "DELETE", f"{ngsi.ENTITIES}/{entity['id']}")

    def entity(self, id: str = PARK, **query: str) -> Any:
        answer = self.client.get(f"{ngsi.ENTITIES}/{id}", ngsi.LD, **query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def found(self, **query: str) -> list[str]:
        answer = self.client.get(ngsi.ENTITIES, ngsi.LD, **query)
        self.assertEqual(answer.status, 200, answer)
        return [entity["id"] for entity in answer.json]

    def assert_problem(self, answer: Response, status: int, kind: str) -> None:
        self.assertEqual(answer.status, status, answer)
        self.assertTrue(answer.headers["content-type"].startswith("application/"), answer)
        self.assertIn("json", answer.headers["content-type"])
        self.assertEqual(answer.json["type"], ERRORS + kind, answer)
        self.assertTrue(answer.json["title"], answer)

    def test_create_retrieve_delete(self) -> None:
        answer = self.client.post(ngsi.ENTITIES, parking())
        self.assertEqual(answer.status, 201, answer)
        self.assertTrue(answer.headers["location"].endswith(f"/entities/{PARK}"), answer.headers)
        entity = self.entity()
        self.assertEqual(entity["type"], "OffStreetParking")
        self.assertEqual(entity["freeSpots"]["value"], 12)
        self.assertEqual(entity["name"]["value"], "駅前駐車場")
        self.assertEqual(self.client.request("DELETE", f"{ngsi.ENTITIES}/{PARK}").status, 204)
        self.assert_problem(
            self.client.get(f"{ngsi.ENTITIES}/{PARK}"), 404, "ResourceNotFound")

    def test_patch_changes_only_what_it_names(self) -> None:
        self.create(parking())
        answer = self.client.request(
            "PATCH", f"{ngsi.ENTITIES}/{PARK}/attrs",
            {"freeSpots": {"type": "Property", "value": 3}})
        self.assertEqual(answer.status, 204, answer)
        entity = self.entity()
        self.assertEqual(entity["freeSpots"]["value"], 3)
        self.assertEqual(entity["name"]["value"], "駅前駐車場")

    def test_context_of_the_sender_is_answered_in_his_words(self) -> None:
        context = {"places": "https://example.org/words#places", "Lot": "https://example.org/words#Lot"}
        id = "urn:ngsi-ld:Lot:e2e"
        self.create({
            "id": id, "type": "Lot", "places": {"type": "Property", "value": 4},
            "@context": [context, "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"]})
        plain = self.entity(id)
        self.assertEqual(plain["type"], "https://example.org/words#Lot")
        self.assertEqual(plain["https://example.org/words#places"]["value"], 4)

    def test_query_by_type_value_and_place(self) -> None:
        for number, free in enumerate((0, 5, 50)):
            self.create(parking(f"{PARK}{number}", free, lon=130.76 + number * 0.01))
        ids = [f"{PARK}{number}" for number in range(3)]
        kind = {"type": "OffStreetParking"}
        self.assertEqual(self.found(**kind), ids)
        self.assertEqual(self.found(**kind, q="freeSpots>0"), ids[1:])
        self.assertEqual(self.found(**kind, q="freeSpots>0;freeSpots<10"), ids[1:2])
        self.assertEqual(self.found(**kind, q="freeSpots==0|freeSpots==50"), [ids[0], ids[2]])
        near = {"geometry": "Point", "coordinates": "[130.76,32.21]"}
        self.assertEqual(self.found(**kind, **near, georel="near;maxDistance==500"), ids[:1])
        self.assertEqual(self.found(**kind, **near, georel="near;maxDistance==1500"), ids[:2])
        box = "[[[130.765,32.2],[130.79,32.2],[130.79,32.22],[130.765,32.22],[130.765,32.2]]]"
        self.assertEqual(
            self.found(**kind, geometry="Polygon", coordinates=box, georel="within"), ids[1:])

    def test_pages_are_whole_and_counted(self) -> None:
        for number in range(5):
            self.create(parking(f"{PARK}{number}"))
        query = {"type": "OffStreetParking", "limit": "2", "count": "true"}
        pages = [
            self.client.get(ngsi.ENTITIES, ngsi.LD, **query, offset=str(offset))
            for offset in (0, 2, 4)
        ]
        self.assertEqual([len(page.json) for page in pages], [2, 2, 1])
        self.assertEqual(pages[0].headers["ngsild-results-count"], "5")
        self.assertIn('rel="next"', pages[0].headers["link"])
        self.assertNotIn('rel="next"', pages[2].headers.get("link", ""))

    def test_batch_upsert_creates_and_updates(self) -> None:
        self.create(parking(f"{PARK}0", 1))
        batch = [parking(f"{PARK}{number}", 9) for number in range(3)]
        for number in (1, 2):
            self.addCleanup(self.client.request, "DELETE", f"{ngsi.ENTITIES}/{PARK}{number}")
        answer = self.client.post(f"{ngsi.ROOT}/entityOperations/upsert", batch)
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(sorted(answer.json), [f"{PARK}1", f"{PARK}2"])
        self.assertEqual(self.entity(f"{PARK}0")["freeSpots"]["value"], 9)

    def test_history_tells_each_value_once(self) -> None:
        # Deleted entities keep their history, so this one is of its own.
        id = f"{PARK}:history"
        self.create(parking(id))
        start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        for minute, free in ((1, 11), (2, 10), (2, 10), (3, 9)):
            at = ngsi.iso(start + datetime.timedelta(minutes=minute))
            answer = self.client.request(
                "PATCH", f"{ngsi.ENTITIES}/{id}/attrs",
                {"freeSpots": {"type": "Property", "value": free, "observedAt": at}})
            self.assertEqual(answer.status, 204, answer)
        answer = self.client.get(
            f"{ngsi.ROOT}/temporal/entities/{id}", ngsi.LD, timerel="between",
            timeAt=ngsi.iso(start), endTimeAt="2026-01-01T01:00:00Z", attrs="freeSpots")
        self.assertIn(answer.status, (200, 206), answer)
        values = sorted(
            (one["observedAt"], one["value"])
            for one in ngsi.instances(answer.json["freeSpots"]))
        self.assertEqual([value for _, value in values], [12, 11, 10, 9])

    def test_subscriber_hears_of_changes_that_match(self) -> None:
        with Receiver(refuse_first=1) as receiver:
            answer = self.client.post(f"{ngsi.ROOT}/subscriptions", {
                "type": "Subscription", "entities": [{"type": "OffStreetParking"}],
                "watchedAttributes": ["freeSpots"], "q": "freeSpots<10",
                "notification": {
                    "attributes": ["freeSpots"],
                    "endpoint": {"uri": receiver.url, "accept": "application/json"}}})
            self.assertEqual(answer.status, 201, answer)
            subscription = answer.headers["location"].rsplit("/", 1)[-1]
            self.addCleanup(
                self.client.request, "DELETE", f"{ngsi.ROOT}/subscriptions/{subscription}")
            self.create(parking(free=50))
            for free in (20, 7, 6):
                self.client.request(
                    "PATCH", f"{ngsi.ENTITIES}/{PARK}/attrs",
                    {"freeSpots": {"type": "Property", "value": free}})

            def values(notifications: list[dict[str, Any]]) -> list[int]:
                return [
                    one["freeSpots"]["value"] for one in ngsi.notified(notifications)]

            receiver.wait_for("both matching values arrive", lambda n: values(n) == [7, 6], 60)
            message = receiver.notifications[0]
            self.assertEqual(message["type"], "Notification")
            self.assertEqual(message["subscriptionId"], subscription)
            self.assertNotIn("name", message["data"][0])
            self.assertGreater(receiver.attempts, 2, "the refused message came again")

    def test_errors_by_the_book(self) -> None:
        self.create(parking())
        post, entities = self.client.post, ngsi.ENTITIES
        self.assert_problem(post(entities, parking()), 409, "AlreadyExists")
        broken = self.client.request(
            "POST", entities, b'{"id": ', {"Content-Type": "application/json"})
        self.assert_problem(broken, 400, "InvalidRequest")
        self.assert_problem(
            post(entities, {"id": "no uri", "type": "A"}), 400, "BadRequestData")
        self.assert_problem(post(entities, {"id": "urn:a:b"}), 400, "BadRequestData")
        for q in ("freeSpots>", "(freeSpots>1", "freeSpots>1;", "freeSpots>>1"):
            with self.subTest(q=q):
                self.assert_problem(
                    self.client.get(entities, type="OffStreetParking", q=q),
                    400, "BadRequestData")
        self.assert_problem(self.client.get(entities), 400, "BadRequestData")
        unknown = self.client.request(
            "PATCH", f"{entities}/urn:ngsi-ld:None:1/attrs",
            {"a": {"type": "Property", "value": 1}})
        self.assert_problem(unknown, 404, "ResourceNotFound")
        media = self.client.request("POST", entities, b"a,b", {"Content-Type": "text/csv"})
        self.assertEqual(media.status, 415, media)
        self.assert_problem(self.client.request("PUT", entities, {}), 400, "BadRequestData")
        self.assertEqual(self.client.request("PUT", f"{entities[:-8]}types", {}).status, 405)

    def test_two_keys_of_one_name_are_refused(self) -> None:
        answer = self.client.request(
            "POST", ngsi.ENTITIES, b'{"id":"urn:a:1","type":"A","type":"B"}',
            {"Content-Type": "application/json"})
        self.assert_problem(answer, 400, "InvalidRequest")
