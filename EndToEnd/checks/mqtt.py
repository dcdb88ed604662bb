"""Readings by MQTT through a real mosquitto: what it acknowledged is in the city's history."""

from __future__ import annotations

import datetime
import json
import pathlib
import tempfile
import unittest

import paho.mqtt.client as paho
from support import load, ngsi, settings
from support.city import City, copy_of_city, running_city
from support.load import Writer
from support.mqtt import Mosquitto, Publisher
from support.waiting import wait_until

#: Gauges of Cities/hitoyoshi that have no thresholds: any level is only a level.
GAUGES = [
    f"urn:ngsi-ld:WaterLevelObserved:hitoyoshi:{name}"
    for name in ("ken-hitoyoshi", "ichibu", "watari")
]
READINGS = 200 if settings.QUICK else 1_000


class MqttTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.mosquitto = self.enterContext(Mosquitto(self.folder))
        self.city = self.enterContext(
            running_city(city=copy_of_city("hitoyoshi", self.folder, mqtt=self.mosquitto.port)))
        self.epoch = ngsi.now().replace(microsecond=0) - datetime.timedelta(hours=20)
        self.wait_for_the_city()
        self.publisher = Publisher(self.mosquitto.port)
        self.addCleanup(self.publisher.close)

    def wait_for_the_city(self) -> None:
        """A broker keeps messages only for a reader that it knows: the first must not come before."""
        gauge = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:yanase"
        probe = Publisher(self.mosquitto.port)
        self.addCleanup(probe.close)
        numbers = iter(range(1, 10_000))

        def is_heard() -> bool:
            number = next(numbers)
            probe.publish(number, f"city/hitoyoshi/{gauge}/attrs", json.dumps({
                "waterLevel": 1.0, "observedAt": load.time_of(number, self.epoch)}))
            answer = self.city.client().get(f"{ngsi.ENTITIES}/{gauge}", ngsi.LD)
            return answer.status == 200 and "waterLevel" in answer.json

        wait_until("the city hears what is published", is_heard, 30, every=0.1)

    def publish(self, gauge: str, number: int) -> None:
        self.publisher.publish(
            (gauge, number), f"city/hitoyoshi/{gauge}/attrs", json.dumps({
                "waterLevel": number / 100, "observedAt": load.time_of(number, self.epoch)}))

    def stored(self, city: City) -> set[tuple[str, int]]:
        writers = [Writer(gauge, last=READINGS) for gauge in GAUGES]
        return load.stored(
            city.client(), writers, "waterLevel", self.epoch, lambda metres: round(metres * 100))

    def wait_for_all(self) -> None:
        self.publisher.finish()
        acknowledged = set(self.publisher.acknowledged)
        self.assertEqual(len(acknowledged), READINGS * len(GAUGES))
        wait_until(
            "every acknowledged reading is in the history",
            lambda: not load.missing(acknowledged, self.stored(self.city)), 60, every=0.5)
        found = self.stored(self.city)
        self.assertEqual(load.missing(acknowledged, found), [])
        victim = min(acknowledged)
        self.assertEqual(
            len(load.missing(acknowledged, found - {victim})), 1, "the check can fail")

    def test_mosquitto_restarted_under_load_loses_nothing(self) -> None:
        for number in range(1, READINGS + 1):
            for gauge in GAUGES:
                self.publish(gauge, number)
            if number % (READINGS // 4) == 0:
                self.mosquitto.restart()
        self.wait_for_all()

    def test_city_killed_under_load_loses_nothing(self) -> None:
        for number in range(1, READINGS + 1):
            for gauge in GAUGES:
                self.publish(gauge, number)
            if number % (READINGS // 4) == 0:
                self.city.kill()
                self.city.start()
        self.wait_for_all()

    def test_a_reader_that_acknowledges_before_it_stores_is_noticed(self) -> None:
        """The check's own test: it must see what such a reader loses, one by one."""
        self.city.kill()
        for number in range(1, READINGS // 4 + 1):
            self.publish(GAUGES[0], number)
        self.publisher.finish()
        # A reader under the city's own name takes some, says so, and dies before storing any.
        taken = {(GAUGES[0], number) for number in EagerReader(self.mosquitto.port).take(20)}
        self.city.start()
        acknowledged = set(self.publisher.acknowledged)
        wait_until(
            "the rest is in the history",
            lambda: not load.missing(acknowledged - taken, self.stored(self.city)), 60, every=0.5)
        lost = load.missing(acknowledged, self.stored(self.city))
        self.assertGreater(len(lost), 0, "the check sees what that reader lost")
        self.assertLessEqual(len(lost), len(taken))

    def test_a_broken_device_stops_no_other(self) -> None:
        topic = f"city/hitoyoshi/{GAUGES[0]}/attrs"
        for payload in ("{", "[]", '{"waterLevel": "high"}', '{"waterLevel": 1.0}', "\0"):
            self.publisher.publish(payload, topic, payload)
        unknown = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:nowhere"
        self.publish(unknown, 1)
        self.publish(GAUGES[0], 2)
        self.publisher.finish()
        wait_until(
            "the good reading is stored", lambda: (GAUGES[0], 2) in self.stored(self.city), 30)
        self.assertEqual(
            self.city.client().get(f"{ngsi.ENTITIES}/{unknown}", ngsi.LD).status, 404)


class EagerReader:
    """Takes the city's session over and acknowledges each message as soon as it is read."""

    def __init__(self, port: int) -> None:
        self.taken: list[int] = []
        self.client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id="cityos-hitoyoshi", clean_session=False)
        self.client.on_message = self._take
        self.client.connect("127.0.0.1", port)

    def take(self, count: int) -> list[int]:
        """Numbers of at least so many messages, all but the last of them acknowledged."""
        while len(self.taken) < count:
            code = self.client.loop(1)
            assert code == paho.MQTT_ERR_SUCCESS, code
        self.client.loop(0.05)
        self.client.disconnect()
        return self.taken

    def _take(self, client: paho.Client, data: object, message: paho.MQTTMessage) -> None:
        self.taken.append(round(json.loads(message.payload)["waterLevel"] * 100))
