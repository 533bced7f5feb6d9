"""The page as PDF, printed by a browser that is there: Chromium, Chrome or Edge, without a window."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.exports import static
from data.errors import NotUsable, TryLater

if TYPE_CHECKING:
    from data.public_parts import PublicPortfolio

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "brave-browser",
)  # fmt: skip
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PATIENCE = 60.0  # seconds; printing takes two
QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-quic", "--disable-dev-shm-usage", "--mute-audio", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH", "FONTCONFIG_PATH")
NONE = (
    "Printing a PDF needs Chromium, Chrome or Edge, and none was found. Install one, name it with "
    "SKILLFOLIO_BROWSER=/path/to/chrome, or export html and print it from any browser."
)


def find_browser(chosen: Path | None = None) -> str | None:
    """Return the program to print with: the chosen one, or the first that is found."""
    if chosen is not None:
        return str(chosen) if os.access(chosen, os.X_OK) else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and sys.platform == "darwin":
        found = next((path for path in MAC if os.access(path, os.X_OK)), None)
    return found


def pdf(found: PublicPortfolio, browser: str | None, *, address: str = "", patience: float = PATIENCE) -> bytes:
    """Return the page as it prints. The browser reads one file, without script and without any network.

    Raises NotUsable without a browser or when it makes nothing, TryLater when it takes too long.
    """
    if browser is None:
        raise NotUsable(NONE)
    # below the home: browsers in a sandbox of their own (snap, flatpak) do not see the system's temporary folder
    with tempfile.TemporaryDirectory(prefix="skillfolio-pdf-", dir=_place(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, made = folder / "page.html", folder / "page.pdf"
        source.write_text(static.one_file(found, script=False, address=address), encoding="utf-8")
        said = _print(browser, folder, source, made, patience)
        body = made.read_bytes() if made.exists() else b""
    if not body.startswith(b"%PDF-"):
        raise NotUsable(
            f"{browser} printed nothing. It said: {said or 'nothing'}. Name another browser in SKILLFOLIO_BROWSER, or "
            "open the page and print it there."
        )
    return body


def _print(browser: str, folder: Path, source: Path, made: Path, patience: float) -> str:
    """Run the browser; returns the last line that it said."""
    command = [
        browser,
        *QUIET,
        *_without_sandbox(),
        f"--user-data-dir={folder / 'profile'}",
        "--no-pdf-header-footer",
        f"--print-to-pdf={made}",
        source.as_uri(),
    ]
    try:
        browser_ = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(folder),
            start_new_session=True,
        )
    except OSError as error:
        raise NotUsable(f"{browser} could not be started: {error.strerror}. {NONE}") from None
    with browser_:
        try:
            said = browser_.communicate(timeout=patience)[1]
        except subprocess.TimeoutExpired:
            _end(browser_)
            raise TryLater(f"{browser} did not print within {patience:.0f} seconds.") from None
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


def _end(browser: subprocess.Popen[bytes]) -> None:
    """End the browser and the processes that it began."""
    with suppress(ProcessLookupError):
        os.killpg(browser.pid, signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    """What a browser needs to know: no token, no password; its own files go where they are cleaned up."""
    kept = {name: os.environ[name] for name in PASSED if name in os.environ}
    return kept | {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache")}


def _without_sandbox() -> tuple[str, ...]:
    """Chromium refuses its sandbox to root; what is printed is our own page, without script."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _place() -> str | None:
    home = Path.home()
    return str(home) if os.access(home, os.W_OK) else None
