"""What people and machines get wrong is named with its place and remedy, and good rows are kept."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import tempfile
import time
import unittest

from support import ngsi, settings
from support.city import City, copy_of_city, run_command, running_city

FIXTURES = settings.ROOT / "Tests/CityEdgeTests/Fixtures"
#: Larger than any body the city takes.
TOO_LARGE_BYTES = 40 << 20


class CommandTest(unittest.TestCase):
    """Exit 0 done, 1 wrong input, 2 wrong use, 3 surroundings."""

    def test_wrong_use_is_2_and_says_so(self) -> None:
        serve = ("serve", "--city", "somewhere", "--data", "elsewhere")
        for wrong, *arguments in (
            ("colour", *serve, "--colour", "red"), ("fly", "fly"),
            ("many", *serve, "--port", "many"), ("--city", "serve", "--data", "elsewhere"),
        ):
            with self.subTest(arguments):
                done = run_command(*arguments)
                self.assertEqual(done.returncode, 2, done)
                self.assertIn(wrong, done.stderr)

    def test_help_names_every_verb(self) -> None:
        done = run_command("--help")
        self.assertEqual(done.returncode, 0, done)
        for verb in ("serve", "import", "replay", "backup", "restore", "check", "bench-data"):
            self.assertIn(verb, done.stdout)

    def test_real_cities_have_no_mistakes(self) -> None:
        for city in ("hitoyoshi", "fukui-demo"):
            with self.subTest(city):
                done = run_command("check", "--city", str(settings.CITIES / city))
                self.assertEqual(done.returncode, 0, done)

    def test_each_mistake_is_named_with_line_and_remedy(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            city = pathlib.Path(folder) / "hitoyoshi"
            shutil.copytree(settings.CITIES / "hitoyoshi", city)
            shutil.copy(FIXTURES / "city-with-mistakes.yaml", city / "city.yaml")
            shutil.copy(FIXTURES / "thresholds-with-mistakes.yaml", city)
            done = run_command("check", "--json", "--city", str(city))
            plain = run_command("check", "--city", str(city))
        self.assertEqual(done.returncode, 1, done)
        found = json.loads(done.stdout)["diagnostics"]
        named = {one["line"] for one in found if one["file"].endswith("city.yaml")}
        expected = set(lines_with_mistakes(FIXTURES / "city-with-mistakes.yaml"))
        self.assertGreater(len(expected), 15, "the fixture tells its mistakes")
        self.assertEqual(expected - named, set(), "lines whose mistake was not named")
        self.assertTrue(all(one["message"] for one in found), found)
        self.assertRegex(plain.stdout + plain.stderr, r"city\.yaml:\d+: error: .+ → .+")

    def test_a_city_with_mistakes_is_not_served(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            city = copy_of_city("hitoyoshi", pathlib.Path(folder))
            file = city / "city.yaml"
            file.write_text(file.read_text("utf-8") + "colour: blue\n", "utf-8")
            done = run_command("serve", "--city", str(city), "--data", folder + "/data")
        self.assertEqual(done.returncode, 1, done)
        self.assertRegex(done.stdout + done.stderr, r"city\.yaml:\d+: error: .*colour")

    def test_a_folder_without_a_city_is_said(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            done = run_command("check", "--city", folder)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("city.yaml", done.stdout + done.stderr)

    def test_two_processes_do_not_share_a_data_folder(self) -> None:
        with running_city() as city:
            done = run_command(
                "serve", "--city", str(city.city), "--data", str(city.data), "--port", "1")
            self.assertEqual(done.returncode, 3, done)


def lines_with_mistakes(file: pathlib.Path) -> list[int]:
    """Lines whose own comment names a mistake; an absent key has no line of its own."""
    return [
        number for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if re.search(r"\S.*# [a-z]+[A-Z]?\w*(: |$)", line) and "absent" not in line
        and not line.lstrip().startswith("#")
    ]


class DoorTest(unittest.TestCase):
    city: City

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city("fukui-demo"))

    def readings(self, body: bytes, media: str) -> tuple[int, dict]:
        answer = self.city.client().request(
            "POST", "/ingest/v1/readings", body, {"Content-Type": media})
        return answer.status, answer.json

    def test_good_rows_are_kept_and_bad_ones_listed(self) -> None:
        table = (
            "日時,河川水位,id\n"
            "2024-06-23T00:20,0.92,90\n"
            "2024-06-23T01:20,,90\n"
            "2024-06-23T02:20,*,90\n"
            "2024-06-23T03:20,---,90\n"
            "2024-06-22T24:00,1.05,90\n"
            "2024-06-23T00:20,0.92,90\n"
            "2024-06-23T00:20,0.93,90\n"
            "2999-01-01T00:00,1.00,90\n"
            "2024-06-23T05:20,high,90\n"
            "2024-06-23T05:20,1.00,no-such-gauge\n")
        status, report = self.readings(table.encode(), "text/csv")
        self.assertEqual(status, 200, report)
        counts = {key: report[key] for key in ("read", "stored", "missing", "repeated", "bad")}
        self.assertEqual(
            counts, {"read": 10, "stored": 2, "missing": 3, "repeated": 1, "bad": 4}, report)
        self.assertEqual([row["line"] for row in report["badRows"]], [8, 9, 10, 11])
        self.assertTrue(all(row["message"] and row["remedy"] for row in report["badRows"]))

    def test_wrong_header_refuses_the_table(self) -> None:
        status, report = self.readings(
            (FIXTURES / "levels-wrong-header.csv").read_bytes(), "text/csv")
        self.assertEqual(status, 400, report)
        self.assertIn("日時", report["badRows"][0]["message"])

    def test_unknown_unit_is_refused(self) -> None:
        body = b'[{"gauge":"90","level":3,"unit":"shaku","observedAt":"2024-06-23T07:20:00+09:00"}]'
        status, report = self.readings(body, "application/json")
        self.assertEqual(status, 400, report)
        self.assertEqual(report["badByReason"], {"unitUnknown": 1})

    def test_not_json_says_where(self) -> None:
        status, problem = self.readings(b'[{"gauge":\n "90" "level"', "application/json")
        self.assertEqual(status, 400, problem)
        self.assertIn("line 2", str(problem))

    def test_too_large_and_unknown_types_are_refused(self) -> None:
        client = self.city.client()
        answer = client.request(
            "POST", "/ingest/v1/readings", b"a,b", {"Content-Type": "image/png"})
        self.assertEqual(answer.status, 415, answer)
        large = client.request(
            "POST", ngsi.ENTITIES, None,
            {"Content-Type": "application/json", "Content-Length": str(TOO_LARGE_BYTES),
             "Expect": "100-continue"})
        self.assertEqual(large.status, 413, large)

    def test_a_page_that_is_not_there_helps_on(self) -> None:
        answer = self.city.client().get("/no-such-page", {"Accept": "text/html"})
        self.assertEqual(answer.status, 404)
        self.assertIn('href="/', answer.text)


class ContextApiTest(unittest.TestCase):
    """Everything that a stranger may send to the context API, against one running city."""

    #: What the city's process may grow by, whatever it is sent.
    GROWTH_MEBIBYTES_MAX = 400

    city: City

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city("hitoyoshi"))

    def setUp(self) -> None:
        self.memory_before = self.memory_mebibytes()

    def tearDown(self) -> None:
        self.assertLess(self.memory_mebibytes() - self.memory_before, self.GROWTH_MEBIBYTES_MAX)
        self.assertEqual(self.city.client().get("/health").status, 200)

    def memory_mebibytes(self) -> int:
        assert self.city.process is not None
        status = pathlib.Path(f"/proc/{self.city.process.pid}/status").read_text("ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) // 1024

    def send(
        self, body: bytes | object, path: str = ngsi.ENTITIES, method: str = "POST",
        media: str = "application/json", **headers: str,
    ) -> tuple[int, str]:
        answer = self.city.client().request(
            method, path, body if isinstance(body, bytes) else json.dumps(body).encode(),
            {"Content-Type": media, **headers})
        return answer.status, answer.text

    def assert_problem(self, answer: tuple[int, str], *statuses: int) -> dict:
        status, text = answer
        self.assertIn(status, statuses, text[:500])
        problem = json.loads(text)
        self.assertIn("title", problem, text[:500])
        self.assertIn("type", problem, text[:500])
        return problem

    def entity(self, **attributes: object) -> dict:
        return {"id": "urn:ngsi-ld:Lamp:hostile", "type": "Lamp", **attributes}

    def test_deep_nesting(self) -> None:
        for depth in (600, 200_000):
            nested = b"[" * depth + b"]" * depth
            body = b'{"id":"urn:x:1","type":"Lamp","v":{"type":"Property","value":%s}}' % nested
            self.assert_problem(self.send(body), 400)

    def test_ten_megabytes(self) -> None:
        # Valid and large: it is taken or refused as too large, and never more.
        big = self.entity(text={"type": "Property", "value": "x" * (10 << 20)})
        status, text = self.send(big)
        self.assertIn(status, (201, 413), text[:500])
        many = [self.entity(n={"type": "Property", "value": n}) for n in range(100_000)]
        status, text = self.send(many, f"{ngsi.ROOT}/entityOperations/upsert")
        self.assertIn(status, (200, 201, 204, 207, 413), text[:500])

    def test_invalid_utf_8(self) -> None:
        for bad in (b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
            body = b'{"id":"urn:x:utf","type":"Lamp","name":{"type":"Property","value":"%s"}}' % bad
            self.assert_problem(self.send(body), 400)

    def test_duplicate_keys(self) -> None:
        body = b'{"id":"urn:x:a","id":"urn:x:b","type":"Lamp"}'
        self.assert_problem(self.send(body), 400)

    def test_hostile_context_urls(self) -> None:
        for url in (
            "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/context.jsonld",
            "http://[::ffff:10.0.0.1]/c", "http://192.168.1.1/c", "http://user:pass@example.org/c",
            "file:///etc/passwd", "ftp://example.org/c", "http://0x0a000001/c", "gopher://x/",
        ):
            with self.subTest(url):
                body = self.entity() | {"@context": url}
                self.assert_problem(self.send(body, media="application/ld+json"), 400, 503, 504)

    def test_contexts_without_end(self) -> None:
        deep: object = {"a": "https://x.org/a"}
        for _ in range(50):
            deep = [deep]
        self.assert_problem(
            self.send(self.entity() | {"@context": deep}, media="application/ld+json"), 400)
        many = [{f"t{n}": f"https://x.org/{n}"} for n in range(500)]
        self.assert_problem(
            self.send(self.entity() | {"@context": many}, media="application/ld+json"), 400)

    def test_exploding_patterns(self) -> None:
        self.send(self.entity(name={"type": "Property", "value": "a" * 3_000}))
        client = self.city.client()
        for pattern in (
            "(a+)+$", "(a|a)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}", "a{1000}{1000}",
        ):
            with self.subTest(pattern):
                began = time.monotonic()
                for query in (
                    {"type": "Lamp", "q": f'name~="{pattern}"'},
                    {"type": "Lamp", "idPattern": pattern},
                ):
                    answer = client.get(ngsi.ENTITIES, ngsi.LD, **query)
                    self.assertIn(answer.status, (200, 400), answer)
                self.assertLess(time.monotonic() - began, 5.0)

    def test_a_million_results(self) -> None:
        client = self.city.client()
        for limit in ("1000001", "1000000", "-1", "x", "9999999999999999999999"):
            with self.subTest(limit):
                answer = client.get(ngsi.ENTITIES, ngsi.LD, type="Lamp", limit=limit)
                self.assert_problem((answer.status, answer.text), 400, 403)
        answer = client.get(ngsi.ENTITIES, ngsi.LD)
        self.assert_problem((answer.status, answer.text), 400)

    def test_malformed_geometry(self) -> None:
        for geometry in (
            {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [200, 100]},
            {"type": "Point", "coordinates": ["x", "y"]}, {"type": "Point"},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            {"type": "LineString", "coordinates": [[0, 0]]},
            {"type": "Circle", "coordinates": [0, 0]}, "POINT(0 0)",
        ):
            with self.subTest(geometry):
                place = {"type": "GeoProperty", "value": geometry}
                self.assert_problem(self.send(self.entity(location=place)), 400)
        client = self.city.client()
        for query in (
            {"georel": "near;maxDistance==x", "geometry": "Point", "coordinates": "[0,0]"},
            {"georel": "near", "geometry": "Point", "coordinates": "[0,0]"},
            {"georel": "within", "geometry": "Polygon", "coordinates": "[[[0,0],[1,1]]]"},
            {"georel": "beside", "geometry": "Point", "coordinates": "[0,0]"},
            {"georel": "within", "geometry": "Polygon", "coordinates": "[[["},
            {"geometry": "Point", "coordinates": "[0,0]"},
        ):
            with self.subTest(query):
                answer = client.get(ngsi.ENTITIES, ngsi.LD, type="Lamp", **query)
                self.assert_problem((answer.status, answer.text), 400)

    def test_unknown_and_unusable_tenants(self) -> None:
        client = self.city.client()
        answer = client.get(
            ngsi.ENTITIES, {**ngsi.LD, "NGSILD-Tenant": "nobody"}, type="Lamp")
        self.assert_problem((answer.status, answer.text), 404)
        for name in ("../../etc", "a" * 100, "x y", "x;DROP TABLE"):
            with self.subTest(name):
                self.assert_problem(self.send(self.entity(), **{"NGSILD-Tenant": name}), 400)
