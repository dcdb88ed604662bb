"""Waiting for something to become true, with a limit and a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def wait_until(
    what: str, condition: Callable[[], Value], seconds: float = 20.0, every: float = 0.02,
) -> Value:
    """Returns the first true value of `condition`.

    Raises AssertionError, naming `what`, when none comes in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(every)
