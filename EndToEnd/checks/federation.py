"""Two cities meet by mutual TLS and share what they hold, by registrations."""

from __future__ import annotations

import contextlib
import http.client
import json
import pathlib
import shutil
import ssl
import tempfile
import time
import unittest
from collections.abc import Iterator
from typing import Any

from support import settings
from support.certificates import Authority
from support.city import City, copy_of_city, free_port, run_command
from support.http import Client, Response
from support.ngsi import ENTITIES, LD, ROOT
from support.receiver import Receiver
from support.waiting import wait_until

#: A registration gives its source so long, in milliseconds.
SOURCE_TIMEOUT = 1_500
#: An answer without a dead neighbour: its time limit, and room for a busy machine.
ANSWER_SECONDS_MAX = 6.0


class Town:
    """One of the two cities: its folder, its process, and how the other finds it."""

    def __init__(self, name: str, place: pathlib.Path, authority: Authority) -> None:
        self.name, self.authority = name, authority
        self.dns = f"{name}.example"
        self.port = free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        self.folder = copy_of_city(
            name, place, source=settings.ROOT / "EndToEnd/conformance/city")
        self.certificate, self.key = authority.issue(self.dns)
        self.keys = self.folder / "keys"
        self.keys.mkdir()
        self.use(self.certificate, self.key)
        shutil.copy(authority.certificate, self.keys / "authority.pem")
        self.city = City(self.folder, place / f"{name}-data")

    def use(self, certificate: pathlib.Path, key: pathlib.Path) -> None:
        """Replaces the city's own certificate, as a renewal does."""
        for source, target in ((key, "city.key"), (certificate, "city.pem")):
            fresh = self.keys / f"{target}.new"
            shutil.copy(source, fresh)
            fresh.rename(self.keys / target)

    def settings(self, other: Town, rights: str = "read, subscribe, write") -> str:
        return "\n".join([
            "neighbours:",
            f"  listen: {{ host: 127.0.0.1, port: {self.port} }}",
            f'  address: "{self.address}"',
            "  certificate: keys/city.pem",
            "  key: keys/city.key",
            "  authority: keys/authority.pem",
            "  cities:",
            f"    - id: {other.name}",
            f"      name: {{ ja: {other.name} }}",
            f"      certificateName: {other.dns}",
            f"      may: [{rights}]",
            f'      endpoint: "{other.address}"',
            "      private: true", ""])

    def meet(self, other: Town) -> None:
        file = self.folder / "city.yaml"
        file.write_text(file.read_text(encoding="utf-8") + self.settings(other), encoding="utf-8")


@contextlib.contextmanager
def two_towns() -> Iterator[tuple[Town, Town]]:
    with tempfile.TemporaryDirectory(prefix="federation-") as folder, contextlib.ExitStack() as stack:
        place = pathlib.Path(folder)
        authority = Authority(place / "authority")
        towns = (Town("hito", place, authority), Town("kuma", place, authority))
        towns[0].meet(towns[1])
        towns[1].meet(towns[0])
        for town in towns:
            stack.callback(lambda city=town.city: city.process and city.kill())
            town.city.start()
        yield towns


def context(authority: pathlib.Path, certificate: tuple[pathlib.Path, pathlib.Path] | None) -> ssl.SSLContext:
    tls = ssl.create_default_context(cafile=str(authority))
    if certificate:
        tls.load_cert_chain(str(certificate[0]), str(certificate[1]))
    return tls


def ask(town: Town, tls: ssl.SSLContext, path: str = f"{ROOT}/types") -> int:
    """The status of one request at the door for neighbours."""
    connection = http.client.HTTPSConnection("127.0.0.1", town.port, timeout=10, context=tls)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def registration(name: str, other: Town, type: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"urn:ngsi-ld:ContextSourceRegistration:{name}",
        "type": "ContextSourceRegistration", "endpoint": other.address,
        "information": [{"entities": [{"type": type}]}],
        "management": {"timeout": SOURCE_TIMEOUT},
    } | more


class FederationTest(unittest.TestCase):
    here: Town
    other: Town

    @classmethod
    def setUpClass(cls) -> None:
        cls.here, cls.other = cls.enterClassContext(two_towns())

    def setUp(self) -> None:
        self.mine, self.theirs = self.here.city.client(), self.other.city.client()
        self.registered: list[tuple[Client, str]] = []

    def tearDown(self) -> None:
        for client in (self.mine, self.theirs):
            # Its city may have been killed and started again.
            client.close()
            for item in client.get(f"{ROOT}/subscriptions", LD, limit="100").json:
                client.request("DELETE", f"{ROOT}/subscriptions/{item['id']}")
        for client, id in self.registered:
            client.request("DELETE", f"{ROOT}/csourceRegistrations/{id}")

    def ok(self, answer: Response, status: int = 201) -> Response:
        self.assertEqual(answer.status, status, answer)
        return answer

    def register(self, client: Client, *arguments: Any, **more: Any) -> None:
        document = registration(*arguments, **more)
        self.ok(client.post(f"{ROOT}/csourceRegistrations", document))
        self.registered.append((client, document["id"]))

    def create(self, client: Client, type: str, name: str, **values: Any) -> str:
        id = f"urn:ngsi-ld:{type}:{name}"
        self.ok(client.post(
            ENTITIES, {"id": id, "type": type} | {k: {"value": v} for k, v in values.items()},
            local="true"))
        return id

    # Certificates

    def test_only_a_known_certificate_opens_the_door(self) -> None:
        authority = self.here.authority
        mine = context(authority.certificate, (self.other.certificate, self.other.key))
        self.assertEqual(ask(self.here, mine), 200)
        self.assertEqual(ask(self.here, mine, "/staff"), 404)
        stranger = context(authority.certificate, authority.issue("stranger.example"))
        self.assertEqual(ask(self.here, stranger), 403)
        other = Authority(authority.folder / "other", "other-authority")
        for tls in (
            context(authority.certificate, other.issue(self.other.dns)),
            context(authority.certificate, None),
        ):
            with self.assertRaises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
                ask(self.here, tls)
        old = context(authority.certificate, (self.other.certificate, self.other.key))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        self.assertEqual(ask(self.here, old), 200)

        def refusals() -> list[dict[str, Any]]:
            lines = [json.loads(line) for line in self.here.city.log.read_text().splitlines()
                     if line.startswith("{")]
            return [line for line in lines if "a neighbour was refused" in json.dumps(line)]

        wait_until("three refusals stand in the log", lambda: len(refusals()) >= 3)
        self.assertIn("stranger.example", json.dumps(refusals()))
        self.assertNotIn("PRIVATE", self.here.city.log.read_text())

    def test_a_renewed_certificate_is_taken_up_while_the_city_runs(self) -> None:
        def serial() -> int:
            tls = context(
                self.here.authority.certificate, (self.other.certificate, self.other.key))
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.here.port, timeout=10, context=tls)
            try:
                connection.connect()
                return int(connection.sock.getpeercert()["serialNumber"], 16)
            finally:
                connection.close()

        before = serial()
        self.here.use(*self.here.authority.issue(self.here.dns, file="renewed"))
        wait_until("the new certificate is shown", lambda: serial() != before, 20)
        (self.here.keys / "city.pem").write_text("nothing")
        wait_until(
            "the log names the broken file",
            lambda: "not renewed" in self.here.city.log.read_text(), 20)
        self.assertNotEqual(serial(), before, "the credentials of before go on")
        self.here.use(self.here.certificate, self.here.key)
        wait_until("the first one again", lambda: serial() == before, 20)

    def test_the_list_of_neighbours_changes_while_the_city_runs(self) -> None:
        authority = self.here.authority
        file = self.here.folder / "city.yaml"
        before = file.read_text(encoding="utf-8")
        known = context(authority.certificate, (self.other.certificate, self.other.key))
        third = context(authority.certificate, authority.issue("third.example"))

        def write(text: str) -> None:
            fresh = file.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.rename(file)

        def log() -> str:
            return self.here.city.log.read_text()

        self.assertEqual((ask(self.here, known), ask(self.here, third)), (200, 403))
        try:
            write(before.replace(self.other.dns, "third.example")
                  .replace(f"id: {self.other.name}", "id: third"))
            wait_until("the third is let in", lambda: ask(self.here, third) == 200, 20)
            self.assertEqual(ask(self.here, known), 403)
            write(before.replace("may: [read", "may: [reed"))
            wait_until("the log names the mistake", lambda: "`reed`" in log(), 20)
            self.assertEqual(ask(self.here, third), 200, "the list of before goes on")
        finally:
            write(before)
        wait_until("the first is let in again", lambda: ask(self.here, known) == 200, 20)
        self.assertEqual(ask(self.here, third), 403)

    def test_mistakes_are_named_with_file_and_line(self) -> None:
        file = self.here.folder / "city.yaml"
        text = file.read_text(encoding="utf-8")
        other = self.here.authority.issue("else.example")
        ended = self.here.authority.issue(self.here.dns, days=0, file="ended")
        for wrong, key, words in (
            ("certificate: keys/none.pem", "certificate: keys/city.pem", "does not exist"),
            (f"key: {other[1]}", "key: keys/city.key", "does not fit"),
            (f"certificate: {ended[0]}", "certificate: keys/city.pem", "has ended"),
            ("key: keys/city.pem", "key: keys/city.key", "no PEM private key"),
            ("certificateName: a b", f"certificateName: {self.other.dns}", "not a DNS name"),
        ):
            with self.subTest(wrong), tempfile.TemporaryDirectory() as place:
                copy = pathlib.Path(place) / "city"
                shutil.copytree(self.here.folder, copy)
                changed = text.replace(key, wrong)
                (copy / "city.yaml").write_text(changed, encoding="utf-8")
                line = next(
                    number for number, one in enumerate(changed.splitlines(), 1) if wrong in one)
                done = run_command("check", "--city", str(copy))
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(f"city.yaml:{line}:", done.stdout + done.stderr)
                self.assertIn(words, done.stdout + done.stderr)
        soon = self.here.authority.issue(self.here.dns, days=7, file="soon")
        with tempfile.TemporaryDirectory() as place:
            copy = pathlib.Path(place) / "city"
            shutil.copytree(self.here.folder, copy)
            shutil.copy(soon[0], copy / "keys/city.pem")
            shutil.copy(soon[1], copy / "keys/city.key")
            done = run_command("check", "--city", str(copy))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("renew it soon", done.stdout + done.stderr)

    # Reading and writing

    def test_queries_of_either_city_find_what_both_hold(self) -> None:
        self.create(self.mine, "Bridge", "1", colour="red")
        self.create(self.theirs, "Bridge", "1", lanes=2)
        self.create(self.theirs, "Bridge", "2", lanes=4)
        self.register(self.mine, "all", self.other, "Bridge")
        self.register(self.theirs, "all", self.here, "Bridge")
        expected = [
            {"id": "urn:ngsi-ld:Bridge:1", "type": "Bridge", "colour": "red", "lanes": 2},
            {"id": "urn:ngsi-ld:Bridge:2", "type": "Bridge", "lanes": 4},
        ]
        for client in (self.mine, self.theirs):
            began = time.monotonic()
            answer = self.ok(client.get(
                ENTITIES, LD, type="Bridge", options="keyValues", count="true"), 200)
            self.assertLess(time.monotonic() - began, ANSWER_SECONDS_MAX, "a circle ends")
            self.assertEqual(answer.json, expected)
            self.assertEqual(answer.headers["ngsild-results-count"], "2")
            self.assertNotIn("ngsild-warning", answer.headers)
        self.assertEqual(
            self.mine.get(f"{ENTITIES}/urn:ngsi-ld:Bridge:2", LD).json["lanes"]["value"], 4)
        one = self.mine.get(ENTITIES, LD, type="Bridge", limit="1")
        self.assertIn("next", one.headers["link"])

    def test_redirected_changes_happen_in_the_other_city_alone(self) -> None:
        self.register(
            self.mine, "redirect", self.other, "Ferry", mode="redirect",
            operations=["redirectionOps"])
        ferry = "urn:ngsi-ld:Ferry:1"
        self.ok(self.mine.post(ENTITIES, {"id": ferry, "type": "Ferry", "speed": {"value": 1}}))
        self.ok(self.mine.request(
            "PATCH", f"{ENTITIES}/{ferry}/attrs", {"speed": {"value": 9}}, type="Ferry"), 204)
        self.assertEqual(self.mine.get(f"{ENTITIES}/{ferry}", LD, local="true").status, 404)
        self.assertEqual(self.theirs.get(f"{ENTITIES}/{ferry}", LD).json["speed"]["value"], 9)
        self.ok(self.mine.request("DELETE", f"{ENTITIES}/{ferry}", type="Ferry"), 204)
        self.assertEqual(self.theirs.get(f"{ENTITIES}/{ferry}", LD).status, 404)

    def test_exclusive_attributes_live_in_the_other_city(self) -> None:
        tank = self.create(self.mine, "Tank", "1", title="north")
        self.create(self.theirs, "Tank", "1", level=1)
        self.register(
            self.mine, "exclusive", self.other, "Tank", mode="exclusive",
            operations=["updateOps", "retrieveOps", "appendAttrs"],
            information=[{"entities": [{"id": tank, "type": "Tank"}], "propertyNames": ["level"]}])
        self.ok(self.mine.request(
            "PATCH", f"{ENTITIES}/{tank}/attrs", {"level": {"value": 7}, "title": {"value": "N"}}),
            204)
        mine = self.mine.get(f"{ENTITIES}/{tank}", LD, local="true").json
        self.assertEqual(mine["title"]["value"], "N")
        self.assertNotIn("level", mine)
        self.assertEqual(self.theirs.get(f"{ENTITIES}/{tank}", LD).json["level"]["value"], 7)
        both = self.mine.get(f"{ENTITIES}/{tank}", LD, options="keyValues").json
        self.assertEqual((both["title"], both["level"]), ("N", 7))
        stolen = self.mine.post(f"{ROOT}/csourceRegistrations", registration(
            "second", self.other, "Tank", mode="exclusive", information=[
                {"entities": [{"id": tank, "type": "Tank"}], "propertyNames": ["level"]}]))
        self.assertEqual(stolen.status, 409, stolen)

    def test_auxiliary_cities_fill_gaps_and_never_override(self) -> None:
        park = self.create(self.mine, "Park", "1", area=5)
        self.create(self.theirs, "Park", "1", area=6, trees=100)
        self.register(
            self.mine, "auxiliary", self.other, "Park", mode="auxiliary",
            operations=["retrieveOps"])
        both = self.mine.get(f"{ENTITIES}/{park}", LD, options="keyValues").json
        self.assertEqual((both["area"], both["trees"]), (5, 100))

    def call(self, town: Town, method: str, path: str, body: Any = None) -> http.client.HTTPResponse:
        """As the one neighbour of `town`, at its door for neighbours."""
        caller = self.here if town is self.other else self.other
        tls = context(town.authority.certificate, (caller.certificate, caller.key))
        connection = http.client.HTTPSConnection("127.0.0.1", town.port, timeout=10, context=tls)
        with contextlib.closing(connection):
            connection.request(
                method, path, json.dumps(body) if body else None,
                {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            answer.read()
            return answer

    def test_rights_of_the_neighbour_hold_and_its_calls_are_counted(self) -> None:
        stop = {"id": "urn:ngsi-ld:Stop:1", "type": "Stop"}
        answer = self.call(self.other, "POST", ENTITIES, stop)
        self.assertEqual(answer.status, 201)
        self.assertIn("q=6000;", answer.headers["ratelimit-policy"])
        file = self.other.folder / "city.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("may: [read, subscribe, write]", "may: [read]"), encoding="utf-8")
        self.other.city.stop()
        self.other.city.start()
        try:
            self.assertEqual(self.call(self.other, "GET", f"{ENTITIES}?type=Stop").status, 200)
            for path in (ENTITIES, f"{ROOT}/subscriptions", f"{ROOT}/csourceRegistrations"):
                with self.subTest(path):
                    self.assertEqual(self.call(self.other, "POST", path, stop).status, 403)
        finally:
            file.write_text(text, encoding="utf-8")
            self.other.city.stop()
            self.other.city.start()

    def test_a_city_that_shows_a_foreign_certificate_is_told_nothing(self) -> None:
        self.register(
            self.mine, "foreign", self.other, "Dam",
            management={"timeout": SOURCE_TIMEOUT, "cooldown": 500})
        self.create(self.theirs, "Dam", "1", level=4)
        foreign = Authority(self.here.authority.folder / "foreign", "foreign-authority")
        self.other.city.stop()
        self.other.use(*foreign.issue(self.other.dns))
        self.other.city.start()
        try:
            answer = self.ok(self.mine.get(ENTITIES, LD, type="Dam"), 200)
            self.assertEqual(answer.json, [])
            self.assertIn("certificate", answer.headers["ngsild-warning"])
        finally:
            self.other.city.stop()
            self.other.use(self.other.certificate, self.other.key)
            self.other.city.start()
        wait_until("it is trusted again", lambda: len(self.mine.get(
            ENTITIES, LD, type="Dam").json) == 1, 20, every=0.5)

    # Subscriptions

    def subscribe(self, client: Client, receiver: Receiver, type: str, **more: Any) -> str:
        id = f"urn:ngsi-ld:Subscription:{type}"
        self.ok(client.post(f"{ROOT}/subscriptions", {
            "id": id, "type": "Subscription", "entities": [{"type": type}],
            "notification": {"format": "keyValues", "endpoint": {"uri": receiver.url}}} | more))
        return id

    def kept(self, client: Client) -> list[dict[str, Any]]:
        return client.get(f"{ROOT}/subscriptions", LD).json

    def test_a_subscription_is_told_of_changes_in_the_other_city(self) -> None:
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.register(self.mine, "told", self.other, "Pump")
        self.register(self.theirs, "told", self.here, "Pump")
        mine = self.subscribe(self.mine, receiver, "Pump", q="flow>5")
        remote = wait_until(
            "the other city has the subscription", lambda: self.kept(self.theirs))[0]
        self.assertNotEqual(remote["id"], mine)
        self.assertEqual(remote["q"], "flow>5")
        self.assertEqual(
            remote["notification"]["endpoint"]["uri"],
            f"{self.here.address}/ngsi-ld/ex/remote-notify")
        self.create(self.theirs, "Pump", "1", flow=1)
        self.create(self.theirs, "Pump", "2", flow=9)
        self.create(self.mine, "Pump", "3", flow=7)
        receiver.wait_for("both cities are heard", lambda told: len(told) >= 2)
        self.assertEqual({one["subscriptionId"] for one in receiver.notifications}, {mine})
        self.assertEqual(
            sorted((entity["id"][-1], entity["flow"]) for one in receiver.notifications
                   for entity in one["data"]), [("2", 9), ("3", 7)])
        self.assertEqual(len(self.kept(self.mine)), 1, "a circle of registrations adds none")
        self.ok(self.mine.request("PATCH", f"{ROOT}/subscriptions/{mine}", {"q": "flow>50"}), 204)
        wait_until("the change arrives", lambda: self.kept(self.theirs)[0]["q"] == "flow>50")
        self.ok(self.mine.request("DELETE", f"{ROOT}/subscriptions/{mine}"), 204)
        wait_until("it ends in the other city", lambda: not self.kept(self.theirs))

    def test_subscriptions_and_notifications_outlive_a_crash_of_either_city(self) -> None:
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.register(self.mine, "crash", self.other, "Gate")
        self.other.city.kill()
        self.subscribe(self.mine, receiver, "Gate")
        self.here.city.kill()
        self.here.city.start()
        self.other.city.start()
        wait_until(
            "the subscription arrives after both came back",
            lambda: self.kept(self.theirs), 60)
        self.here.city.kill()
        self.create(self.theirs, "Gate", "1", open=1)
        self.other.city.kill()
        self.other.city.start()
        self.here.city.start()
        told = receiver.wait_for("the notification arrives", lambda told: told[:1], 90)
        self.assertEqual(told[0]["data"][0]["id"], "urn:ngsi-ld:Gate:1")

    def test_the_past_of_both_cities_is_one(self) -> None:
        self.register(
            self.mine, "past", self.other, "Gauge",
            operations=["retrieveTemporal", "queryTemporal", "retrieveOps"])
        gauge = self.create(self.mine, "Gauge", "1", level=1)
        self.create(self.theirs, "Gauge", "1", level=2)
        past = self.mine.get(f"{ROOT}/temporal/entities/{gauge}", LD).json
        self.assertEqual(sorted(one["value"] for one in past["level"]), [1, 2])

    # Faults

    def test_a_circle_of_redirects_ends(self) -> None:
        self.register(
            self.mine, "there", self.other, "Circle", mode="redirect",
            operations=["redirectionOps"])
        self.register(
            self.theirs, "back", self.here, "Circle", mode="redirect",
            operations=["redirectionOps"])
        began = time.monotonic()
        answer = self.mine.post(ENTITIES, {"id": "urn:ngsi-ld:Circle:1", "type": "Circle"})
        self.assertLess(time.monotonic() - began, ANSWER_SECONDS_MAX)
        self.assertEqual(answer.status, 508, answer)

    def test_a_neighbour_that_dies_costs_a_warning(self) -> None:
        self.create(self.mine, "Well", "1", depth=3)
        self.register(self.mine, "dying", self.other, "Well")
        self.other.city.kill()
        try:
            began = time.monotonic()
            answer = self.ok(self.mine.get(ENTITIES, LD, type="Well"), 200)
            self.assertLess(time.monotonic() - began, ANSWER_SECONDS_MAX)
            self.assertEqual(len(answer.json), 1)
            self.assertIn("199", answer.headers["ngsild-warning"])
        finally:
            self.other.city.start()
        wait_until("the neighbour answers again", lambda: "ngsild-warning" not in self.mine.get(
            ENTITIES, LD, type="Well").headers, 60, every=0.5)
