#!/bin/sh
# A Chromium for the browser tests: the one that is there, Debian's package, or Playwright's own download.
set -u
python=$1
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if "$python" -c 'import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    sys.exit(not os.path.exists(p.chromium.executable_path))' 2>/dev/null; then
  exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium (Debian package) for the browser tests ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
  command -v chromium >/dev/null 2>&1 && exit 0
fi
echo "Fetching Playwright's Chromium for the browser tests ..."
"$python" -m playwright install chromium && exit 0
cat >&2 <<'MESSAGE'
The browser tests need a Chromium, and none could be installed here. Do one of these and run `make test` again:
  Debian, Ubuntu   sudo apt-get install chromium
  Fedora           sudo dnf install chromium
  macOS            brew install --cask chromium
  anywhere         .venv/bin/python -m playwright install --with-deps chromium
MESSAGE
exit 1
