"""The pages as a person's browser shows them; pictures of all of them are kept."""

from __future__ import annotations

import datetime
import re
import unittest

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from support import ngsi
from support.browser import DESK, PHONE, browser, bytes_on_the_wire, picture, visitor
from support.staff import first_password
from support.city import City, running_city

GAUGE = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi"
#: Name of the picture → path.
CITIZEN_PAGES = {
    "portal": "/", "shelters": "/shelters", "rivers": "/rivers", "map": "/map",
    "light": "/light", "transparency": "/transparency", "developers": "/developers",
    "accessibility": "/accessibility", "health": "/health",
}
STAFF_PAGES = {
    "staff": "/staff", "staff-thresholds": "/staff/thresholds", "staff-schemes": "/staff/schemes",
    "staff-shelters": "/staff/shelters", "staff-deliveries": "/staff/deliveries",
    "staff-scheme": "/staff/schemes/hitoyoshi-2022",
    "staff-threshold": "/staff/thresholds/hitoyoshi", "staff-devices": "/staff/devices",
    "staff-device-new": "/staff/devices/new", "staff-device-model-new": "/staff/device-models/new",
    "staff-audit": "/staff/audit", "staff-audit-line": "/staff/audit/0",
    "staff-neighbours": "/staff/neighbours", "staff-types": "/staff/types",
    "staff-entities": "/staff/entities",
    "staff-imports": "/staff/imports", "staff-import-new": "/staff/imports/new",
}
LANGUAGES = {"ja": "ja", "easy": "ja-x-easy", "en": "en"}
#: Ten packets: what a server may send before the first acknowledgement.
FIRST_LOAD_BYTES_MAX = 14_600
TABS_MAX = 40
#: WCAG 1.4.10: a page of 1280 pixels at 400 %.
NARROWEST = {"width": 320, "height": 640}
#: The city hall of 人吉, for a reader who allows the page to know where they are.
CITY_HALL = {"latitude": 32.21, "longitude": 130.7625}


class PagesTest(unittest.TestCase):
    city: City
    browser: Browser

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())
        cls.browser = cls.enterClassContext(browser())
        client = cls.city.client()
        for metres, minutes_ago in ((2.50, 25), (2.80, 15), (3.05, 5)):
            at = ngsi.now() - datetime.timedelta(minutes=minutes_ago)
            assert ngsi.send_level(client, GAUGE, metres, at).status in (201, 204)

    def open(self, page: Page, path: str) -> None:
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        self.assertEqual(answer.status, 200, path)

    def test_every_page_is_whole_at_each_width_and_without_scripts(self) -> None:
        for name, path in CITIZEN_PAGES.items():
            for width in (PHONE, DESK):
                for scripts in (True, False):
                    with self.subTest(name, width=width["width"], scripts=scripts), \
                            visitor(self.browser, self.city.url, width, scripts) as page:
                        faults: list[str] = []
                        page.on("pageerror", lambda error, into=faults: into.append(str(error)))
                        page.on(
                            "requestfailed",
                            lambda request, into=faults: into.append(request.url))
                        self.open(page, path)
                        picture(
                            page, f"{name}-{width['width']}{'' if scripts else '-no-script'}")
                        self.assertEqual(page.locator("h1").count(), 1, "one h1")
                        self.assertTrue(page.title(), "a title")
                        self.assert_no_sideways_scrolling(page, width["width"])
                        self.assertEqual(faults, [])

    def assert_no_sideways_scrolling(self, page: Page, width: int) -> None:
        box = page.locator("body").bounding_box()
        assert box is not None
        self.assertLessEqual(box["width"], width)
        wide = page.evaluate("document.documentElement.scrollWidth")
        self.assertLessEqual(wide, width, "nothing sticks out to the side")

    def test_every_page_flows_at_four_hundred_percent_and_prints(self) -> None:
        for name, path in CITIZEN_PAGES.items():
            for language in LANGUAGES:
                with self.subTest(name, language=language), \
                        visitor(self.browser, self.city.url, NARROWEST) as page:
                    self.open(page, f"{path}?lang={language}")
                    self.assert_no_sideways_scrolling(page, NARROWEST["width"])
            with self.subTest(name, on="paper"), \
                    visitor(self.browser, self.city.url, DESK) as page:
                page.emulate_media(media="print")
                self.open(page, path)
                picture(page, f"{name}-print")
                expect(page.locator(".foot")).to_be_hidden()
                expect(page.locator("h1")).to_be_visible()

    def test_the_nearest_shelters_by_one_press(self) -> None:
        with visitor(
                self.browser, self.city.url, permissions=["geolocation"],
                geolocation=CITY_HALL) as page:
            self.open(page, "/shelters")
            page.locator("button[data-near]").click()
            page.wait_for_url("**/shelters?**near=32.210%2C130.76*")
            expect(page.locator("#shelter-list h2")).to_contain_text("いまいる場所")
            self.assertEqual(page.locator("#shelter-list > .rows > li").count(), 5)
            picture(page, "shelters-390-near")
        with visitor(self.browser, self.city.url, scripts=False) as page:
            self.open(page, "/shelters")
            expect(page.locator("button[data-near]")).to_be_hidden()
            expect(page.locator("select[name=town]")).to_be_visible()

    def test_every_page_speaks_three_languages(self) -> None:
        for name, path in CITIZEN_PAGES.items():
            heads = set()
            for language, tag in LANGUAGES.items():
                with self.subTest(name, language=language), \
                        visitor(self.browser, self.city.url) as page:
                    self.open(page, f"{path}?lang={language}")
                    self.assertEqual(page.locator("html").get_attribute("lang"), tag)
                    heads.add(page.locator("h1").inner_text())
                    if language != "ja":
                        picture(page, f"{name}-390-{language}")
            with self.subTest(name, language="all"):
                self.assertGreaterEqual(len(heads), 2, heads)

    def test_axe_finds_nothing_serious(self) -> None:
        for name, path in CITIZEN_PAGES.items():
            for width in (PHONE, DESK):
                with self.subTest(name, width=width["width"]), \
                        visitor(self.browser, self.city.url, width) as page:
                    self.open(page, path)
                    self.assertEqual(serious_violations(page), [])

    def test_dark_and_forced_colours_stay_readable(self) -> None:
        for options in ({"color_scheme": "dark"}, {"forced_colors": "active"}):
            with self.subTest(options), visitor(
                    self.browser, self.city.url, PHONE, **options) as page:
                self.open(page, "/")
                picture(page, "portal-390-" + "-".join(options.values()))
                if "color_scheme" in options:
                    self.assertEqual(serious_violations(page), [])

    def test_keyboard_alone_reaches_the_shelters(self) -> None:
        with visitor(self.browser, self.city.url) as page:
            self.open(page, "/")
            page.keyboard.press("Tab")
            first = page.evaluate("document.activeElement.getAttribute('href')")
            self.assertTrue(first and first.startswith("#"), "the first stop skips to the content")
            for _ in range(TABS_MAX):
                page.keyboard.press("Tab")
                href = page.evaluate("document.activeElement.getAttribute('href')") or ""
                if "/shelters" in href:
                    break
            else:
                self.fail("no way by keyboard to the shelters")
            outline = page.evaluate(
                "(s => s.outlineStyle + s.outlineWidth + s.boxShadow)"
                "(getComputedStyle(document.activeElement))")
            self.assertNotIn("none0pxnone", outline.replace(" ", ""), "the focus is seen")
            page.keyboard.press("Enter")
            page.wait_for_url("**/shelters*")

    def test_first_load_fits_into_ten_packets(self) -> None:
        for name in ("portal", "shelters", "rivers", "light"):
            with self.subTest(name), visitor(self.browser, self.city.url) as page:
                sizes = bytes_on_the_wire(page, CITIZEN_PAGES[name])
                # The small map is marked to load only when the reader comes near it.
                sizes = {url: size for url, size in sizes.items() if "/map/picture.svg" not in url}
                self.assertLessEqual(sum(sizes.values()), FIRST_LOAD_BYTES_MAX, sizes)
                self.assertGreater(sum(sizes.values()), 1_000, "the measuring saw the page")
                print(f"      {name}: {sum(sizes.values())} bytes {sorted(sizes.values())}")

    def test_an_open_page_moves_when_the_river_does(self) -> None:
        with visitor(self.browser, self.city.url) as page:
            self.open(page, "/")
            page.evaluate("window.sameWindow = true")
            answer = ngsi.send_level(self.city.client(), GAUGE, 3.17)
            self.assertIn(answer.status, (201, 204), answer)
            expect(page.locator("body")).to_contain_text("3.17", timeout=15_000)
            self.assertTrue(page.evaluate("window.sameWindow"), "the page was not loaded anew")


class OfflineTest(unittest.TestCase):
    def test_the_last_state_stays_readable_with_its_age(self) -> None:
        with running_city() as city, browser() as started, \
                visitor(started, city.url) as page:
            page.goto("/")
            page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
            page.reload()
            heading = page.locator("h1").inner_text()
            city.stop()
            page.reload()
            band = page.locator("#offline-band")
            expect(band).to_be_visible()
            self.assertRegex(band.inner_text(), r"\d+")
            self.assertEqual(page.locator("h1").inner_text(), heading)
            picture(page, "portal-390-offline")
            city.start()
            page.reload()
            expect(band).to_have_count(0)


class StaffTest(unittest.TestCase):
    city: City
    browser: Browser
    #: A member of staff, once the first password is changed.
    password = "kuma-no-mizu-2020"

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city())
        cls.browser = cls.enterClassContext(browser())
        cls.login, first = first_password(cls.city)
        with visitor(cls.browser, cls.city.url, DESK) as page:
            sign_in(page, cls.login, first)
            expect(page).to_have_url(re.compile("/staff/password"))
            picture(page, "staff-password-1280")
            page.locator("input[name=current]").fill(first)
            page.locator("input[name=new]").fill(cls.password)
            page.locator("input[name=new]").press("Enter")
            page.wait_for_url("**/staff**")

    def test_staff_pages_are_closed_to_the_public(self) -> None:
        for path in STAFF_PAGES.values():
            with self.subTest(path), visitor(self.browser, self.city.url, DESK) as page:
                page.goto(path)
                expect(page).to_have_url(re.compile("/staff/sign-in"))
                expect(page.locator("input[type=password]")).to_be_visible()
        with visitor(self.browser, self.city.url, DESK) as page:
            page.goto("/staff")
            picture(page, "staff-sign-in-1280")

    def test_a_wrong_password_is_refused(self) -> None:
        with visitor(self.browser, self.city.url, DESK) as page:
            sign_in(page, self.login, "wrong-wrong-wrong")
            expect(page.locator("input[type=password]")).to_be_visible()
            self.assertEqual(page.locator("input[type=password]").input_value(), "")

    def test_every_staff_page_is_whole_and_accessible(self) -> None:
        for width in (DESK, PHONE):
            with visitor(self.browser, self.city.url, width) as page:
                sign_in(page, self.login, self.password)
                page.wait_for_url(re.compile("/staff/?$"))
                for name, path in STAFF_PAGES.items():
                    with self.subTest(name, width=width["width"]):
                        answer = page.goto(path)
                        assert answer is not None
                        self.assertEqual(answer.status, 200)
                        picture(page, f"{name}-{width['width']}")
                        self.assertEqual(page.locator("h1").count(), 1)
                        wide = page.evaluate("document.documentElement.scrollWidth")
                        self.assertLessEqual(wide, width["width"])
                        self.assertEqual(serious_violations(page), [])

    def test_a_shelter_opened_by_staff_is_open_on_the_portal(self) -> None:
        with visitor(self.browser, self.city.url, DESK) as page:
            sign_in(page, self.login, self.password)
            page.wait_for_url(re.compile("/staff/?$"))
            page.goto("/staff/shelters")
            with page.expect_navigation():
                page.locator("button[name=status][value=open]").first.click()
        client = self.city.client()
        opened = client.get(
            ngsi.ENTITIES, ngsi.LD, type="Shelter", q='status=="open"', limit="100").json
        self.assertEqual(len(opened), 1, opened)
        name = ngsi.words(opened[0]["name"])
        with visitor(self.browser, self.city.url) as page:
            page.goto("/shelters")
            expect(page.locator("main")).to_contain_text(name)
            picture(page, "shelters-390-one-open")


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/staff/sign-in")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state()


def serious_violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:160]})"
        for one in found if one["impact"] in ("serious", "critical")]
