"""From a reading to the bridge's light: white, red, flashing red, as a real receiver sees it."""

from __future__ import annotations

import datetime
import pathlib
import socket
import tempfile
import time
import unittest

from support import ngsi
from support.city import City, copy_of_city, free_port, running_city
from support.light import DARK, RED, WHITE, Colour, Frame, Lamp, changes
from support.waiting import wait_until

GAUGE = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi"
#: From sending the reading to the frame, with a debug build on a busy machine.
LATENCY_SECONDS_MAX = 1.5
#: Longer than a controller waits for the next frame.
SILENCE_SECONDS = 6.0
#: No light may change more often than this (WCAG 2.3.1: three flashes a second).
CHANGES_PER_SECOND_MAX = 6.0


class LightTest(unittest.TestCase):
    city: City
    lamp: Lamp

    @classmethod
    def setUpClass(cls) -> None:
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        port = free_port(socket.SOCK_DGRAM)
        cls.lamp = cls.enterClassContext(Lamp(port))
        cls.city = cls.enterClassContext(
            running_city(city=copy_of_city("hitoyoshi", folder, sacn=port)))

    def reading(self, metres: float, minutes_ago: float) -> float:
        """Sends a reading and gives the moment before it was sent."""
        at = ngsi.now() - datetime.timedelta(minutes=minutes_ago)
        client = self.city.client()
        began = time.monotonic()
        answer = ngsi.send_level(client, GAUGE, metres, at)
        client.close()
        self.assertIn(answer.status, (201, 204), answer)
        return began

    def assert_soon(self, colour: Colour, began: float) -> Frame:
        frame = self.lamp.wait_for(colour, began)
        self.assertLessEqual(frame.at - began, LATENCY_SECONDS_MAX)
        self.assertTrue(frame.is_even, "every fixture of the handrail shows the colour")
        return frame

    def test_light_follows_the_river_up(self) -> None:
        # The city does not believe a rise of more than 30 cm a minute, so the readings of one
        # evening are sent with their times minutes apart.
        self.reading(2.50, 25)
        white = self.assert_soon(WHITE, self.reading(3.05, 20))
        self.assertEqual(white.priority, 150, "an alert lies above a show")
        self.assert_soon(RED, self.reading(3.45, 15))
        self.flashes(self.reading(4.10, 1))
        self.same_story_on_the_api()

    def flashes(self, began: float) -> None:
        self.lamp.wait_for(DARK, began)
        end = time.monotonic() + 4
        while time.monotonic() < end:
            time.sleep(0.1)
        frames = self.lamp.since(end - 4)
        self.assertEqual({frame.colour for frame in frames}, {RED, DARK})
        moments = changes(frames)
        self.assertGreaterEqual(len(moments), 5, "on and off about once a second")
        self.assertLessEqual(len(moments) / 4, CHANGES_PER_SECOND_MAX)

    def same_story_on_the_api(self) -> None:
        client = self.city.client()
        lamp = ngsi.only_of_type(client, "LampCommand")
        self.assertEqual(lamp["colour"]["value"], "#FF0000")
        self.assertEqual(lamp["pattern"]["value"], "flashing")
        stages = client.get(ngsi.ENTITIES, ngsi.LD, type="FloodStage", q='stage=="overflow"').json
        self.assertEqual(len(stages), 1, stages)

    def test_light_is_kept_alive(self) -> None:
        """A controller takes 2.5 s without a frame for a lost sender (E1.31 §6.7.1)."""
        self.reading(2.00, 28)
        wait_until("frames arrive", lambda: self.lamp.states, 10)
        self.assertEqual(self.lamp.states[0], "available")
        time.sleep(SILENCE_SECONDS)
        self.assertEqual(self.lamp.states[-1], "available", self.lamp.states)
