"""Pictures of the sample portfolio for the README: `make images` (needs the browser of the tests)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

OUT = Path(__file__).resolve().parents[2] / "docs" / "images"
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync"]
SHOTS = [
    ("overview-light-desktop", "/", "light", (1280, 1000)),
    ("growth-dark-desktop", "/growth", "dark", (1280, 1000)),
    ("skill-light-phone", "/skill/linear-algebra", "light", (390, 844)),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"{url} did not answer")


def chromium() -> str | None:
    return next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None)


def main() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="skillfolio-") as home:
        command = [sys.executable, "-P", "-m", "cli", "demo", "--no-open", "--port", str(port)]
        server = subprocess.Popen(command, env=os.environ | {"SKILLFOLIO_HOME": home})
        try:
            wait_for(url)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
                for name, path, scheme, (width, height) in SHOTS:
                    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page = context.new_page()
                    page.goto(url + path, wait_until="networkidle")
                    page.wait_for_timeout(1500)
                    page.screenshot(path=OUT / f"{name}.png")
                    context.close()
        finally:
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
