"""Writers that keep, outside the server, the list of what it acknowledged."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import ngsi
from .city import City
from .http import Client, NoAnswer, Response
from .waiting import wait_until

TYPE = "LoadReading"
#: Reading n of a writer is observed n seconds after this, so that each is told from the others.
EPOCH = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
#: Values asked for at once when the history is read back.
WINDOW = 500
#: After a refusal or a dead server a writer waits this long, so that it does not spin.
PAUSE_SECONDS = 0.05


def time_of(value: float, epoch: datetime.datetime = EPOCH) -> str:
    return ngsi.iso(epoch + datetime.timedelta(seconds=value))


@dataclass
class Writer:
    """Sends 1, 2, 3, … to one entity. `acknowledged` holds what was answered with success."""

    id: str
    acknowledged: list[int] = field(default_factory=list)
    refused: list[Response] = field(default_factory=list)
    unanswered: int = 0
    last: int = 0

    def send(self, client: Client) -> bool:
        self.last += 1
        attribute = {
            "type": "Property", "value": self.last, "observedAt": time_of(self.last)}
        try:
            answer = client.request(
                "PATCH", f"{ngsi.ENTITIES}/{self.id}/attrs", {"count": attribute})
        except NoAnswer:
            self.unanswered += 1
            return False
        if answer.status == 204:
            self.acknowledged.append(self.last)
            return True
        self.refused.append(answer)
        return False


class Load:
    """Several writers at once, until it is stopped."""

    #: `pause_seconds`: how long each writer rests after an answer.
    def __init__(self, city: City, writers: int = 4, pause_seconds: float = 0.0) -> None:
        self.city, self.pause_seconds = city, pause_seconds
        self.writers = [Writer(f"urn:ngsi-ld:{TYPE}:{number}") for number in range(writers)]
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []

    def create_entities(self) -> None:
        client = self.city.client()
        for writer in self.writers:
            answer = client.post(ngsi.ENTITIES, {
                "id": writer.id, "type": TYPE,
                "count": {"type": "Property", "value": 0, "observedAt": time_of(0)}})
            assert answer.status == 201, answer
        client.close()

    def start(self) -> Load:
        for writer in self.writers:
            thread = threading.Thread(target=self._run, args=(writer,), daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def _run(self, writer: Writer) -> None:
        client = self.city.client()
        while not self.stopping.is_set():
            self.stopping.wait(self.pause_seconds if writer.send(client) else PAUSE_SECONDS)
        client.close()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    @property
    def count(self) -> int:
        return sum(len(writer.acknowledged) for writer in self.writers)

    def wait_for_more(self, more: int, seconds: float = 60.0) -> None:
        goal = self.count + more
        wait_until(f"{more} more readings are acknowledged", lambda: self.count >= goal, seconds)

    @property
    def acknowledged(self) -> set[tuple[str, int]]:
        return {(writer.id, value) for writer in self.writers for value in writer.acknowledged}

    @property
    def refused(self) -> list[Response]:
        return [answer for writer in self.writers for answer in writer.refused]


def subscribe(client: Client, url: str, entity: str | None = None, **endpoint: Any) -> str:
    """All changes of the load's entities, or of one of them, go to `url`.

    Returns where the subscription stands in the API.
    """
    selector = {"type": TYPE} if entity is None else {"type": TYPE, "id": entity}
    answer = client.post(f"{ngsi.ROOT}/subscriptions", {
        "type": "Subscription", "entities": [selector], "watchedAttributes": ["count"],
        "notification": {"endpoint": {"uri": url, "accept": "application/json", **endpoint}}})
    assert answer.status == 201, answer
    return answer.headers["location"]


def stored(
    client: Client, writers: list[Writer], attribute: str = "count",
    epoch: datetime.datetime = EPOCH, number: Callable[[Any], int] = int,
) -> set[tuple[str, int]]:
    """Every reading in the city's history, read back through its API in windows of time."""
    found: set[tuple[str, int]] = set()
    for writer in writers:
        for first in range(0, writer.last + 1, WINDOW):
            answer = client.get(
                f"{ngsi.ROOT}/temporal/entities/{writer.id}", ngsi.LD, timerel="between",
                timeAt=time_of(first - 0.5, epoch),
                endTimeAt=time_of(first + WINDOW - 0.5, epoch),
                attrs=attribute, lastN=str(WINDOW))
            if answer.status == 404:
                continue
            assert answer.status in (200, 206), answer
            found |= {
                (writer.id, number(one["value"]))
                for one in ngsi.instances(answer.json.get(attribute, []))}
    return found


def missing(acknowledged: set[tuple[str, int]], found: set[tuple[str, int]]) -> list[str]:
    """The acknowledged readings that are not there: what must never happen."""
    return [f"{id} {value}" for id, value in sorted(acknowledged - found)]


def notified_values(notifications: list[dict[str, Any]]) -> set[tuple[str, int]]:
    return {
        (entity["id"], entity["count"]["value"]) for entity in ngsi.notified(notifications)}


def changed_repetitions(notifications: list[dict[str, Any]]) -> list[str]:
    """Messages of one id that say different things; a repetition must be the same message."""
    first: dict[str, Any] = {}
    return [
        message["id"] for message in notifications
        if first.setdefault(message["id"], message["data"]) != message["data"]]


def out_of_order(notifications: list[dict[str, Any]]) -> list[str]:
    """First arrivals of one entity's values that come after a later value."""
    seen: set[str] = set()
    highest: dict[str, int] = {}
    wrong = []
    for message in notifications:
        if message["id"] in seen:
            continue
        seen.add(message["id"])
        for entity in message["data"]:
            value = entity["count"]["value"]
            if value < highest.get(entity["id"], -1):
                wrong.append(f"{entity['id']} {value} after {highest[entity['id']]}")
            highest[entity["id"]] = max(value, highest.get(entity["id"], -1))
    return wrong
