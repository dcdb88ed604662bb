"""What the checks need to know of this run; EndToEnd/run fills it in before they are loaded."""

from __future__ import annotations

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CITIES = ROOT / "Cities"

#: The command under test.
COMMAND = pathlib.Path(os.environ.get("CITY_COMMAND", ROOT / ".build/debug/cityos"))
#: URL of a private PostgreSQL whose user may create databases; without it its checks are skipped.
POSTGRES = os.environ.get("CITY_TEST_POSTGRES", "")
#: Where pictures of pages and logs of servers are kept after the run.
RESULTS = pathlib.Path(os.environ.get("CITY_TEST_RESULTS", ROOT / "var/test"))
SCREENSHOTS = pathlib.Path(os.environ.get("CITY_SCREENSHOTS", RESULTS / "screenshots"))
#: Fewer rounds of the fault checks.
QUICK = os.environ.get("CITY_TEST_QUICK") == "1"
CHROMIUM = os.environ.get("CITY_CHROMIUM", "/usr/bin/chromium")
