"""Debian's chromium under Playwright, headless."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from . import settings

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
TIMEOUT_MILLISECONDS = 15_000


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=settings.CHROMIUM,
            args=["--no-sandbox"] if os.geteuid() == 0 else [])
        try:
            yield started
        finally:
            started.close()


@contextlib.contextmanager
def visitor(
    browser: Browser, base: str, viewport: dict[str, int] = PHONE, scripts: bool = True,
    **options: object,
) -> Iterator[Page]:
    """A new person's browser window: no cookies, nothing kept."""
    context: BrowserContext = browser.new_context(
        base_url=base, viewport=viewport, java_script_enabled=scripts, locale="ja-JP",
        **options)  # type: ignore[arg-type]
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    try:
        yield context.new_page()
    finally:
        context.close()


def picture(page: Page, name: str) -> None:
    settings.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=settings.SCREENSHOTS / f"{name}.png", full_page=True)


def bytes_on_the_wire(page: Page, path: str) -> dict[str, int]:
    """What opening `path` for the first time moves, headers included, by address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: addresses.setdefault(event["requestId"], event["request"]["url"]))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update(
            {addresses.get(event["requestId"], "?"): int(event["encodedDataLength"])}))
    page.goto(path, wait_until="load")
    # Requests that scripts start at the end of loading belong to the first load as well.
    page.wait_for_timeout(500)
    session.detach()
    return sizes
