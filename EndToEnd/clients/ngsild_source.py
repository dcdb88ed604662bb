"""A small NGSI-LD context source by other hands: entities of PyPI `ngsildclient` behind the doors that a
registered source needs, in an environment of its own. It knows nothing of the city but the standard.

Usage: ngsild_source.py     prints its port, and serves until its input ends
"""

from __future__ import annotations

import http.server
import json
import sys
import threading
import urllib.parse
import urllib.request
from typing import Any

from ngsildclient import Entity

ROOT = "/ngsi-ld/v1"
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld"


class Source:
    """What it holds, and who is told of changes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.entities: dict[str, Entity] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}

    def put(self, document: dict[str, Any]) -> None:
        self.entities[document["id"]] = Entity.from_dict({"@context": [CORE], **document})
        self.notify(document["id"])

    def change(self, id: str, attributes: dict[str, Any]) -> None:
        self.put({**self.entities[id].to_dict(), **attributes})

    def find(self, query: dict[str, str]) -> list[dict[str, Any]]:
        types, ids = (query.get(name, "").split(",") for name in ("type", "id"))
        return [
            entity.to_dict() for entity in self.entities.values()
            if types in ([""], ["*"]) or entity.type in types
            if ids == [""] or entity.id in ids]

    def notify(self, id: str) -> None:
        document = self.entities[id].to_dict()
        for number, wish in self.subscriptions.items():
            if not any(one.get("type") == document["type"] for one in wish["entities"]):
                continue
            endpoint = wish["notification"]["endpoint"]
            headers = {"Content-Type": "application/json"} | {
                pair["key"]: pair["value"] for pair in endpoint.get("receiverInfo", [])}
            body = {
                "id": f"urn:ngsi-ld:Notification:{number}", "type": "Notification",
                "subscriptionId": number, "notifiedAt": "2026-07-04T03:50:00Z",
                "data": [{key: value for key, value in document.items() if key != "@context"}]}
            urllib.request.urlopen(urllib.request.Request(
                endpoint["uri"], json.dumps(body).encode(), headers), timeout=10).close()


class Doors(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    source: Source

    def log_message(self, *arguments: object) -> None:
        pass

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        # As many brokers do: JSON-LD for whoever does not ask for plain JSON.
        plain = "application/json" in self.headers.get("Accept", "")
        if plain:
            for one in body if isinstance(body, list) else [body]:
                if isinstance(one, dict):
                    one.pop("@context", None)
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json" if plain else "application/ld+json")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int, title: str) -> None:
        kind = {404: "ResourceNotFound", 409: "AlreadyExists"}.get(status, "BadRequestData")
        self.answer(status, {"type": f"https://uri.etsi.org/ngsi-ld/errors/{kind}", "title": title})

    def body(self) -> Any:
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length)) if length else None

    def serve(self) -> None:
        address = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(part) for part in
                 address.path.removeprefix(ROOT).strip("/").split("/")]
        query = dict(urllib.parse.parse_qsl(address.query))
        body = self.body()
        with self.source.lock:
            match (self.command, *parts):
                case ("GET", "entities"):
                    self.answer(200, self.source.find(query))
                case ("POST", "entities"):
                    if body["id"] in self.source.entities:
                        return self.refuse(409, "Already exists")
                    self.source.put(body)
                    self.answer(201, Location=f"{ROOT}/entities/{body['id']}")
                case ("POST", "subscriptions"):
                    number = body.get("id", f"urn:ngsi-ld:Subscription:{len(self.source.subscriptions)}")
                    self.source.subscriptions[number] = body
                    self.answer(201, Location=f"{ROOT}/subscriptions/{number}")
                case ("DELETE", "subscriptions", number):
                    self.source.subscriptions.pop(number, None)
                    self.answer(204)
                case (_, "entities", id, *_) if id not in self.source.entities:
                    self.refuse(404, "No such entity")
                case ("GET", "entities", id):
                    self.answer(200, self.source.entities[id].to_dict())
                case ("DELETE", "entities", id):
                    del self.source.entities[id]
                    self.answer(204)
                case ("PATCH" | "POST", "entities", id, "attrs"):
                    self.source.change(id, body)
                    self.answer(204)
                case ("PATCH", "entities", id, "attrs", name):
                    self.source.change(id, {name: {**self.source.entities[id].to_dict()[name], **body}})
                    self.answer(204)
                case ("DELETE", "entities", id, "attrs", name):
                    self.source.entities[id].rm(name)
                    self.answer(204)
                case _:
                    self.refuse(400, f"{self.command} {address.path} is not offered")

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = serve


def main() -> None:
    Doors.source = Source()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Doors)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
