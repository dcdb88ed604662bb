"""Residents sign in through a provider that we did not write, in a real browser, by keyboard alone."""

from __future__ import annotations

import json
import pathlib
import re
import sqlite3
import tempfile
import unittest

from joserfc.jwk import ECKey
from playwright.sync_api import Browser, Page, expect

from checks.pages import StaffTest, first_password, serious_violations, sign_in
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

    @staticmethod
    def begin(page: Page, login: str, first: str) -> None:
        """The first sign-in of a member of staff, who has to choose a password."""
        sign_in(page, login, first)
        page.locator("input[name=current]").fill(first)
        page.locator("input[name=new]").fill(StaffTest.password)
        page.locator("input[name=new]").press("Enter")
        page.wait_for_url(re.compile("/staff/?$"))

    def clerk(self, page: Page) -> None:
        """A clerk whom the first member of staff takes in, at the counter."""
        with visitor(self.browser, self.city.url, DESK) as manager:
            self.begin(manager, *first_password(self.city))
            with visitor(self.browser, self.city.url, PHONE) as pocket:
                sign_in(pocket, first_password(self.city)[0], StaffTest.password)
                pocket.wait_for_url(re.compile("/staff/?$"))
                manager.goto("/staff/sessions")
                picture(manager, "staff-sessions-1280")
                self.assertEqual(serious_violations(manager), [])
                manager.get_by_role("button", name="切る").click()
                expect(manager.get_by_role("button", name="切る")).to_have_count(0)
                pocket.goto("/staff")
                expect(pocket.locator("main")).to_contain_text("サインイン")
            manager.goto("/staff/residents")
            expect(manager.locator("main")).to_contain_text("担当では")
            manager.goto("/staff/people")
            manager.get_by_text("職員を加える").first.click()
            manager.locator("#login").fill("madoguchi")
            manager.locator("#name").fill("窓口の職員")
            manager.locator("details[open] input[value=counter]").check()
            manager.get_by_role("button", name="職員を加える").click()
            made = manager.locator("#password-made").inner_text()
            picture(manager, "staff-people-1280")
            self.assertEqual(serious_violations(manager), [])
            # Nobody would manage staff any more.
            manager.goto("/staff/people")
            manager.get_by_text("変える", exact=True).first.click()
            manager.locator("details[open] input[value=information]").uncheck()
            manager.locator("details[open]").get_by_role("button", name="保存").click()
            expect(manager.locator("main")).to_contain_text("管理する人がいなくなります")
        self.begin(page, "madoguchi", made)

    def code(self, page: Page) -> str:
        page.goto("/my/family")
        page.get_by_role("button", name="番号を出す").click()
        return page.locator("#code").inner_text()

    def test_a_yes_a_receipt_and_a_no(self) -> None:
        self.provider.person = "pairwise-of-data"
        with visitor(self.browser, self.city.url, PHONE) as page:
            self.come(page)
            page.goto("/my/data")
            expect(page.locator("#evacuation-support")).to_contain_text("同意していません")
            page.locator("#evacuation-support button").click()
            expect(page.locator("#evacuation-support")).to_contain_text("同意しています")
            picture(page, "my-data-390")
            self.assertEqual(serious_violations(page), [])
            page.locator("#evacuation-support a").click()
            expect(page.locator("main")).to_contain_text("人吉市 防災安全課")
            picture(page, "my-receipt-390")
            self.assertEqual(serious_violations(page), [])
            with page.expect_download() as sheet:
                page.get_by_text("JSON (ISO/IEC TS 27560)").click()
            receipt = json.loads(pathlib.Path(sheet.value.path()).read_bytes())
            self.assertEqual(receipt["events"][0]["event_type"], "given")
            self.assertEqual(
                receipt["processing"][0]["pii_categories"], ["contact", "support-needs"])
            with visitor(self.browser, self.city.url, DESK, scripts=False) as citizen:
                citizen.goto("/transparency")
                picture(citizen, "transparency-1280")
                expect(citizen.locator("main")).to_contain_text("1 人が同意")
            page.goto("/my/data")
            page.locator("#evacuation-support button").click()
            expect(page.locator("#evacuation-support")).to_contain_text("同意していません")
            expect(page.locator("main")).to_contain_text("やめた")
            # Somebody else does not see it.
            receipt_path = page.locator("main a", has_text="受領書").get_attribute("href")
            self.provider.person = "pairwise-of-other"
            with visitor(self.browser, self.city.url, PHONE) as other:
                self.come(other)
                self.assertEqual(other.goto(receipt_path).status, 404)

    def test_guardian_proxy_and_clerk(self) -> None:
        with visitor(self.browser, self.city.url, PHONE) as mother, \
                visitor(self.browser, self.city.url, PHONE, scripts=False) as helper, \
                visitor(self.browser, self.city.url, DESK) as desk:
            self.provider.person = "pairwise-of-mother"
            self.come(mother)
            self.clerk(desk)
            desk.goto("/staff/residents")
            picture(desk, "staff-residents-1280")
            desk.locator("input[name=code]").fill(self.code(mother))
            picture(mother, "my-family-390-code")
            desk.get_by_role("button", name="開く").click()
            desk.get_by_text("子どもを登録する").first.click()
            desk.locator("input[name=born]").fill("2020-07-04")
            desk.locator("select[name=shown]").select_option("familyRegister")
            desk.get_by_role("button", name="子どもを登録する").click()
            expect(desk.locator("main")).to_contain_text("2038年7月3日")
            picture(desk, "staff-resident-1280-child")
            self.assertEqual(serious_violations(desk), [])

            mother.goto("/my/family")
            expect(mother.locator("main")).to_contain_text("保護者(18歳まで)")
            mother.get_by_text("呼び名を変える").click()
            mother.locator("input[name=nickname]").fill("上の子")
            mother.get_by_role("button", name="保存").click()
            expect(mother.locator("main")).to_contain_text("上の子")
            mother.get_by_text("だれかに任せる").click()
            mother.get_by_label("支払い").check()
            mother.locator("input[name=until]").fill(
                desk.evaluate("new Date(Date.now() + 90 * 864e5).toISOString().slice(0, 10)"))
            mother.get_by_role("button", name="案内のリンクを作る").click()
            link = mother.locator("#offer input").input_value()
            picture(mother, "my-family-390")
            self.assertEqual(serious_violations(mother), [])

            self.provider.person = "pairwise-of-helper"
            helper.goto("/my")
            helper.locator("main a.button").click()
            helper.get_by_role("button", name="Yes").click()
            helper.wait_for_url("**/my")
            helper.goto(link)
            picture(helper, "my-mandate-390")
            self.assertEqual(helper.locator("main form li").all_inner_texts(), ["支払い"])
            helper.locator("input[name=nickname]").fill("お母さん")
            helper.get_by_role("button", name="受ける").click()
            expect(helper.locator("main")).to_contain_text("お母さん")
            helper.goto(link)
            expect(helper.locator("main")).to_contain_text("この委任は受けられません")

            mother.goto("/my/family")
            mother.get_by_role("button", name="終える").click()
            helper.goto("/my/family")
            expect(helper.locator("main")).not_to_contain_text("お母さん")
        data = b"".join(
            file.read_bytes() for file in self.city.data.rglob("*.sqlite*") if file.is_file())
        self.assertNotIn(b"2020-07-04", data)
