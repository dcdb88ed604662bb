"""The private PostgreSQL of this run, started by postgres.sh."""

from __future__ import annotations

import pathlib
import subprocess
import unittest
import uuid

from . import settings

SCRIPT = pathlib.Path(__file__).with_name("postgres.sh")


def fresh_database() -> str:
    """The URL of a new, empty database; skips the check when there is no PostgreSQL."""
    if not settings.POSTGRES:
        raise unittest.SkipTest("no PostgreSQL: CITY_TEST_POSTGRES is not set (./test sets it)")
    name = f"city_{uuid.uuid4().hex[:12]}"
    subprocess.run(
        ["psql", settings.POSTGRES, "--quiet", "--command", f"CREATE DATABASE {name}"],
        check=True, capture_output=True)
    return settings.POSTGRES.rsplit("/", 1)[0] + f"/{name}"


def control(verb: str) -> None:
    """`halt`, `resume` or `restart`: the whole server, as a crash would."""
    subprocess.run(["bash", str(SCRIPT), verb], check=True, capture_output=True, timeout=60)
