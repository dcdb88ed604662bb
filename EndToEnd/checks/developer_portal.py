"""A vendor's way in a browser: from the request for a key to the first subscription, and its limits."""

from __future__ import annotations

import json
import re
import unittest

from playwright.sync_api import Browser, Page, expect

from checks.pages import StaffTest, first_password, serious_violations, sign_in
from support import ngsi
from support.browser import DESK, PHONE, browser, picture, visitor
from support.city import City, running_city
from support.receiver import Receiver

PAGES = {
    "developers": "/developers", "developers-types": "/developers/types",
    "developers-type": "/developers/types/Shelter", "developers-try": "/developers/try",
    "developers-ask": "/developers/keys",
}
GAUGE = "urn:ngsi-ld:WaterLevelObserved:hitoyoshi:hitoyoshi"
#: Calls of the plan `anyone` that may come at once.
BURST_OF_ANYONE = 100


class DeveloperPortalTest(unittest.TestCase):
    city: City
    #: The same without `--open-api`, as a city runs in earnest.
    closed: City
    browser: Browser

    @classmethod
    def setUpClass(cls) -> None:
        # Open, so that notifications may go to a receiver on this machine; a key counts all the same.
        cls.city = cls.enterClassContext(running_city())
        cls.closed = cls.enterClassContext(running_city(is_open=False))
        cls.browser = cls.enterClassContext(browser())
        login, first = first_password(cls.city)
        with visitor(cls.browser, cls.city.url, DESK) as page:
            sign_in(page, login, first)
            page.locator("input[name=current]").fill(first)
            page.locator("input[name=new]").fill(StaffTest.password)
            page.locator("input[name=new]").press("Enter")
            page.wait_for_url(re.compile("/staff/?$"))
        cls.login = login

    def test_from_the_request_to_the_first_subscription(self) -> None:
        receiver = self.enterContext(Receiver())
        with visitor(self.browser, self.city.url, PHONE) as vendor, \
                visitor(self.browser, self.city.url, DESK) as staff:
            link = self.ask(vendor)
            sign_in(staff, self.login, StaffTest.password)
            staff.wait_for_url(re.compile("/staff/?$"))
            staff.goto("/staff/developers")
            picture(staff, "staff-developers-1280-waiting")
            expect(staff.locator("main")).to_contain_text("川の見守り")
            staff.locator("button[value=approve]").click()
            expect(staff.locator("main")).to_contain_text("待っている申請はありません")

            vendor.goto(link)
            picture(vendor, "developers-follow-390-approved")
            vendor.locator("form button").click()
            key = vendor.locator("#key").inner_text()
            self.assertRegex(key, r"^[A-Za-z0-9_-]{43}$")
            vendor.goto(link)
            expect(vendor.locator("#key")).to_have_count(0)

            self.subscribe(vendor, key, receiver)
            staff.goto("/staff/developers")
            staff.locator("main .rows a").first.click()
            expect(staff.locator("main")).to_contain_text("context-read/v1")
            picture(staff, "staff-developer-1280")
            self.assertEqual(serious_violations(staff), [])

    def ask(self, vendor: Page) -> str:
        vendor.goto("/developers")
        vendor.get_by_text("鍵を申し込む").first.click()
        vendor.locator("input[value='subscriptions/v1']").check()
        vendor.locator("input[name=name]").fill("川の見守り")
        vendor.locator("input[name=organisation]").fill("球磨川ソフト")
        vendor.locator("input[name=contact]").fill("dev@example.jp")
        vendor.locator("textarea[name=purpose]").fill("水位が上がったら、見回りの人に知らせる")
        vendor.get_by_role("button", name="申し込む").click()
        expect(vendor).to_have_url(re.compile(r"/developers/requests/[\w-]{43}"))
        expect(vendor.locator("main")).to_contain_text("市が確かめています")
        return vendor.url

    def subscribe(self, vendor: Page, key: str, receiver: Receiver) -> None:
        """By the try-out of the portal, with the key that was fetched."""
        vendor.goto("/developers/try")
        vendor.locator("input[data-key]").fill(key)
        door = vendor.locator("details", has=vendor.locator(
            "form[data-method=POST][data-path='/ngsi-ld/v1/subscriptions']"))
        door.locator("summary").click()
        door.locator("textarea").fill(json.dumps({
            "type": "Subscription", "entities": [{"type": "WaterLevelObserved"}],
            "notification": {"endpoint": {"uri": receiver.url, "accept": "application/json"}}}))
        door.get_by_role("button").click()
        answer = door.locator("output")
        expect(answer).to_contain_text("201")
        expect(answer).to_contain_text("ratelimit:")
        picture(vendor, "developers-try-390-answer")
        manual = vendor.context.browser
        assert manual is not None
        with visitor(manual, self.city.url, DESK) as staff:
            sign_in(staff, self.login, StaffTest.password)
            staff.wait_for_url(re.compile("/staff/?$"))
            staff.locator("input[name=level]").fill("2.34")
            staff.locator("form[action^='/staff/readings'] button").click()
            staff.wait_for_url("**/staff?saved=1*")
            receiver.wait_for(
                "the vendor hears of the reading", lambda n: "2.34" in json.dumps(n), 20.0)
            staff.goto(f"/staff/entities/{GAUGE}")
            expect(staff.locator("main")).to_contain_text("staff:")
            expect(staff.locator("main")).to_contain_text("127.0.0.1")
            picture(staff, "staff-entity-1280")
            self.assertEqual(serious_violations(staff), [])

    def test_a_key_opens_only_its_products_and_nobody_writes_without(self) -> None:
        client = self.closed.client()
        refused = client.post(f"{ngsi.ROOT}/entities", {"id": "urn:x:1", "type": "X"})
        self.assertEqual(refused.status, 401, refused)
        self.assertIn("application/problem+json", refused.headers["content-type"])
        wrong = client.get(
            f"{ngsi.ROOT}/types", {"Authorization": "Bearer " + "x" * 43})
        self.assertEqual(wrong.status, 401, wrong)

    def test_too_many_calls_are_told_when_to_come_again(self) -> None:
        client = self.closed.client()
        answers = [client.get(f"{ngsi.ROOT}/types/Shelter") for _ in range(BURST_OF_ANYONE * 3)]
        first = answers[0]
        self.assertEqual(first.status, 200, first)
        self.assertIn('"minute";r=', first.headers["ratelimit"])
        refused = [one for one in answers if one.status == 429]
        self.assertTrue(refused, "a burst is stopped")
        self.assertGreaterEqual(int(refused[0].headers["retry-after"]), 1)

    def test_every_page_is_whole_accessible_and_speaks(self) -> None:
        for name, path in PAGES.items():
            for width in (PHONE, DESK):
                for language in ("ja", "easy", "en"):
                    with self.subTest(name, width=width["width"], language=language), \
                            visitor(self.browser, self.city.url, width) as page:
                        answer = page.goto(f"{path}?lang={language}")
                        assert answer is not None
                        self.assertEqual(answer.status, 200)
                        wide = page.evaluate("document.documentElement.scrollWidth")
                        self.assertLessEqual(wide, width["width"])
                        if language == "ja":
                            picture(page, f"{name}-{width['width']}")
                            self.assertEqual(serious_violations(page), [])

    def test_the_document_lists_exactly_the_doors_there_are(self) -> None:
        document = self.city.client().get("/openapi.json").json
        self.assertEqual(document["openapi"], "3.1.0")
        for path, doors in document["paths"].items():
            for method, door in doors.items():
                with self.subTest(f"{method} {path}"):
                    self.assertTrue(door["operationId"])
                    self.assertIn("default", door["responses"])
        self.assertIn("post", document["paths"]["/ngsi-ld/v1/subscriptions"])
