#!/usr/bin/env python3
"""What a long audit costs: a write with its line, and the page that proves one line, in a short log and
in a long one; one JSON line.

Usage: audit.py CITYOS CITY LINES

The long log is made behind the program's back, hash by hash as RFC 6962 says; only the lines that are
looked at are there, because a proof reads no others. That the program then signs a head and proves
lines under it shows that both know the same tree.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import re
import sqlite3
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "EndToEnd"))

#: Lines that are proved, spread over the log.
SAMPLES = 200
WRITES = 300
TILE = 256
SALT = bytes(16)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def line(number: int) -> bytes:
    text = {"number": number, "at": number, "actor": "staff:bench", "action": "bench",
            "noun": f"bench:{number}", "detail": "", "salt": SALT.hex()}
    return json.dumps(text, sort_keys=True, separators=(",", ":")).encode()


def grow(database: pathlib.Path, length: int) -> None:
    """Fills the tables of an audit that has no lines of its own."""
    step = max(length // SAMPLES, 1)
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table in ("", "_hash", "_tree", "_checkpoint"):
            connection.execute(f"DELETE FROM identity_audit{table}")
        edge: list[bytes] = []
        batch: list[tuple[int, int, bytes]] = []
        for number in range(length):
            if number % step == 0 or number == length - 1:
                text = line(number)
                connection.execute(
                    "INSERT INTO identity_audit VALUES (?, ?, 'staff:bench', 'bench', ?, '', ?)",
                    (number, number, f"bench:{number}", SALT))
            else:
                text = number.to_bytes(8, "big")
            value = hashlib.sha256(b"\x00" + text).digest()
            batch.append((0, number, value))
            height, rest = 0, number
            while rest & 1:
                value = node(edge.pop(), value)
                rest >>= 1
                height += 1
                if height % 8 == 0:
                    batch.append((height // 8, rest, value))
            edge.append(value)
            if len(batch) > 100_000:
                connection.executemany("INSERT INTO identity_audit_hash VALUES (?, ?, ?)", batch)
                batch.clear()
        connection.executemany("INSERT INTO identity_audit_hash VALUES (?, ?, ?)", batch)
        connection.execute(
            "INSERT INTO identity_audit_tree VALUES (0, ?, ?)", (length, b"".join(edge)))
        connection.commit()


def milliseconds(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {"median": round(statistics.median(times) * 1e3, 2),
            "p99": round(times[int(len(times) * 0.99)] * 1e3, 2)}


def writes(staff: object) -> dict[str, float]:
    from support.staff import token

    page = staff.get("/staff/shelters")  # type: ignore[attr-defined]
    csrf, shelter = token(page), re.search(r'name="shelter" value="([^"]+)"', page.text)
    assert shelter
    client, times = staff._client(), []  # type: ignore[attr-defined]
    for number in range(WRITES):
        body = f"csrf={csrf}&shelter={shelter[1]}&status={'open' if number % 2 else 'closed'}"
        began = time.perf_counter()
        answer = client.request("POST", "/staff/shelters", body.encode(), {
            "Cookie": staff.cookie,  # type: ignore[attr-defined]
            "Content-Type": "application/x-www-form-urlencoded"})
        times.append(time.perf_counter() - began)
        assert answer.status == 303, answer
    return milliseconds(times)


def proofs(staff: object, length: int) -> dict[str, float]:
    client, times = staff._client(), []  # type: ignore[attr-defined]
    for number in range(0, length, max(length // SAMPLES, 1)):
        began = time.perf_counter()
        answer = client.get(
            f"/staff/audit/{number}", {"Cookie": staff.cookie})  # type: ignore[attr-defined]
        times.append(time.perf_counter() - began)
        assert "notice good" in answer.text, answer
    return milliseconds(times)


def main() -> None:
    os.environ["CITY_COMMAND"], city_name, length = sys.argv[1], sys.argv[2], int(sys.argv[3])
    from support.city import City, copy_of_city
    from support.staff import Staff
    from support.waiting import wait_until

    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        city = City(copy_of_city(city_name, place), place / "data")
        file = city.city / "city.yaml"
        file.write_text(file.read_text("utf-8") + "\naudit: { checkpointSeconds: 3600 }\n", "utf-8")
        city.start()
        try:
            staff = Staff(city)
            short = writes(staff)
            city.stop()
            began = time.monotonic()
            grow(city.data / "city.sqlite", length)
            grown = time.monotonic() - began
            city.start()
            wait_until(
                "the long log is signed",
                lambda: f"\n{length}\n" in city.client().get("/audit/checkpoint").text)
            long, proved = writes(staff), proofs(staff, length)
        finally:
            city.stop()
    print(json.dumps({
        "lines": length, "fillSeconds": round(grown, 1), "writeShort": short, "writeLong": long,
        "proofPage": proved}))


if __name__ == "__main__":
    main()
