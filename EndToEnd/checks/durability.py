"""What was acknowledged survives: kill -9, a restarted database, a full disk."""

from __future__ import annotations

import random
import unittest

from support import load, postgres, settings
from support.city import City, damaged_databases, running_city
from support.disk import fill, small_disk
from support.http import Client
from support.load import Load
from support.receiver import Receiver
from support.waiting import wait_until

KILLS_SQLITE = 4 if settings.QUICK else 20
KILLS_POSTGRES = 2 if settings.QUICK else 6


class DurabilityTest(unittest.TestCase):
    def assert_all_there(self, city: City, writers: Load, receiver: Receiver | None) -> None:
        client = city.client()
        found = load.stored(client, writers.writers)
        lost = load.missing(writers.acknowledged, found)
        self.assertEqual(lost, [], f"{len(lost)} acknowledged readings are gone")
        self.assert_check_can_fail(writers, found)
        if receiver is None:
            return
        receiver.wait_for(
            "every acknowledged reading reaches the subscriber",
            lambda got: writers.acknowledged <= load.notified_values(got), 120)
        self.assertEqual(receiver.faults, [])
        self.assertEqual(load.changed_repetitions(receiver.notifications), [])
        self.assertEqual(load.out_of_order(receiver.notifications), [])

    def assert_check_can_fail(self, writers: Load, found: set[tuple[str, int]]) -> None:
        """Takes one stored reading away and sees the same check notice exactly that."""
        victim = random.Random(0).choice(sorted(writers.acknowledged))
        self.assertEqual(
            load.missing(writers.acknowledged, found - {victim}), [f"{victim[0]} {victim[1]}"])

    def kill_during_load(self, kills: int, database: str | None) -> None:
        chance = random.Random(20240623)
        with Receiver() as receiver, running_city(database=database) as city:
            writers = Load(city)
            writers.create_entities()
            load.subscribe(city.client(), receiver.url)
            writers.start()
            try:
                for _ in range(kills):
                    writers.wait_for_more(chance.randint(10, 120))
                    city.kill()
                    city.start()
                writers.wait_for_more(20)
            finally:
                writers.stop()
            self.assertGreaterEqual(
                sum(writer.unanswered for writer in writers.writers), kills // 2,
                "the kills met the load")
            self.assert_all_there(city, writers, receiver)
            city.stop()
            self.assertEqual(damaged_databases(city.data), [])
            print(
                f"      {kills} kills, {writers.count} acknowledged,"
                f" {len(receiver.notifications)} messages")
            city.start()

    def test_kill_9_during_load_on_sqlite_loses_nothing(self) -> None:
        self.kill_during_load(KILLS_SQLITE, None)

    def test_kill_9_during_load_on_postgres_loses_nothing(self) -> None:
        self.kill_during_load(KILLS_POSTGRES, postgres.fresh_database())

    def test_postgres_restarted_under_load(self) -> None:
        database = postgres.fresh_database()
        with Receiver() as receiver, running_city(database=database) as city:
            writers = Load(city)
            writers.create_entities()
            load.subscribe(city.client(), receiver.url)
            writers.start()
            try:
                for _ in range(2 if settings.QUICK else 4):
                    writers.wait_for_more(50)
                    postgres.control("restart")
                writers.wait_for_more(50)
                postgres.control("halt")
                try:
                    health(city.client(), "unavailable", 503)
                finally:
                    postgres.control("resume")
                health(city.client(), "ok", 200)
                writers.wait_for_more(50)
            finally:
                writers.stop()
            for answer in writers.refused:
                self.assertIn(answer.status, (429, 503), answer)
            self.assert_all_there(city, writers, receiver)

    def test_a_full_disk_is_said_and_survived(self) -> None:
        with small_disk() as disk, running_city(data=disk / "data") as city:
            writers = Load(city, writers=2)
            writers.create_entities()
            writers.start()
            try:
                writers.wait_for_more(50)
                filler = disk / "filler"
                fill(filler)
                wait_until(
                    "a write is refused for want of space",
                    lambda: any(answer.status == 507 for answer in writers.refused), 60)
                health(city.client(), "storageFull", 503)
                self.assertEqual(
                    city.client().get("/").status, 200, "the portal is readable all the same")
                filler.unlink()
                writers.wait_for_more(50)
                health(city.client(), "ok", 200)
            finally:
                writers.stop()
            for answer in writers.refused:
                self.assertIn(answer.status, (429, 503, 507), answer)
            self.assert_all_there(city, writers, None)
            city.stop()
            self.assertEqual(damaged_databases(city.data), [])
            city.start()


def health(client: Client, state: str, status: int) -> None:
    """Waits until /health tells this state of the database, with this status."""

    def look() -> bool:
        answer = client.get("/health", {"Accept": "application/json"})
        return answer.status == status and state in answer.text

    wait_until(f"/health says {state} with {status}", look, 30)
