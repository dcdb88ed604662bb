#!/usr/bin/env python3
"""The parts of ./bench that need more than a shell: one measurement a verb, one JSON line each.

Usage: load.py start CITYOS CITY      from the start of the process to "ready", and its memory
       load.py import CITYOS CITY FILE…   seconds to import tables of levels
       load.py light CITYOS           reading → first frame of the lamp at 500 readings a second
       load.py history CITYOS CITY FOLDER READINGS   a year of readings: writing, size, reading
       load.py meters URL THREADS     creates the entities that patch.lua writes to
       load.py things URL COUNT      entities with number, level, name and place, by batch upserts
       load.py nginx URL FOLDER PORT  an nginx configuration that serves the page's very bytes
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "EndToEnd"))

READINGS_PER_SECOND = 500
#: Changes of the light that are timed, so many a second.
CHANGES = 200
CHANGES_PER_SECOND = 5
GAUGE = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi"


def memory_mebibytes(process: int) -> float:
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def start(cityos: str, city_name: str) -> dict:
    """The second of two starts, so that the database exists; then the memory after reading pages."""
    os.environ["CITY_COMMAND"] = cityos
    from support.city import City, copy_of_city

    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        city = City(copy_of_city(city_name, place), place / "data")
        times = []
        for _ in range(4):
            began = time.monotonic()
            city.start()
            times.append(time.monotonic() - began)
            client = city.client()
            for path in ("/", "/shelters", "/map", "/rivers", "/ngsi-ld/v1/entities?type=Shelter"):
                client.get(path)
            client.close()
            assert city.process is not None
            memory = memory_mebibytes(city.process.pid)
            city.stop()
    return {
        "first_start_s": round(times[0], 2), "start_s": round(sorted(times[1:])[1], 2),
        "memory_MiB": round(memory, 1)}


def importing(cityos: str, city: str, *files: str) -> dict:
    import subprocess

    took = []
    rows = 0
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            done = subprocess.run(
                [cityos, "import", "--json", "--city", city, "--data", folder, *files],
                capture_output=True, text=True, check=False)
            took.append(time.monotonic() - began)
            rows = sum(report["read"] for report in json.loads(done.stdout.splitlines()[0]))
    return {"rows": rows, "seconds": round(sorted(took)[1], 2)}


def light(cityos: str) -> dict:
    """Readings of another gauge at a steady rate, and among them those that change the colour.

    The water goes to and fro over 氾濫危険水位 (3.40 m), far enough for the rule that keeps lights
    from flickering, in readings five seconds apart in their own time.
    """
    os.environ["CITY_COMMAND"] = cityos
    from support import ngsi
    from support.city import copy_of_city, free_port, running_city
    from support.light import RED, WHITE, Lamp

    with tempfile.TemporaryDirectory() as folder:
        port = free_port(socket.SOCK_DGRAM)
        city = copy_of_city("hitoyoshi", pathlib.Path(folder), sacn=port)
        with Lamp(port) as lamp, running_city(city=city) as server:
            stopping = threading.Event()
            sent = [0]

            def background(worker: int, workers: int) -> None:
                client = server.client()
                gauge = GAUGE.rsplit(":", 1)[0] + ":watari"
                step = workers / READINGS_PER_SECOND
                due = time.monotonic()
                epoch = ngsi.now() - datetime.timedelta(hours=20)
                while not stopping.is_set():
                    sent[0] += 1
                    ngsi.send_level(
                        client, gauge, 1.0 + sent[0] % 100 / 100,
                        epoch + datetime.timedelta(milliseconds=10 * sent[0]))
                    due += step
                    stopping.wait(max(0, due - time.monotonic()))

            threads = [
                threading.Thread(target=background, args=(worker, 8), daemon=True)
                for worker in range(8)]
            began = time.monotonic()
            for thread in threads:
                thread.start()
            client = server.client()
            delays = []
            at = ngsi.now() - datetime.timedelta(minutes=29)
            for change in range(CHANGES):
                metres, colour = ((3.34, WHITE), (3.42, RED))[change % 2]
                at += datetime.timedelta(seconds=5)
                moment = time.monotonic()
                answer = ngsi.send_level(client, GAUGE, metres, at)
                assert answer.status in (201, 204), answer
                frame = lamp.wait_for(colour, moment)
                delays.append((frame.at - moment) * 1000)
                stopping.wait(max(0, moment + 1 / CHANGES_PER_SECOND - time.monotonic()))
            stopping.set()
            for thread in threads:
                thread.join()
            rate = sent[0] / (time.monotonic() - began)
    delays.sort()
    return {
        "readings_per_second": round(rate), "changes": len(delays),
        "p50_ms": round(delays[len(delays) // 2], 1),
        "p99_ms": round(delays[min(len(delays) - 1, round(len(delays) * 0.99))], 1)}


def meters(url: str, threads: str) -> dict:
    from support import ngsi
    from support.http import Client

    client = Client(url)
    for thread in range(int(threads)):
        batch = [
            {"id": f"urn:ngsi-ld:Meter:{thread * 10000 + number}", "type": "Meter",
             "count": {"type": "Property", "value": 0}}
            for number in range(64 * 20)]
        for first in range(0, len(batch), 500):
            answer = client.post(
                f"{ngsi.ROOT}/entityOperations/upsert", batch[first:first + 500])
            assert answer.status in (201, 204), answer
    return {"entities": int(threads) * 64 * 20}


def nginx(url: str, folder: str, port: str) -> dict:
    """Writes the page's compressed bytes and a configuration that sends them with its headers."""
    request = urllib.request.Request(
        url, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        headers = [
            (name, value) for name, value in answer.getheaders()
            if name.lower() not in (
                "content-length", "content-type", "connection", "date", "server",
                "transfer-encoding", "keep-alive")]
        media = answer.headers["Content-Type"]
    place = pathlib.Path(folder)
    (place / "page").write_bytes(body)
    lines = "\n".join(
        "            add_header {} '{}';".format(name, value.replace("'", "\\'").replace("$", ""))
        for name, value in headers)
    user = "user root;" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(f"""
{user}
worker_processes 2;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    open_file_cache max=10;
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi; uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    types {{ }}
    default_type '{media}';
    server {{
        listen 127.0.0.1:{port} reuseport;
        location = / {{
            root {place};
            try_files /page =404;
{lines}
        }}
    }}
}}
""")
    return {"page_bytes": len(body), "headers": len(headers)}


#: Questions of each kind; the slowest of a hundred is p99.
HISTORY_QUESTIONS = 200
JAPAN = datetime.timezone(datetime.timedelta(hours=9))


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    times.sort()
    return (
        round(times[len(times) // 2] * 1000, 2), round(times[len(times) * 99 // 100] * 1000, 2))


def history(cityos: str, city: str, folder: str, readings: str, *more: str) -> dict:
    """Invented gauges that told something every ten minutes of a year, and what reading it takes."""
    import http.client
    import subprocess

    place = ["--city", city, "--data", folder, *more]
    done = subprocess.run(
        [cityos, "bench-data", "--json", "--history", "--readings", readings, *place],
        capture_output=True, text=True, check=True)
    filled = json.loads(done.stdout.splitlines()[-1])
    size = sum(file.stat().st_size for file in pathlib.Path(folder).rglob("*.sqlite*"))
    server = subprocess.Popen(
        [cityos, "serve", *place, "--port", "0", "--open-api"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().rsplit(":", 1)[1])
        client = http.client.HTTPConnection("127.0.0.1", port)
        end = datetime.datetime.fromisoformat(filled["end"])
        midnight = end.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)

        def ask(days: int, since: datetime.datetime, form: str) -> tuple[float, float, int]:
            start = (since - datetime.timedelta(days=days)).astimezone(datetime.timezone.utc)
            times, count = [], 0
            for number in range(HISTORY_QUESTIONS):
                id = f"urn:ngsi-ld:BenchSensor:bench:{number * 7 % filled['sensors']}"
                began = time.monotonic()
                client.request(
                    "GET", f"/ngsi-ld/v1/temporal/entities/{id}?attrs=level&timerel=after"
                    f"&timeAt={start.strftime('%Y-%m-%dT%H:%M:%SZ')}&{form}")
                answer = json.loads(client.getresponse().read())
                times.append(time.monotonic() - began)
                found = answer["level"]
                count = len(found.get("values") or found["avg"])
            return (*percentiles(times), count)

        last_day = ask(1, end, "format=temporalValues")
        year = ask(
            364, midnight,
            "format=aggregatedValues&aggrMethods=avg,min,max&aggrPeriodDuration=P1D")
        memory = memory_mebibytes(server.pid)
    finally:
        server.terminate()
        server.wait(30)
    return {
        "readings": filled["readings"], "sensors": filled["sensors"],
        "seconds": filled["seconds"], "per_second_by_tenth": filled["perSecond"],
        "bytes_per_reading": round(size / filled["readings"], 1),
        "day_p50_ms": last_day[0], "day_p99_ms": last_day[1], "day_values": last_day[2],
        "year_p50_ms": year[0], "year_p99_ms": year[1], "year_days": year[2],
        "memory_MiB": round(memory, 1)}


#: Entities in one batch, and batches under way at once.
BATCH = 100
WRITERS = 8


def things(url: str, count: str, first: str = "0") -> dict:
    """Fills the broker by batch upserts; bodies are made before the clock runs. The numbers of the
    things begin with `first`."""
    import http.client

    def thing(number: int) -> dict:
        side = 317
        place = [130.6 + 0.3 * (number % side) / side, 32.1 + 0.3 * (number // side) / side]
        return {
            "id": f"urn:ngsi-ld:Thing:{number:07d}", "type": "Thing",
            "number": {"type": "Property", "value": number},
            "level": {"type": "Property", "value": 0, "unitCode": "MTR"},
            "name": {"type": "Property", "value": f"thing {number}"},
            "location": {
                "type": "GeoProperty", "value": {"type": "Point", "coordinates": place}}}

    begin, end = int(first), int(first) + int(count)
    bodies = [
        json.dumps([thing(number) for number in range(start, min(start + BATCH, end))])
        for start in range(begin, end, BATCH)]
    host = url.removeprefix("http://")
    refused = []

    def send(part: list[str]) -> None:
        connection = http.client.HTTPConnection(host)
        for body in part:
            connection.request(
                "POST", "/ngsi-ld/v1/entityOperations/upsert", body,
                {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (201, 204):
                refused.append(answer.status)

    threads = [
        threading.Thread(target=send, args=(bodies[writer::WRITERS],))
        for writer in range(WRITERS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    return {
        "entities": int(count), "refused": len(refused), "seconds": round(seconds, 2),
        "per_second": round(int(count) / seconds)}


VERBS = {
    "start": start, "import": importing, "light": light, "meters": meters, "nginx": nginx,
    "history": history,
    "things": things,
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in VERBS:
        print(__doc__, file=sys.stderr)
        return 2
    print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
