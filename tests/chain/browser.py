"""A real browser: the system's Chromium, or else Playwright's own, which needs no root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# It is to ask nobody for anything by itself; and as root, which CI is, it has no sandbox.
ALONE = ["--disable-background-networking", "--disable-component-update", "--disable-quic", "--disable-sync", "--no-first-run"]


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser, headless."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ALONE, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()
