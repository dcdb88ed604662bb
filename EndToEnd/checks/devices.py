"""Devices of every kind against a real mosquitto and a real city: measures in, commands out."""

from __future__ import annotations

import base64
import json
import pathlib
import tempfile
import threading
import unittest
from typing import Any

import paho.mqtt.client as paho
from support import ngsi
from support.city import City, copy_of_city, running_city
from support.mqtt import Mosquitto, Publisher
from support.staff import Staff, typed
from support.waiting import wait_until

LAMP = "urn:ngsi-ld:Streetlight:hitoyoshi:lamp1"
KEY = "key-of-the-lamp"
WEATHER = "urn:ngsi-ld:WeatherObserved:hitoyoshi:0123456789abcdef"


class DevicesTest(unittest.TestCase):
    mosquitto: Mosquitto
    city: City
    staff: Staff

    @classmethod
    def setUpClass(cls) -> None:
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.mosquitto = cls.enterClassContext(Mosquitto(folder))
        cls.city = cls.enterClassContext(
            running_city(city=copy_of_city("hitoyoshi", folder, mqtt=cls.mosquitto.port)))
        cls.staff = Staff(cls.city)
        cls.provision()

    @classmethod
    def provision(cls) -> None:
        """Model and device by the staff's forms, as a clerk types them."""
        for model, fields in {
            "lamp-x": {
                "entityType": "Streetlight", "speech": "json", "commands": "dim",
                "commandSecondsMax": "30", "measure.0.measure": "t",
                "measure.0.attribute": "temperature", "measure.0.kind": "number",
                "measure.0.unitCode": "CEL", "measure.1.measure": "w",
                "measure.1.attribute": "power", "measure.1.kind": "number",
                "measure.1.unitCode": "KWT", "measure.1.factor": "0.001",
            },
            "weather-x": {
                "entityType": "WeatherObserved", "speech": "lorawan", "decoder": "fields",
                "measure.0.measure": "t", "measure.0.attribute": "temperature",
                "measure.0.kind": "number", "measure.0.unitCode": "CEL", "field.0.name": "t",
                "field.0.offset": "0", "field.0.length": "2", "field.0.order": "big",
                "field.0.sign": "signed", "field.0.scale": "0.1",
            },
        }.items():
            page = cls.staff.fill("/staff/device-models/new", {
                "id": model, "name": model, "silentMinutes": "60", "takesArrivalAsTime": "1",
                "transport": "mqtt", "action": "save", **fields})
            assert 'class="notice good"' in page.text, page.text[-3000:]
        for device, model, key in (
            ("lamp1", "lamp-x", KEY), ("0123456789abcdef", "weather-x", "")
        ):
            page = cls.staff.fill("/staff/devices/new", {
                "id": device, "name": device, "model": model, "key": key, "entity": "",
                "action": "save"})
            assert 'class="notice good"' in page.text, page.text[-3000:]

    def entity(self, entity: str) -> dict[str, Any]:
        answer = self.city.client().get(f"{ngsi.ENTITIES}/{entity}", ngsi.LD)
        self.assertEqual(answer.status, 200, answer)
        return dict(answer.json)

    def value(self, entity: str, name: str) -> Any:
        return self.entity(entity).get(name, {}).get("value")

    def test_measures_by_mqtt_in_both_manners(self) -> None:
        publisher = Publisher(self.mosquitto.port)
        self.addCleanup(publisher.close)
        publisher.publish(1, f"/{KEY}/lamp1/attrs", json.dumps({"t": 21.5, "w": 80}))
        publisher.finish()
        wait_until("the measure is there", lambda: self.value(LAMP, "temperature") == 21.5)
        self.assertEqual(self.value(LAMP, "power"), 0.08)
        self.assertEqual(self.entity(LAMP)["temperature"]["unitCode"], "CEL")
        publisher.publish(2, f"/ul/{KEY}/lamp1/attrs", "t|22.5#w|90")
        publisher.publish(3, f"/json/{KEY}/lamp1/attrs/t", "23.5")
        publisher.publish(4, "/wrong-key-here/lamp1/attrs", json.dumps({"t": 99}))
        publisher.finish()
        wait_until("the last measure is there", lambda: self.value(LAMP, "temperature") == 23.5)
        self.assertEqual(self.value(LAMP, "power"), 0.09)
        status = self.city.client().get("/ingest/v1/status").text
        self.assertIn("unknownDevice", status)
        self.assertNotIn("wrong-key-here", status, "keys are never shown")

    def test_measures_by_http_are_durable_when_answered(self) -> None:
        client = self.city.client()
        answer = client.post("/iot/json", {"t": 25.5}, k=KEY, i="lamp1")
        self.assertEqual(answer.status, 200, answer)
        self.city.kill()
        self.city.start()
        self.assertEqual(self.value(LAMP, "temperature"), 25.5)
        answer = self.city.client().get("/iot/d", k=KEY, i="lamp1", d="t|26.5")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.value(LAMP, "temperature"), 26.5)
        for key, payload, status in (("wrong-key", "t|1", 401), (KEY, "nonsense", 400)):
            answer = self.city.client().get("/iot/d", k=key, i="lamp1", d=payload)
            self.assertEqual(answer.status, status, answer)

    def test_a_command_by_ngsi_ld_reaches_the_lamp_and_its_answer_comes_back(self) -> None:
        with Lamp(self.mosquitto.port) as lamp:
            for level in (40, 40):
                count = len(lamp.commands)
                answer = self.city.client().request(
                    "PATCH", f"{ngsi.ENTITIES}/{LAMP}/attrs/dim",
                    {"type": "Property", "value": level}, ngsi.LD)
                self.assertEqual(answer.status, 204, answer)
                wait_until(
                    "the lamp answered", lambda: self.value(LAMP, "dim_status") == "OK")
                wait_until("the lamp got it", lambda: len(lamp.commands) > count)
                self.assertEqual(lamp.commands[-1], {"dim": level})
                self.assertEqual(self.value(LAMP, "dim_info"), f"at {level}")
                # The slot is empty again: the same value commands once more.
                self.assertEqual(self.value(LAMP, "dim"), "")

    def test_a_command_survives_kill_9_of_the_city(self) -> None:
        self.mosquitto.stop()
        answer = self.city.client().request(
            "PATCH", f"{ngsi.ENTITIES}/{LAMP}/attrs/dim",
            {"type": "Property", "value": 77}, ngsi.LD)
        self.assertEqual(answer.status, 204, answer)
        self.assertEqual(self.value(LAMP, "dim_status"), "PENDING")
        self.city.kill()
        self.mosquitto.start()
        with Lamp(self.mosquitto.port) as lamp:
            self.city.start()
            wait_until("the lamp got it", lambda: {"dim": 77} in lamp.commands, 60)
            wait_until("the answer is stored", lambda: self.value(LAMP, "dim_status") == "OK", 30)

    def test_lorawan_uplinks_of_both_network_servers(self) -> None:
        payload = base64.b64encode((-23).to_bytes(2, "big", signed=True)).decode()
        answer = self.city.client().post("/lorawan/ttn", {
            "end_device_ids": {"device_id": "w1", "dev_eui": "0123456789ABCDEF"},
            "received_at": ngsi.iso(ngsi.now()),
            "uplink_message": {
                "f_port": 2, "f_cnt": 10, "frm_payload": payload,
                "rx_metadata": [{"rssi": -110, "snr": 2.5}, {"rssi": -90, "snr": 7}]}})
        self.assertEqual(answer.status, 204, answer)
        self.assertEqual(self.value(WEATHER, "temperature"), -2.3)
        answer = self.city.client().post("/lorawan/chirpstack", {
            "time": ngsi.iso(ngsi.now()), "fCnt": 13, "fPort": 2,
            "deviceInfo": {"devEui": "0123456789abcdef"},
            "data": base64.b64encode((215).to_bytes(2, "big")).decode(),
            "rxInfo": [{"rssi": -70, "snr": 9}]}, event="up")
        self.assertEqual(answer.status, 204, answer)
        self.assertEqual(self.value(WEATHER, "temperature"), 21.5)
        page = self.staff.get("/staff/devices/0123456789abcdef").text
        self.assertIn("-70 dBm / 9 dB", page)
        self.assertIn("2 (50%)", page, "two of four uplinks never came")
        short = {**{"deviceInfo": {"devEui": "0123456789abcdef"}}, "data": "AA==", "fCnt": 14}
        answer = self.city.client().post("/lorawan/chirpstack", short, event="up")
        self.assertEqual(answer.status, 400, answer)

    def test_silence_is_danger_on_the_page(self) -> None:
        page = self.staff.fill("/staff/devices/new", {
            "id": "lamp9", "name": "九番の街灯", "model": "lamp-x", "key": "another-key-1",
            "entity": "", "action": "save"})
        self.assertIn('class="notice bad"', page.text)
        listed = self.staff.get("/staff/devices").text
        self.assertIn("九番の街灯", listed)
        self.assertIn('class="tag bad"', listed)
        self.assertIn("途絶", listed)


class ImportTest(unittest.TestCase):
    def test_a_table_from_upload_to_entities_and_again(self) -> None:
        with running_city() as city:
            staff = Staff(city)
            table = (
                "番号,名称,緯度,経度,定員\n1,㈱人吉ホール,32.21,130.76,120\n"
                "2,逆のホール,130.76,32.21,80\n3,南のホール,32.20,130.77,およそ50\n")
            place, page = staff.upload(
                "/staff/imports/new", "halls.csv", table.encode("cp932"), {"from": "auto"})
            self.assertIn("Shift_JIS", page.text)
            fields = {
                **typed(page), "types": "Hall", "id": "halls", "id.1": "番号", "id.2": "",
                "c.1.attribute": "name", "c.4.attribute": "capacity", "c.4.kind": "integer"}
            path = place.split("?")[0]
            seen = staff.fill(path, {**fields, "action": "preview"})
            self.assertIn("緯度と経度が逆です", seen.text)
            self.assertIn("整数ではありません", seen.text)
            nothing = city.client().get(ngsi.ENTITIES, ngsi.LD, type="Hall").json
            self.assertEqual(nothing, [], "a preview stores nothing")
            done = staff.fill(path, {**fields, "action": "run"})
            self.assertIn("1行を残しました", done.text)
            self.assertIn("2行に直すところがあります", done.text)
            found = city.client().get(ngsi.ENTITIES, ngsi.LD, type="Hall").json
            self.assertEqual(len(found), 1)
            self.assertEqual(found[0]["id"], "urn:ngsi-ld:Hall:hitoyoshi:1")
            self.assertEqual(found[0]["capacity"]["value"], 120)
            self.assertEqual(
                found[0]["location"]["value"]["coordinates"], [130.76, 32.21])
            place, page = staff.upload(
                "/staff/imports/new", "halls.csv", table.encode(), {"from": "mapping:halls"})
            again = staff.fill(
                place.split("?")[0], {**typed(page), "action": "run"})
            self.assertIn("1行を残しました", again.text)
            self.assertEqual(
                len(city.client().get(ngsi.ENTITIES, ngsi.LD, type="Hall").json), 1)


class Lamp:
    """An actuator: hears its commands and says what it did."""

    def __init__(self, port: int) -> None:
        self.commands: list[dict[str, Any]] = []
        self.ready = threading.Event()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="lamp1")
        self.client.on_connect = lambda client, *_: client.subscribe(f"/{KEY}/lamp1/cmd", 1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._command
        self.client.connect_async("127.0.0.1", port)

    def _command(self, client: paho.Client, data: Any, message: paho.MQTTMessage) -> None:
        command = json.loads(message.payload)
        self.commands.append(command)
        client.publish(
            f"/{KEY}/lamp1/cmdexe", json.dumps({"dim": f"at {command['dim']}"}), qos=1)

    def __enter__(self) -> Lamp:
        self.client.loop_start()
        wait_until("the lamp listens", self.ready.is_set)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()
