"""The tour of ngsildclient (PyPI) through NGSI-LD, run in an environment of its own.

Usage: ngsildclient_tour.py HOST PORT
"""

from __future__ import annotations

import sys

from ngsildclient import Client, Entity


def tour(host: str, port: int) -> None:
    # The client puts its own @context into what it sends; here it is the core one.
    core = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld"
    with Client(hostname=host, port=port) as client:
        entity = Entity("AirQuality", "e2e:1", ctx=[core])
        entity.prop("no2", 22, unitcode="GP")
        entity.loc((32.21, 130.76))
        assert client.create(entity), "create"
        assert client.exists(entity)
        read = client.get(entity.id)
        assert read is not None and read["no2.value"] == 22, read
        entity["no2.value"] = 30
        assert client.upsert(entity)
        assert client.get(entity.id)["no2.value"] == 30
        assert [found.id for found in client.query(type="AirQuality")] == [entity.id]
        assert client.count(type="AirQuality") == 1
        assert client.delete(entity)
        assert not client.exists(entity.id)
    print("done")


if __name__ == "__main__":
    tour(sys.argv[1], int(sys.argv[2]))
