"""A disk so small that it is soon full."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import tempfile
import unittest
from collections.abc import Iterator

#: Room for the city and some load.
DISK_MEBIBYTES = 48


def fill(file: pathlib.Path) -> None:
    """Takes every byte that is left."""
    with file.open("wb", buffering=0) as handle:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    handle.write(b"\0" * size)


@contextlib.contextmanager
def small_disk() -> Iterator[pathlib.Path]:
    if os.geteuid() != 0:
        raise unittest.SkipTest("a small disk needs mount, and mount needs root")
    with tempfile.TemporaryDirectory(prefix="city-disk-") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m", "tmpfs", folder],
            capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"mount is not allowed here: {mounted.stderr.strip()}")
        try:
            yield pathlib.Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
