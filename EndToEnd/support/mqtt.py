"""A real mosquitto on a free port, and a publisher that remembers what was acknowledged."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import threading
from typing import Any

import paho.mqtt.client as paho

from .city import free_port
from .waiting import wait_until


class Mosquitto:
    """Keeps its sessions and messages on disk, so that a restart loses none of them."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        # By default it drops what exceeds 1,000 waiting messages; zero means no limit.
        settings = [
            f"listener {self.port} 127.0.0.1", "allow_anonymous true", "persistence true",
            f"persistence_location {folder}/", "max_queued_messages 0", "log_type error",
            *(["user root"] if os.geteuid() == 0 else []),
        ]
        self.configuration = folder / "mosquitto.conf"
        self.configuration.write_text("\n".join(settings) + "\n")

    def start(self) -> Mosquitto:
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(
                [find_mosquitto(), "-c", str(self.configuration)], stdout=log, stderr=log)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def __enter__(self) -> Mosquitto:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def find_mosquitto() -> str:
    for path in ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"):
        if os.access(path, os.X_OK):
            return path
    return "mosquitto"


class Publisher:
    """Publishes with QoS 1; `acknowledged` holds the keys that the broker has taken."""

    #: Unacknowledged messages at once.
    OUTSTANDING_MAX = 100

    def __init__(self, port: int) -> None:
        self.lock = threading.Lock()
        self.waiting: dict[int, Any] = {}
        self.early: set[int] = set()
        self.acknowledged: list[Any] = []
        self.client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id="e2e-publisher", clean_session=False)
        self.client.on_publish = self._published
        self.client.reconnect_delay_set(1, 1)
        self.client.connect_async("127.0.0.1", port)
        self.client.loop_start()
        wait_until("the publisher is connected", self.client.is_connected)

    def publish(self, key: Any, topic: str, payload: str) -> None:
        wait_until("mosquitto takes messages", lambda: self.outstanding < self.OUTSTANDING_MAX, 60)
        message = self.client.publish(topic, payload, qos=1)
        with self.lock:
            if message.mid in self.early:
                self.early.discard(message.mid)
                self.acknowledged.append(key)
            else:
                self.waiting[message.mid] = key

    def _published(self, client: Any, data: Any, mid: int, reason: Any, properties: Any) -> None:
        with self.lock:
            if mid in self.waiting:
                self.acknowledged.append(self.waiting.pop(mid))
            else:
                self.early.add(mid)

    @property
    def outstanding(self) -> int:
        with self.lock:
            return len(self.waiting)

    def finish(self) -> None:
        """Waits until everything is acknowledged."""
        wait_until("every message is acknowledged", lambda: self.outstanding == 0, 60)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Listener:
    """Hears a topic by QoS 1 in a session that lasts over restarts of the server."""

    def __init__(self, port: int, topic: str) -> None:
        self.lock = threading.Lock()
        self.heard: list[tuple[str, Any]] = []
        self.client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id="e2e-listener", clean_session=False)
        self.client.on_connect = lambda client, *_: client.subscribe(topic, 1)
        subscribed = threading.Event()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.on_message = self._heard
        self.client.reconnect_delay_set(1, 1)
        self.client.connect_async("127.0.0.1", port)
        self.client.loop_start()
        wait_until("the listener has subscribed", subscribed.is_set)

    def _heard(self, client: Any, data: Any, message: paho.MQTTMessage) -> None:
        with self.lock:
            self.heard.append((message.topic, json.loads(message.payload)))

    def messages(self, topic: str) -> list[Any]:
        with self.lock:
            return [body for heard, body in self.heard if heard == topic]

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()
