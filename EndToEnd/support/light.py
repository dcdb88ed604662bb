"""A bridge lamp as its controller sees it: frames of sACN (E1.31), taken by the package `sacn`."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import sacn

from .waiting import wait_until

Colour = tuple[int, int, int]
DARK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
RED: Colour = (255, 0, 0)


@dataclass(frozen=True)
class Frame:
    at: float
    colour: Colour
    priority: int
    #: All fixtures of the universe show one colour.
    is_even: bool


class Lamp:
    """Listens to one universe on this machine. `fixtures` of three channels, from channel 1.

    The package tells only frames that differ from the one before, and apart from that whether the
    sender is there (`states`: available, timeout).
    """

    def __init__(self, port: int, universe: int = 1, fixtures: int = 60) -> None:
        self.lock = threading.Lock()
        self.frames: list[Frame] = []
        self.states: list[str] = []
        self.fixtures = fixtures
        self.receiver = sacn.sACNreceiver(bind_address="127.0.0.1", bind_port=port)
        self.receiver.register_listener("universe", self._take, universe=universe)
        self.receiver.register_listener(
            "availability", lambda universe, changed: self.states.append(changed))
        self.receiver.start()

    def _take(self, packet: Any) -> None:
        channels = packet.dmxData[:self.fixtures * 3]
        colour = (channels[0], channels[1], channels[2])
        frame = Frame(
            time.monotonic(), colour, packet.priority, channels == colour * self.fixtures)
        with self.lock:
            self.frames.append(frame)

    def since(self, moment: float) -> list[Frame]:
        with self.lock:
            return [frame for frame in self.frames if frame.at >= moment]

    def wait_for(self, colour: Colour, since: float, seconds: float = 20.0) -> Frame:
        """The first frame of this colour after `since`."""

        def look() -> Frame | None:
            return next((frame for frame in self.since(since) if frame.colour == colour), None)

        found = wait_until(f"the lamp shows {colour}", look, seconds, every=0.002)
        assert found is not None
        return found

    def close(self) -> None:
        self.receiver.stop()

    def __enter__(self) -> Lamp:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def changes(frames: list[Frame]) -> list[float]:
    """The moments at which the colour changed."""
    return [
        after.at for before, after in zip(frames, frames[1:]) if before.colour != after.colour]
