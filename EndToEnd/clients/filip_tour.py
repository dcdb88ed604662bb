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
from filip.utils.simple_ql import QueryString


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

        types = client.get_entity_types()
        assert [kind["type"] for kind in types] == ["Room"], types
        assert client.get_entity_type("Room")["count"] == 29
        client.delete_entities(client.get_entity_list(limit=1_000))
        assert client.get_entity_list() == []
    print("done")


if __name__ == "__main__":
    tour(sys.argv[1])
