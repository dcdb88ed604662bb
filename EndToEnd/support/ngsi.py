"""The few NGSI-LD documents that the checks send, and reading of what comes back."""

from __future__ import annotations

import datetime
from typing import Any

from .http import Client, Response

ROOT = "/ngsi-ld/v1"
ENTITIES = f"{ROOT}/entities"
LD = {"Accept": "application/json"}


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def iso(time: datetime.datetime) -> str:
    return time.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace(
        "+00:00", "Z")


def level(metres: float, at: datetime.datetime | None = None) -> dict[str, Any]:
    return {
        "type": "Property", "value": metres, "unitCode": "MTR", "observedAt": iso(at or now())}


def send_level(
    client: Client, gauge: str, metres: float, at: datetime.datetime | None = None
) -> Response:
    """A reading as a gauge's gateway sends it; the gauge may be known or new."""
    return client.post(
        f"{ROOT}/entityOperations/upsert?options=update",
        [{"id": gauge, "type": "WaterLevelObserved", "waterLevel": level(metres, at)}])


def only_of_type(client: Client, type: str) -> dict[str, Any]:
    found = client.get(ENTITIES, LD, type=type, limit="100").json
    assert len(found) == 1, f"one {type} is expected, there are {len(found)}"
    return found[0]


def instances(attribute: Any) -> list[dict[str, Any]]:
    """An attribute of a temporal entity: one instance may stand without its list."""
    return attribute if isinstance(attribute, list) else [attribute]


def notified(notifications: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entities of all notifications, in the order of arrival."""
    return [entity for message in notifications for entity in message["data"]]


def words(attribute: dict[str, Any]) -> str:
    """The Japanese text of a LanguageProperty or a plain Property."""
    return attribute["languageMap"]["ja"] if "languageMap" in attribute else attribute["value"]
