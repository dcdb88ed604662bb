"""A recorded flood is imported: counts and values agree with our own reading of the file."""

from __future__ import annotations

import csv
import datetime
import json
import pathlib
import tempfile
import unittest

from support import ngsi, settings
from support.city import run_command, running_city

CITY = settings.CITIES / "fukui-demo"
DAYS = ("2024-06-23", "2024-06-24")
GAUGE = "urn:ngsi-ld:WaterLevelObserved:fukui-demo:90"
JAPAN = datetime.timezone(datetime.timedelta(hours=9))


def rows(day: str) -> list[dict[str, str]]:
    with (CITY / f"data/levels-{day}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def known_gauges() -> set[str]:
    with (CITY / "data/gauges.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


class ImportingTest(unittest.TestCase):
    def test_two_real_days_are_stored_row_by_row(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "data"
            for day in DAYS:
                done = run_command(
                    "import", "--city", str(CITY), "--data", str(data), "--json",
                    str(CITY / f"data/levels-{day}.csv"))
                # Rows of two gauges that no list knows are refused and named: exit 1.
                self.assertEqual(done.returncode, 1, done)
                reports = json.loads(done.stdout.splitlines()[0])
                self.assert_counts(reports[0], day)
            with running_city("fukui-demo", city=CITY, data=data) as city:
                self.assert_history(city.client(), DAYS[0])

    def assert_counts(self, report: dict, day: str) -> None:
        gauges = known_gauges()
        told = rows(day)
        unknown = [row for row in told if row["id"] not in gauges]
        self.assertEqual(report["read"], len(told))
        self.assertEqual(
            report["read"],
            report["stored"] + report["missing"] + report["repeated"] + report["bad"])
        self.assertEqual(report["badByReason"].get("gaugeUnknown", 0), len(unknown))
        numbers = {
            (row["id"], row["日時"]) for row in told
            if row["id"] in gauges and row["河川水位"].strip() not in ("", "*", "---")}
        self.assertEqual(report["stored"], len(numbers))

    def assert_history(self, client, day: str) -> None:
        expected = {
            ngsi.iso(time_of(row["日時"])): round(float(row["河川水位"]) * 100)
            for row in rows(day) if row["id"] == "90" and row["河川水位"].strip()}
        start = datetime.datetime.fromisoformat(day).replace(tzinfo=JAPAN)
        answer = client.get(
            f"{ngsi.ROOT}/temporal/entities/{GAUGE}", ngsi.LD, timerel="between",
            timeAt=ngsi.iso(start),
            endTimeAt=ngsi.iso(start + datetime.timedelta(days=1, seconds=-1)),
            attrs="waterLevel")
        self.assertIn(answer.status, (200, 206), answer)
        found = {
            ngsi.iso(datetime.datetime.fromisoformat(one["observedAt"])):
                round(one["value"] * 100)
            for one in ngsi.instances(answer.json["waterLevel"]) if one["value"] is not None}
        self.assertEqual(found, expected)


def time_of(text: str) -> datetime.datetime:
    """`2024-06-23T24:00` is the next day's midnight."""
    day, clock = text.split("T")
    hours, minutes = clock.split(":")[:2]
    return datetime.datetime.fromisoformat(day).replace(tzinfo=JAPAN) + datetime.timedelta(
        hours=int(hours), minutes=int(minutes))
