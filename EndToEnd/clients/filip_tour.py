"""The tour of filip (PyPI) through NGSIv2, run in an environment of its own.

Usage: filip_tour.py URL
"""

from __future__ import annotations

import sys

from filip.clients.ngsi_v2 import ContextBrokerClient
from filip.models.base import FiwareHeader
from filip.models.ngsi_v2.base import EntityPattern
from filip.models.ngsi_v2.context import (
    ContextAttribute, ContextEntity, ContextEntityKeyValues, NamedContextAttribute, Query,
)
from filip.models.ngsi_v2.registrations import Registration
from filip.models.ngsi_v2.subscriptions import Subscription
from filip.utils.simple_ql import QueryString


def subscribe(client: ContextBrokerClient) -> None:
    """A subscription through its whole life; nobody needs to hear of it."""
    id = client.post_subscription(Subscription.model_validate({
        "description": "filip",
        "subject": {
            "entities": [{"idPattern": ".*", "type": "Room"}],
            "condition": {"attrs": ["temperature"], "expression": {"q": "temperature>90"}}},
        "notification": {
            "http": {"url": "http://localhost:9/notify"}, "attrs": ["temperature"],
            "attrsFormat": "keyValues"},
        "throttling": 5}))
    found = client.get_subscription(id)
    assert found.description == "filip" and found.throttling == 5, found
    assert found.status == "active", found
    client.update_subscription(found.model_copy(update={"description": "changed"}))
    assert client.get_subscription(id).description == "changed"
    assert [each.id for each in client.get_subscription_list()] == [id]
    client.delete_subscription(id)
    assert client.get_subscription_list() == []


def register(client: ContextBrokerClient) -> None:
    id = client.post_registration(Registration.model_validate({
        "description": "filip",
        "dataProvided": {"entities": [{"idPattern": "^Far", "type": "FarRoom"}]},
        "provider": {"http": {"url": "http://localhost:9/v2"}}}))
    assert client.get_registration(id).description == "filip"
    assert len(client.get_registration_list()) == 1
    client.delete_registration(id)
    assert client.get_registration_list() == []


def tour(url: str) -> None:
    header = FiwareHeader(service="filip", service_path="/tour")
    with ContextBrokerClient(url=url, fiware_header=header) as client:
        resources = client.get_resources()
        assert resources["entities_url"] == "/v2/entities", resources

        room = ContextEntity(id="Room:1", type="Room")
        room.add_attributes({
            "temperature": ContextAttribute(type="Number", value=20.5),
            "name": ContextAttribute(type="Text", value="会議室"),
        })
        client.post_entity(room)
        assert client.does_entity_exist("Room:1", "Room")
        assert client.get_entity("Room:1").temperature.value == 20.5
        assert client.get_entity("Room:1", response_format="keyValues").name == "会議室"
        client.post_entity(room, update=True)

        client.update_attribute_value(
            entity_id="Room:1", attr_name="temperature", value=21.25)
        assert client.get_attribute_value("Room:1", "temperature") == 21.25
        client.update_attribute_value(entity_id="Room:1", attr_name="name", value="大会議室")
        assert client.get_attribute_value("Room:1", "name") == "大会議室"
        client.update_entity_attribute(
            "Room:1", NamedContextAttribute(name="temperature", type="Number", value=22))
        assert client.get_attribute("Room:1", "temperature").value == 22
        client.update_or_append_entity_attributes(
            "Room:1", [NamedContextAttribute(name="open", type="Boolean", value=True)])
        assert set(client.get_entity_attributes("Room:1")) == {"temperature", "name", "open"}
        client.update_existing_entity_attributes(
            "Room:1", [NamedContextAttribute(name="open", type="Boolean", value=False)])
        client.delete_entity_attribute("Room:1", "open")
        client.replace_entity_attributes(
            "Room:1", [NamedContextAttribute(name="temperature", type="Number", value=3)])
        assert set(client.get_entity_attributes("Room:1")) == {"temperature"}

        rooms = [
            ContextEntity(
                id=f"Room:{number}", type="Room",
                temperature=ContextAttribute(type="Number", value=number))
            for number in range(2, 30)
        ]
        client.update(entities=rooms, action_type="append")
        assert len(client.get_entity_list(entity_types=["Room"])) == 29
        warm = client.get_entity_list(q=QueryString(qs=[("temperature", ">", 27)]))
        assert {room.id for room in warm} == {"Room:28", "Room:29"}, warm
        found = client.query(
            query=Query(entities=[EntityPattern(idPattern=".*", type="Room")]), limit=5)
        assert len(found) == 5, found
        plain = ContextEntityKeyValues(id="Room:2", type="Room", temperature=99)
        client.update(entities=[plain], action_type="update", update_format="keyValues")
        assert client.get_attribute_value("Room:2", "temperature") == 99

        subscribe(client)
        register(client)
        types = client.get_entity_types()
        assert [kind["type"] for kind in types] == ["Room"], types
        assert client.get_entity_type("Room")["count"] == 29
        client.delete_entities(client.get_entity_list(limit=1_000))
        assert client.get_entity_list() == []
    print("done")


if __name__ == "__main__":
    tour(sys.argv[1])
