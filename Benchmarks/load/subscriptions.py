#!/usr/bin/env python3
"""Updates and the notifications that follow them; one JSON line a measurement.

Usage: subscriptions.py latency URL SECONDS    1,000 updates a second, each matches 10 of 100
       subscriptions.py fanout URL SECONDS     as many updates as are accepted, each matches 100
       subscriptions.py bystanders URL SECONDS updates without and with 10,000 that match none

The value of each update is the monotonic time in microseconds at which it was sent, so that whoever
gets the notification knows how long it took. The receiver is a process of its own.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import select
import socket
import sys
import time
import urllib.parse

RATE = 1_000
CONNECTIONS = 64
BYSTANDERS = 10_000
ROOT = "/ngsi-ld/v1"
JSON = {"Content-Type": "application/json"}


def microseconds() -> int:
    return time.monotonic_ns() // 1_000


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * part), len(ordered) - 1)], 2) if ordered else 0.0


class Api:
    """One connection for what is set up before a measurement."""

    def __init__(self, url: str) -> None:
        self.address = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(self.address.hostname, self.address.port)

    def send(self, method: str, path: str, body: object = None, wanted: tuple = (201, 204)) -> None:
        text = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, ROOT + path, text, JSON if text else {})
            answer = self.connection.getresponse()
        except (ConnectionError, http.client.HTTPException):
            # The server ends a connection that was idle during a measurement.
            self.connection.close()
            self.connection.request(method, ROOT + path, text, JSON if text else {})
            answer = self.connection.getresponse()
        told = answer.read()
        assert answer.status in wanted, (answer.status, told)

    def subscribe(self, name: str, selector: dict, endpoint: str, **more: object) -> str:
        subscription = f"urn:ngsi-ld:Subscription:{name}"
        self.send("POST", "/subscriptions", {
            "id": subscription, "type": "Subscription", "entities": [selector],
            "notification": {"endpoint": {"uri": endpoint}}, **more})
        return subscription

    def meters(self, count: int) -> None:
        self.send("POST", "/entityOperations/upsert", [
            {"id": f"urn:ngsi-ld:Meter:{number}", "type": "Meter",
             "sentAt": {"type": "Property", "value": 0}} for number in range(count)])


class Receiver:
    """Answers every POST and notes how long its notification was under way, in milliseconds.

    One thread on epoll without any library: it shall take as little as it can of what is measured.
    """

    ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
        self.port = self.listener.getsockname()[1]
        self.connections: dict[int, socket.socket] = {}
        self.rests: dict[int, bytes] = {}

    def serve(self, pipe: multiprocessing.connection.Connection) -> None:
        poll = select.epoll()
        poll.register(self.listener, select.EPOLLIN)
        poll.register(pipe.fileno(), select.EPOLLIN)
        while True:
            for place, _ in poll.poll():
                if place == pipe.fileno():
                    if pipe.recv() == "end":
                        pipe.send(self.delays)
                        return
                    pipe.send(len(self.delays))
                elif place == self.listener.fileno():
                    connection, _ = self.listener.accept()
                    self.connections[connection.fileno()] = connection
                    poll.register(connection, select.EPOLLIN)
                else:
                    self.read(place)

    def read(self, place: int) -> None:
        connection = self.connections[place]
        try:
            data = connection.recv(65_536)
        except ConnectionError:
            data = b""
        if not data:
            connection.close()
            del self.connections[place]
            self.rests.pop(place, None)
            return
        if rest := self.rests.pop(place, None):
            data = rest + data
        end = data.find(b"\r\n\r\n")
        start = data.lower().find(b"content-length:", 0, max(end, 0))
        if end < 0 or len(data) < end + 4 + int(data[start + 15:data.find(b"\r\n", start)]):
            self.rests[place] = data
            return
        found = data.find(b'"value":', data.find(b'"sentAt"', end)) + 8
        sent = int(data[found:data.find(b"}", found)].split(b",")[0])
        self.delays.append((microseconds() - sent) / 1_000)
        connection.send(self.ANSWER)


def receive(pipe: multiprocessing.connection.Connection) -> None:
    receiver = Receiver()
    pipe.send(receiver.port)
    receiver.serve(pipe)


class Sender(asyncio.Protocol):
    """One connection that sends an update when told, and the next one after its answer."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.accepted = 0
        self.refused = 0
        self.answered: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 204"):
            self.accepted += 1
        else:
            self.refused += 1
        if self.answered and not self.answered.done():
            self.answered.set_result(None)

    async def update(self, meter: int) -> None:
        body = b'{"sentAt":{"type":"Property","value":%d}}' % microseconds()
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(
            b"PATCH %s/entities/urn:ngsi-ld:Meter:%d/attrs HTTP/1.1\r\nHost: %s\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (ROOT.encode(), meter, self.host.encode(), len(body), body))
        await self.answered


async def connect(url: str, count: int) -> list[Sender]:
    address = urllib.parse.urlsplit(url)
    loop = asyncio.get_running_loop()
    senders = []
    for _ in range(count):
        _, sender = await loop.create_connection(
            lambda: Sender(address.netloc), address.hostname, address.port)
        senders.append(sender)
    return senders


async def at_rate(url: str, seconds: int, meters: int) -> tuple[int, int]:
    """Sends `RATE` updates a second, however long each takes."""
    senders = await connect(url, CONNECTIONS)
    idle: asyncio.Queue[Sender] = asyncio.Queue()
    for sender in senders:
        idle.put_nowait(sender)

    async def one(number: int) -> None:
        sender = await idle.get()
        await sender.update(number % meters)
        idle.put_nowait(sender)

    began = time.monotonic()
    tasks = []
    for number in range(RATE * seconds):
        late = began + number / RATE - time.monotonic()
        if late > 0:
            await asyncio.sleep(late)
        tasks.append(asyncio.ensure_future(one(number)))
    await asyncio.gather(*tasks)
    return sum(s.accepted for s in senders), sum(s.refused for s in senders)


async def at_full_speed(url: str, seconds: int, meters: int) -> tuple[float, int]:
    """Updates accepted a second, and how many were refused."""
    senders = await connect(url, CONNECTIONS)
    began = time.monotonic()

    async def drive(place: int, sender: Sender) -> None:
        number = place
        while time.monotonic() < began + seconds:
            await sender.update(number % meters)
            number += CONNECTIONS

    await asyncio.gather(*(drive(place, sender) for place, sender in enumerate(senders)))
    spent = time.monotonic() - began
    return sum(s.accepted for s in senders) / spent, sum(s.refused for s in senders)


class Receiving:
    def __enter__(self) -> Receiving:
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=receive, args=(theirs,), daemon=True)
        self.process.start()
        self.endpoint = f"http://127.0.0.1:{self.pipe.recv()}/notify"
        return self

    def count(self) -> int:
        self.pipe.send("count")
        return self.pipe.recv()

    def wait(self, wanted: int, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self.count() < wanted and time.monotonic() < end:
            time.sleep(0.1)

    def delays(self) -> list[float]:
        self.pipe.send("end")
        return self.pipe.recv()

    def __exit__(self, *_: object) -> None:
        self.process.kill()


def latency(url: str, seconds: int) -> dict:
    api = Api(url)
    api.meters(10)
    with Receiving() as receiving:
        for number in range(100):
            meter = f"urn:ngsi-ld:Meter:{number % 10}"
            api.subscribe(
                f"latency:{number}", {"type": "Meter", "id": meter},
                f"{receiving.endpoint}/{number}")
        accepted, refused = asyncio.run(at_rate(url, seconds, 10))
        receiving.wait(accepted * 10, 60)
        delays = receiving.delays()
    for number in range(100):
        api.send("DELETE", f"/subscriptions/urn:ngsi-ld:Subscription:latency:{number}")
    return {
        "updates": accepted, "refused": refused, "notifications": len(delays),
        "missing": accepted * 10 - len(delays), "p50_ms": percentile(delays, 0.5),
        "p99_ms": percentile(delays, 0.99), "longest_ms": percentile(delays, 1)}


def fanout(url: str, seconds: int) -> dict:
    api = Api(url)
    api.meters(64)
    with Receiving() as receiving:
        for number in range(100):
            api.subscribe(f"fanout:{number}", {"type": "Meter"}, f"{receiving.endpoint}/{number}")
        rate, refused = asyncio.run(at_full_speed(url, seconds, 64))
        received = receiving.count()
        began = time.monotonic()
        receiving.wait(round(rate * seconds) * 100, 120)
        drained = time.monotonic() - began
        total = receiving.count()
    for number in range(100):
        api.send("DELETE", f"/subscriptions/urn:ngsi-ld:Subscription:fanout:{number}")
    return {
        "updates_per_second": round(rate), "refused": refused,
        "notifications_meanwhile_per_second": round(received / seconds),
        "notifications": total, "drained_after_s": round(drained, 1)}


def bystanders(url: str, seconds: int) -> dict:
    """A third watches other types, a third other entities of the type, a third other attributes."""
    api = Api(url)
    api.meters(64)
    alone, _ = asyncio.run(at_full_speed(url, seconds, 64))
    for number in range(BYSTANDERS):
        name = f"bystander:{number}"
        endpoint = "http://127.0.0.1:9/"
        if number % 3 == 0:
            api.subscribe(name, {"type": f"Other{number}"}, endpoint)
        elif number % 3 == 1:
            api.subscribe(
                name, {"type": "Meter", "id": f"urn:ngsi-ld:Meter:far:{number}"}, endpoint)
        else:
            api.subscribe(
                name, {"type": "Meter"}, endpoint, watchedAttributes=[f"other{number}"])
    among, refused = asyncio.run(at_full_speed(url, seconds, 64))
    return {
        "updates_per_second_alone": round(alone),
        "updates_per_second_among_10000": round(among), "refused": refused,
        "slower_by": round(alone / among, 2) if among else 0}


def main() -> int:
    verbs = {"latency": latency, "fanout": fanout, "bystanders": bystanders}
    if len(sys.argv) != 4 or sys.argv[1] not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(verbs[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
