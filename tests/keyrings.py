"""Key rings for tests, chosen by PYTHON_KEYRING_BACKEND: one that keeps, one that hangs and prints, one in plain text."""

import json
import os
import sys
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Keeping(KeyringBackend):
    priority = 5

    @property
    def file(self):
        return Path(os.environ["TEST_KEYRING"])

    def read(self):
        return json.loads(self.file.read_text()) if self.file.exists() else {}

    def get_password(self, service, username):
        sys.stdout.write("a library that talks")
        return self.read().get(f"{service}/{username}")

    def set_password(self, service, username, password):
        self.file.write_text(json.dumps(self.read() | {f"{service}/{username}": password}))

    def delete_password(self, service, username):
        kept = self.read()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("not there")
        self.file.write_text(json.dumps(kept))


class Hanging(Keeping):
    def get_password(self, *_):
        time.sleep(60)

    set_password = delete_password = get_password


class Locked(Keeping):
    def get_password(self, *_):
        raise KeyringLocked("nobody unlocked it")

    set_password = delete_password = get_password


class PlainText(Keeping):
    priority = 0.5
