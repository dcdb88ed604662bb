"""Notifications under faults: none is lost, each keeps its id and its place, nobody waits for another."""

from __future__ import annotations

import contextlib
import pathlib
import random
import socket
import tempfile
import unittest
from collections.abc import Callable, Iterator
from typing import Any

from support import load, postgres, settings
from support.city import City, damaged_databases, free_port, running_city
from support.disk import fill, small_disk
from support.load import Load
from support.mqtt import Listener, Mosquitto
from support.receiver import Receiver
from support.waiting import wait_until

KILLS_SQLITE = 10 if settings.QUICK else 100
KILLS_POSTGRES = 4 if settings.QUICK else 20
RESTARTS = 2 if settings.QUICK else 5
#: Between two updates of one writer: the receivers here are slower than the city.
PAUSE_SECONDS = 0.01
#: An endpoint that answers is told within this, whatever the others do.
DELAY_SECONDS_MAX = 5.0
#: Every notification is there, at the latest, so long after the last fault.
ARRIVAL_SECONDS_MAX = 180.0


class Audience:
    """Those who are told of a load: who they are, what they heard, and what they must have heard."""

    def __init__(self, city: City, writers: Load) -> None:
        self.city, self.writers = city, writers
        #: Name of the listener → (entity or None for all, what it heard until now).
        self.listeners: dict[str, tuple[str | None, Callable[[], list[dict[str, Any]]]]] = {}

    def add(self, name: str, receiver: Receiver, entity: str | None = None) -> None:
        load.subscribe(self.city.client(), receiver.url, entity)
        self.listeners[name] = (entity, lambda: list(receiver.notifications))

    def add_mqtt(self, name: str, listener: Listener, topic: str, port: int) -> None:
        load.subscribe(
            self.city.client(), f"mqtt://127.0.0.1:{port}/{topic}",
            notifierInfo=[{"key": "MQTT-QoS", "value": "1"}])
        self.listeners[name] = (
            None, lambda: [message["body"] for message in listener.messages(topic)])

    def check(self, test: unittest.TestCase) -> None:
        """Waits until everybody has heard everything, and looks at how it came."""
        stored = load.stored(self.city.client(), self.writers.writers)
        test.assertEqual(load.missing(self.writers.acknowledged, stored), [])
        # What was stored without an answer, since a fault came between, is told as well.
        happened = {one for one in stored if one[1] > 0}
        for name, (entity, heard) in self.listeners.items():
            wanted = {one for one in happened if entity in (None, one[0])}
            test.assertGreater(len(wanted), 0, name)
            wait_until(
                f"{name} hears of every update",
                lambda wanted=wanted, heard=heard: wanted <= load.notified_values(heard()),
                ARRIVAL_SECONDS_MAX, every=0.5)
            test.assertEqual(load.changed_repetitions(heard()), [], name)
            test.assertEqual(load.out_of_order(heard()), [], name)
            told = load.notified_values(heard())
            test.assertEqual(told - wanted, set(), f"{name} was told what did not happen")
        self.check_can_fail(test)

    def check_can_fail(self, test: unittest.TestCase) -> None:
        """Takes one notification away, and swaps two, and sees the same checks notice it."""
        _, heard = next(iter(self.listeners.values()))
        messages = first_arrivals(heard())
        victim = random.Random(0).randrange(len(messages))
        less = messages[:victim] + messages[victim + 1:]
        test.assertLess(load.notified_values(less), load.notified_values(messages))
        test.assertNotEqual(load.out_of_order(messages[::-1]), [])

    def summary(self) -> str:
        told = {name: heard() for name, (_, heard) in self.listeners.items()}
        return ", ".join(
            f"{name} {len(first_arrivals(all))} + {len(all) - len(first_arrivals(all))} repeated"
            for name, all in told.items())


def first_arrivals(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({message["id"]: message for message in reversed(messages)}.values())[::-1]


class BlackHole:
    """Takes connections and never says a word."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/notify"

    def __enter__(self) -> BlackHole:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


class NotificationFaultTest(unittest.TestCase):
    @contextlib.contextmanager
    def load_with_audience(self, city: City, writers: int = 4) -> Iterator[Audience]:
        """Two who hear everything and one who hears of one thing, while `writers` write."""
        with Receiver() as first, Receiver() as second, Receiver() as third:
            writing = Load(city, writers, PAUSE_SECONDS)
            writing.create_entities()
            audience = Audience(city, writing)
            audience.add("first", first)
            audience.add("second", second)
            audience.add("of one thing", third, writing.writers[0].id)
            writing.start()
            try:
                yield audience
            finally:
                writing.stop()
            audience.check(self)
            for receiver in (first, second, third):
                self.assertEqual(receiver.faults, [])

    def kill_under_load(self, kills: int, database: str | None) -> None:
        chance = random.Random(20240623)
        with running_city(database=database) as city:
            with self.load_with_audience(city) as audience:
                for _ in range(kills):
                    audience.writers.wait_for_more(chance.randint(4, 60))
                    city.kill()
                    city.start()
                audience.writers.wait_for_more(20)
            unanswered = sum(writer.unanswered for writer in audience.writers.writers)
            self.assertGreaterEqual(unanswered, kills // 2, "the kills met the load")
            print(
                f"      {kills} kills, {audience.writers.count} acknowledged;"
                f" {audience.summary()}")
            city.stop()
            self.assertEqual(damaged_databases(city.data), [])
            city.start()

    def test_kill_9_under_notify_load_on_sqlite_loses_no_notification(self) -> None:
        self.kill_under_load(KILLS_SQLITE, None)

    def test_kill_9_under_notify_load_on_postgres_loses_no_notification(self) -> None:
        self.kill_under_load(KILLS_POSTGRES, postgres.fresh_database())

    def test_postgres_restarted_under_notify_load(self) -> None:
        with running_city(database=postgres.fresh_database()) as city:
            with self.load_with_audience(city) as audience:
                for _ in range(RESTARTS):
                    audience.writers.wait_for_more(50)
                    postgres.control("restart")
                audience.writers.wait_for_more(50)
            for answer in audience.writers.refused:
                self.assertIn(answer.status, (429, 503), answer)
            print(f"      {RESTARTS} restarts; {audience.summary()}")

    def test_a_full_disk_under_notify_load(self) -> None:
        with small_disk() as disk, running_city(data=disk / "data") as city:
            with self.load_with_audience(city, writers=2) as audience:
                audience.writers.wait_for_more(50)
                filler = disk / "filler"
                fill(filler)
                wait_until(
                    "a write is refused for want of space",
                    lambda: any(answer.status == 507 for answer in audience.writers.refused), 60)
                filler.unlink()
                audience.writers.wait_for_more(50)
            print(f"      {audience.summary()}")
            city.stop()
            self.assertEqual(damaged_databases(city.data), [])
            city.start()


class EndpointFaultTest(unittest.TestCase):
    def test_dead_silent_and_slow_endpoints_delay_no_other(self) -> None:
        with contextlib.ExitStack() as stack:
            city = stack.enter_context(running_city())
            hole = stack.enter_context(BlackHole())
            slow = stack.enter_context(Receiver(delay_seconds=0.2))
            good = [stack.enter_context(Receiver()) for _ in range(5)]
            writing = Load(city, 1, pause_seconds=0.05)
            writing.create_entities()
            client, dead_port = city.client(), free_port()
            # The bad ones come first: who is served in order of arrival would make others wait.
            for url in [f"http://127.0.0.1:{dead_port}/notify", hole.url] * 20 + [slow.url]:
                load.subscribe(client, url)
            for receiver in good:
                load.subscribe(client, receiver.url)
            writing.start()
            writing.wait_for_more(40 if settings.QUICK else 120)
            writing.stop()
            for receiver in good:
                receiver.wait_for(
                    "an endpoint that answers hears everything soon",
                    lambda got: writing.acknowledged <= load.notified_values(got),
                    DELAY_SECONDS_MAX)
            # The dead one comes to life: what waited for it arrives, in order.
            risen = stack.enter_context(Receiver(port=dead_port))
            for receiver in (slow, risen):
                receiver.wait_for(
                    "slow and risen endpoints hear everything",
                    lambda got: writing.acknowledged <= load.notified_values(got),
                    ARRIVAL_SECONDS_MAX)
            for receiver in (slow, *good):
                self.assertEqual(load.out_of_order(receiver.notifications), [])
            self.check_twenty_in_order(risen)

    def check_twenty_in_order(self, risen: Receiver) -> None:
        """Twenty subscriptions share the address that was dead; each has an order of its own."""
        by_subscription: dict[str, list[dict[str, Any]]] = {}
        for message in risen.notifications:
            by_subscription.setdefault(message["subscriptionId"], []).append(message)
        for messages in by_subscription.values():
            self.assertEqual(load.out_of_order(messages), [])

    def test_a_refused_notification_keeps_its_id_and_its_place(self) -> None:
        with Receiver(refuse_first=3) as receiver, running_city() as city:
            writing = Load(city, 1, PAUSE_SECONDS)
            writing.create_entities()
            load.subscribe(city.client(), receiver.url)
            writing.start()
            writing.wait_for_more(30)
            writing.stop()
            receiver.wait_for(
                "everything arrives after refusals",
                lambda got: writing.acknowledged <= load.notified_values(got), 60)
            self.assertEqual(load.out_of_order(receiver.notifications), [])
            self.assertGreaterEqual(receiver.attempts, len(receiver.notifications) + 3)


class MqttNotificationTest(unittest.TestCase):
    TOPIC = "city/notifications"

    def setUp(self) -> None:
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.mosquitto = self.enterContext(Mosquitto(folder))
        self.listener = self.enterContext(Listener(self.mosquitto.port, self.TOPIC))
        self.city = self.enterContext(running_city())
        self.writing = Load(self.city, 4, PAUSE_SECONDS)
        self.writing.create_entities()
        self.audience = Audience(self.city, self.writing)
        self.audience.add_mqtt("by MQTT", self.listener, self.TOPIC, self.mosquitto.port)

    def finish(self) -> None:
        self.writing.stop()
        self.audience.check(self)
        print(f"      {self.writing.count} acknowledged; {self.audience.summary()}")

    def test_mosquitto_restarted_under_notify_load_loses_no_notification(self) -> None:
        self.writing.start()
        for _ in range(RESTARTS):
            self.writing.wait_for_more(50)
            self.mosquitto.restart()
        self.writing.wait_for_more(50)
        self.finish()

    def test_kill_9_under_mqtt_notify_load_loses_no_notification(self) -> None:
        chance = random.Random(20240624)
        self.writing.start()
        for _ in range(KILLS_SQLITE // 5):
            self.writing.wait_for_more(chance.randint(4, 60))
            self.city.kill()
            self.city.start()
        self.writing.wait_for_more(20)
        self.finish()

    def test_a_message_says_what_http_would_say_in_its_headers(self) -> None:
        self.writing.writers[0].send(self.city.client())
        message = wait_until(
            "the notification is there", lambda: self.listener.messages(self.TOPIC))[0]
        self.assertEqual(message["metadata"]["Content-Type"], "application/json", message)
        self.assertIn("json-ld#context", message["metadata"]["Link"], message)
        self.assertEqual(message["body"]["type"], "Notification", message)

