#!/bin/sh
# A PostgreSQL for the tests: the one that is there, or Debian's package. Without one its tests are skipped, and say so.
set -u
for place in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
  [ -x "$place/initdb" ] && exit 0
done
command -v initdb >/dev/null 2>&1 && exit 0
[ -n "${TEST_DATABASE_URL:-}" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing PostgreSQL (Debian package) for the tests ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1
  for place in /usr/lib/postgresql/*/bin; do
    [ -x "$place/initdb" ] && exit 0
  done
fi
cat >&2 <<'MESSAGE'
No PostgreSQL could be installed here, so the tests of the store run on SQLite alone. To run them on both, do one of
these and run `make test` again:
  Debian, Ubuntu   sudo apt-get install postgresql
  Fedora           sudo dnf install postgresql-server
  macOS            brew install postgresql
  a server of yours, where you may make databases   TEST_DATABASE_URL=postgresql://USER:PASSWORD@HOST/NAME make test
MESSAGE
exit 0
