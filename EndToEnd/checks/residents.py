"""Residents sign in through a provider that we did not write, in a real browser, by keyboard alone."""

from __future__ import annotations

import pathlib
import sqlite3
import tempfile
import unittest

from joserfc.jwk import ECKey
from playwright.sync_api import Browser, Page, expect

from checks.pages import serious_violations
from support.browser import DESK, PHONE, browser, picture, visitor
from support.city import City, copy_of_city
from support.openid_provider import CLIENT, Provider, running_provider


class ResidentsTest(unittest.TestCase):
    city: City
    provider: Provider
    browser: Browser

    @classmethod
    def setUpClass(cls) -> None:
        place = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="city-")))
        folder, data = copy_of_city("hitoyoshi", place), place / "data"
        cls.city = City(folder, data)
        key = ECKey.generate_key("P-256")
        data.mkdir()
        (data / "sign-in.pem").write_bytes(key.as_pem(private=True))
        cls.provider = cls.enterClassContext(
            running_provider(f"{cls.city.url}/my/callback", key))
        with (folder / "city.yaml").open("a", encoding="utf-8") as file:
            file.write(
                f"signIn:\n  issuer: {cls.provider.issuer}\n  clientId: {CLIENT}\n"
                f"  keyFile: sign-in.pem\n  address: {cls.city.url}\n")
        cls.city.start()
        cls.addClassCleanup(cls.city.stop)
        cls.browser = cls.enterClassContext(browser())

    def setUp(self) -> None:
        self.provider.person = "pairwise-of-hana"

    @staticmethod
    def press(page: Page, words: str) -> None:
        """Reaches a link or button by the Tab key, and presses it."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.innerText").strip() == words:
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"「{words}」 is not reached by Tab")

    def come(self, page: Page) -> None:
        page.goto("/my")
        self.press(page, "デジタル認証アプリで入る")
        page.wait_for_url(self.provider.issuer + "/**")
        self.press(page, "Yes")
        page.wait_for_url("**/my")

    def test_in_and_out_by_keyboard_on_two_devices(self) -> None:
        with visitor(self.browser, self.city.url, PHONE) as phone, \
                visitor(self.browser, self.city.url, DESK) as desk:
            phone.goto("/my")
            picture(phone, "my-390-before")
            self.assertEqual(serious_violations(phone), [])
            self.come(phone)
            self.come(desk)
            phone.reload()
            picture(phone, "my-390")
            self.assertEqual(serious_violations(phone), [])
            expect(phone.locator("main")).to_contain_text("この端末")
            self.press(phone, "切る")
            expect(phone.get_by_role("button", name="切る")).to_have_count(0)
            desk.reload()
            expect(desk.locator("main")).to_contain_text("デジタル認証アプリで入る")
            self.press(phone, "登録をやめる")
            phone.wait_for_url("**/my/leave")
            picture(phone, "my-390-leave")
            self.press(phone, "やめる")
            expect(phone.locator("main")).to_contain_text("デジタル認証アプリで入る")

    def test_who_says_no_is_told_so_in_three_languages(self) -> None:
        for language, words in {
            "ja": "何も変わっていません", "easy": "何も かわって いません", "en": "Nothing changed",
        }.items():
            with visitor(self.browser, self.city.url, PHONE) as page:
                page.goto(f"/my?lang={language}")
                page.locator("main a.button").click()
                page.wait_for_url(self.provider.issuer + "/**")
                page.get_by_role("button", name="No").click()
                page.wait_for_url("**/my/callback?**")
                if language == "ja":
                    picture(page, "my-390-no")
                expect(page.locator("main")).to_contain_text(words)

    def test_nothing_of_the_person_is_kept(self) -> None:
        self.provider.person = "pairwise-never-kept"
        with visitor(self.browser, self.city.url, PHONE, scripts=False) as page:
            page.goto("/my")
            page.locator("main a.button").click()
            page.get_by_role("button", name="Yes").click()
            page.wait_for_url("**/my")
            cookies = page.context.cookies(self.city.url)
            self.assertTrue(all(one["httpOnly"] for one in cookies if one["name"] == "my"))
        for file in self.city.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"pairwise-never-kept", file.read_bytes(), file.name)
        self.assertNotIn("pairwise-never-kept", self.city.log.read_text(errors="replace"))
        with sqlite3.connect(self.city.data / "city.sqlite") as database:
            count = database.execute("SELECT count(*) FROM identity_sign_in").fetchone()[0]
        self.assertEqual(count, 0)
