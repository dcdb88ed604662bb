"""What a newcomer sees: a recorded flood turns the light white, red and flashing, everywhere at once."""

from __future__ import annotations

import pathlib
import socket
import tempfile
import unittest
from typing import Any

from support import ngsi, settings
from support.city import copy_of_city, free_port, run_command, running_city
from support.light import DARK, RED, WHITE, Lamp
from support.receiver import Receiver

#: 吉野瀬川 上太田, 2024-06-23: 2.56 m at 15:20 (氾濫注意 2.40), 3.45 m at 18:20 (氾濫危険 3.20).
HOW = ("--series", "2024-06-23", "--from", "2024-06-23T12:20", "--speed", "1200")
#: The recorded hours at that speed, and room for a busy machine.
SECONDS = 90.0


class ReplayTest(unittest.TestCase):
    def test_a_recorded_flood_reaches_light_api_and_subscriber(self) -> None:
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        port = free_port(socket.SOCK_DGRAM)
        lamp = self.enterContext(Lamp(port))
        receiver = self.enterContext(Receiver())
        city = self.enterContext(running_city(
            city=copy_of_city("fukui-demo", folder, sacn=port), more=HOW, verb="replay"))
        client = city.client()
        answer = client.post(f"{ngsi.ROOT}/subscriptions", {
            "type": "Subscription", "entities": [{"type": "FloodStage"}],
            "notification": {"endpoint": {"uri": receiver.url, "accept": "application/json"}}})
        self.assertEqual(answer.status, 201, answer)

        white = lamp.wait_for(WHITE, 0, SECONDS)
        red = lamp.wait_for(RED, white.at, SECONDS)
        lamp.wait_for(DARK, red.at, SECONDS)

        def stages(notifications: list[dict[str, Any]]) -> list[str]:
            return [
                one["stage"]["value"] for one in ngsi.notified(notifications)
                if "fukui-demo:90" in str(one) or one["id"].endswith(":90")]

        receiver.wait_for("the subscriber hears of danger", lambda n: "danger" in stages(n), SECONDS)
        self.assertEqual(receiver.faults, [])
        heard = stages(receiver.notifications)
        self.assertLess(heard.index("caution"), heard.index("danger"))
        command = ngsi.only_of_type(client, "LampCommand")
        self.assertEqual(command["pattern"]["value"], "flashing")
        page = client.get("/", {"Accept": "text/html"})
        self.assertEqual(page.status, 200)
        self.assertIn("デモ", page.text, "the page says that it is a demonstration")

    def test_only_a_demonstration_is_played(self) -> None:
        with tempfile.TemporaryDirectory() as data:
            done = run_command(
                "replay", "--city", str(settings.CITIES / "hitoyoshi"), "--data", data)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("demonstration", done.stderr)
