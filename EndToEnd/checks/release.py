"""An anonymised release from a table and a definition: PyPI `pycanon` counts k, l and t anew; what
identifies is gone; the budget of noisy counts runs out and stays so; mistakes are named by line."""

from __future__ import annotations

import csv
import hashlib
import json
import pathlib
import random
import resource
import subprocess
import tempfile
import time
import unittest

from support import settings
from support.city import City, copy_of_city, run_command
from support.environments import python_with

HERE = pathlib.Path(__file__).resolve().parent.parent
ROWS = 5_000 if settings.QUICK else 100_000
K = 10
QUASI = ["年齢", "町内", "受診日", "性別"]
SECONDS_MAX = 120.0
DISTRICTS = ["中原", "東間", "西瀬", "大畑", "藍田"]

DEFINITION = """\
id: checkup-2026
title: 健診の受診状況
nature: 市内全域の健診。校区と年より細かい組は少数になるため、組ごとに10人を下回らせない。
k: 10
l: 2
t: 0.5
suppressedShareMax: 0.05
columns:
  - { name: 氏名, role: identifier }
  - { name: 電話, role: identifier }
  - { name: 保険証番号, role: identificationCode }
  - { name: 世帯, role: link }
  - name: 年齢
    role: quasi
    hierarchy: { kind: numbers, bands: [5, 10, 20], lowest: 20, highest: 89 }
  - { name: 町内, role: quasi, hierarchy: { kind: tree, file: areas.csv } }
  - { name: 受診日, role: quasi, hierarchy: { kind: date } }
  - { name: 性別, role: quasi, hierarchy: { kind: flat } }
  - { name: 判定, role: sensitive, rareBelow: 50 }
tables:
  - { rows: 町内, columns: 判定, threshold: 10 }
counts:
  - { by: [町内], epsilon: 0.4 }
budget: { dataset: checkup, limit: 1 }
"""


class ReleaseTest(unittest.TestCase):
    place: pathlib.Path
    seconds: float

    @classmethod
    def setUpClass(cls) -> None:
        cls.place = pathlib.Path(
            cls.enterClassContext(tempfile.TemporaryDirectory(prefix="city-")))
        cls.city = copy_of_city("hitoyoshi", cls.place)
        cls.definition = cls.place / "checkup.yaml"
        cls.definition.write_text(DEFINITION, encoding="utf-8")
        cls.write_areas()
        cls.source = cls.place / "people.csv"
        cls.write_people()
        City(cls.city, cls.place / "data").start().stop()
        began = time.monotonic()
        cls.done = cls.release("out")
        cls.seconds = time.monotonic() - began

    @classmethod
    def release(
        cls, name: str, definition: pathlib.Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return run_command(
            "release", str(definition or cls.definition), "--from", str(cls.source), "--to",
            str(cls.place / name), "--approver", "総務課長", "--city", str(cls.city), "--data",
            str(cls.place / "data"), "--json", seconds=SECONDS_MAX)

    @classmethod
    def write_areas(cls) -> None:
        with (cls.place / "areas.csv").open("w", encoding="utf-8", newline="") as file:
            for number, district in enumerate(DISTRICTS):
                for block in range(1, 9):
                    csv.writer(file).writerow(
                        [f"{district}{block}丁目", district, "北" if number < 3 else "南"])

    @classmethod
    def write_people(cls) -> None:
        """Invented people, the same every time."""
        dice = random.Random(2026)
        with cls.source.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["氏名", "電話", "保険証番号", "世帯", *QUASI, "判定"])
            for number in range(ROWS):
                age = min(int(dice.triangular(20, 105, 62)), 104)
                block = min(int(dice.expovariate(0.35)) + 1, 8)
                day = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
                verdict = dice.choices(
                    ["異常なし", "要観察", "要受診", "珍しい病名"],
                    [60, 25, 15 + age / 10, 0.02])[0]
                out.writerow([
                    f"架空の人{number}", f"0966-{number:07}", f"K{number:08}", f"S{number // 2}",
                    age, f"{dice.choice(DISTRICTS)}{block}丁目", day, dice.choice("女男"), verdict])

    def test_pycanon_counts_the_same_k_l_and_t(self) -> None:
        self.assertEqual(self.done.returncode, 0, self.done)
        dossier = json.loads((self.place / "out/dossier.json").read_text(encoding="utf-8"))
        said = subprocess.run(
            [python_with("pycanon"), HERE / "clients/pycanon_measures.py",
             self.place / "out/records.csv", "判定", *QUASI],
            capture_output=True, text=True, check=True, timeout=SECONDS_MAX)
        measured = json.loads(said.stdout)
        self.assertGreaterEqual(measured["k"], K)
        self.assertEqual(measured["k"], dossier["anonymity"]["k"])
        self.assertEqual(measured["l"], dossier["anonymity"]["l"])
        self.assertAlmostEqual(measured["t"], dossier["anonymity"]["t"], places=6)
        self.assertLessEqual(measured["t"], 0.5 + 1e-9)
        self.assertEqual(measured["rows"], dossier["rows"]["released"])
        self.assertLessEqual(dossier["rows"]["suppressedShare"], 0.05)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"    {ROWS} rows in {self.seconds:.1f} s, children at most {memory} MB, NCP "
              f"{dossier['informationLoss']['ncp']:.3f}, "
              f"{dossier['anonymity']['levelsTried']} levels tried")

    def test_the_dossier_holds_the_five_measures_hashes_and_approver(self) -> None:
        dossier = json.loads((self.place / "out/dossier.json").read_text(encoding="utf-8"))
        self.assertEqual([one["number"] for one in dossier["measures"]], [1, 2, 3, 4, 5])
        self.assertTrue(all(one["holds"] and one["evidence"] for one in dossier["measures"]))
        self.assertEqual(dossier["approver"], "総務課長")
        for name, file in (("definition", self.definition), ("source", self.source),
                           ("program", settings.COMMAND)):
            self.assertEqual(
                dossier["hashes"][name], hashlib.sha256(file.read_bytes()).hexdigest(), name)
        with (self.place / "out/records.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], [*QUASI, "判定"])
        text = (self.place / "out/records.csv").read_text(encoding="utf-8")
        for telling in ("架空の人", "0966-", "K0000", "珍しい病名"):
            self.assertNotIn(telling, text)

    def test_small_cells_are_hidden_and_cannot_be_computed(self) -> None:
        with (self.place / "out/table-1.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        cells = [row[1:-1] for row in rows[1:-1]]
        for line in [*cells, *zip(*cells)]:
            self.assertNotEqual(sum(cell == "X" for cell in line), 1, line)
        for cell in (cell for line in cells for cell in line if cell != "X"):
            self.assertFalse(0 < int(cell) < 10, cell)

    def test_the_budget_runs_out_and_stays_so(self) -> None:
        second = self.release("second")
        self.assertEqual(second.returncode, 0, second)
        self.assertEqual(json.loads(second.stdout)["budget"]["left"], "0.200")
        third = self.release("third")
        self.assertEqual(third.returncode, 1, third)
        self.assertFalse((self.place / "third").exists())
        raised = self.place / "raised.yaml"
        raised.write_text(DEFINITION.replace("limit: 1 ", "limit: 9 "), encoding="utf-8")
        self.assertEqual(self.release("fourth", raised).returncode, 1)
        one, two = ((self.place / name / "counts-1.csv").read_text(encoding="utf-8")
                    for name in ("out", "second"))
        self.assertNotEqual(one, two, "the noise is drawn anew")

    def test_mistakes_are_named_by_line_and_nothing_is_written(self) -> None:
        wrong = self.place / "wrong.yaml"
        wrong.write_text(
            DEFINITION.replace("k: 10", "k: 1").replace("role: link", "role: linked")
            .replace("areas.csv", "nowhere.csv"), encoding="utf-8")
        done = self.release("wrong", wrong)
        self.assertEqual(done.returncode, 1, done)
        lines = {one["line"] for one in json.loads(done.stdout)["diagnostics"]}
        self.assertLessEqual({4, 12, 16}, lines, done.stdout)
        self.assertFalse((self.place / "wrong").exists())
        loose = self.place / "loose.yaml"
        loose.write_text(
            DEFINITION.replace(
                "{ name: 電話, role: identifier }",
                "{ name: 電話, role: plain, rareBelow: 1 }"),
            encoding="utf-8")
        refused = self.release("loose", loose)
        self.assertEqual(refused.returncode, 1, refused)
        self.assertFalse((self.place / "loose").exists())
