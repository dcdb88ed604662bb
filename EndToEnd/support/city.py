"""A real `cityos` process on a free port of this machine."""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator

from . import settings
from .http import Client
from .waiting import wait_until

#: From the start of the process to its line "ready …".
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port that nothing uses now. The city keeps it over restarts."""
    with socket.socket(socket.AF_INET, kind) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class City:
    """Starts, stops, kills and restarts one server on the same port and data."""

    def __init__(
        self, city: pathlib.Path, data: pathlib.Path, database: str | None = None,
        more: tuple[str, ...] = (), verb: str = "serve", is_open: bool = True,
    ) -> None:
        self.city, self.data, self.database = city, data, database
        self.more, self.verb = (("--open-api",) if is_open else ()) + more, verb
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.lines: list[str] = []
        self.log = data.parent / f"{data.name}.log"

    def start(self) -> City:
        """Starts the server and waits for its line "ready URL"."""
        self.data.mkdir(parents=True, exist_ok=True)
        command = [
            str(settings.COMMAND), self.verb, "--city", str(self.city), "--data", str(self.data),
            "--port", str(self.port), *self.more,
        ]
        if self.database:
            command += ["--database", self.database]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
        ready = threading.Event()
        threading.Thread(
            target=self._read, args=(self.process, ready), daemon=True).start()
        process = self.process
        wait_until(
            "the server says ready", lambda: ready.is_set() or process.poll() is not None,
            START_SECONDS)
        if not ready.is_set():
            raise AssertionError(
                f"cityos ended with {process.poll()} before it was ready:\n" + self.log_tail())
        return self

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(f"ready {self.url}"):
                ready.set()

    def log_tail(self) -> str:
        return "\n".join(
            self.lines[-10:] + self.log.read_text(errors="replace").splitlines()[-30:])

    def stop(self) -> int:
        """Asks it to stop (SIGTERM) and gives its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("cityos did not stop on SIGTERM:\n" + self.log_tail()) from None
        finally:
            self.process = None

    def kill(self) -> None:
        """kill -9: no chance to save anything."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def client(self) -> Client:
        return Client(self.url)


@contextlib.contextmanager
def running_city(
    name: str = "hitoyoshi", *, city: pathlib.Path | None = None, database: str | None = None,
    data: pathlib.Path | None = None, more: tuple[str, ...] = (), verb: str = "serve",
    is_open: bool = True,
) -> Iterator[City]:
    """A started city with its own data folder; stopped and checked at the end.

    `is_open`: whether its APIs work without keys.

    A city without a folder of its own gets a copy of Cities/NAME, so that nothing outside the
    temporary folder is touched. Its log is kept when the body fails.
    """
    with tempfile.TemporaryDirectory(prefix="city-") as folder:
        place = pathlib.Path(folder)
        server = City(
            city or copy_of_city(name, place), data or place / "data", database, more, verb,
            is_open)
        try:
            yield server.start()
            code = server.stop()
            assert code == 0, f"cityos ended with {code} on SIGTERM:\n" + server.log_tail()
        except BaseException:
            keep_log(server)
            raise
        finally:
            if server.process is not None:
                server.kill()


def keep_log(server: City) -> None:
    if server.log.is_file():
        settings.RESULTS.mkdir(parents=True, exist_ok=True)
        shutil.copy(server.log, settings.RESULTS / f"cityos-{server.port}.log")


def copy_of_city(
    name: str, into: pathlib.Path, source: pathlib.Path | None = None, **ports: int,
) -> pathlib.Path:
    """A copy of Cities/NAME (or of `source`) whose `ports:` are replaced, so that two runs never meet.

    Ports not named are free ones: no check depends on what else runs on this machine.
    """
    city = into / name
    shutil.copytree(source or settings.CITIES / name, city)
    wanted = {"http": free_port(), "mqtt": free_port(), "sacn": free_port(socket.SOCK_DGRAM)}
    wanted |= ports
    file = city / "city.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("ports:")]
    entries = ", ".join(f"{key}: {port}" for key, port in wanted.items())
    file.write_text("\n".join([*lines, f"ports: {{ {entries} }}", ""]), encoding="utf-8")
    return city


def damaged_databases(data: pathlib.Path) -> list[str]:
    """What SQLite's own check says of each database file below `data`; empty when all are whole."""
    said = []
    for file in sorted(data.rglob("*")):
        if file.is_file() and file.read_bytes()[:15] == b"SQLite format 3":
            with contextlib.closing(sqlite3.connect(file)) as database:
                answer = database.execute("PRAGMA integrity_check").fetchone()[0]
            if answer != "ok":
                said.append(f"{file.name}: {answer}")
    return said


def run_command(*arguments: str, seconds: float = 120.0) -> subprocess.CompletedProcess[str]:
    """Runs `cityos` with these arguments to its end."""
    return subprocess.run(
        [str(settings.COMMAND), *arguments], capture_output=True, text=True, timeout=seconds,
        stdin=subprocess.DEVNULL, check=False)
