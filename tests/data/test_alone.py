"""Alone in a folder: what one writes the next one reads, whoever fails."""

import threading
import time

import pytest

from data.alone import alone_in


def test_nothing_written_at_once_is_lost(tmp_path):
    told = tmp_path / "new" / "number"

    def add():
        with alone_in(told.parent):
            number = int(told.read_text()) if told.exists() else 0
            time.sleep(0.01)
            told.write_text(str(number + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.read_text() == "8"


def test_who_fails_keeps_nobody_out(tmp_path):
    with pytest.raises(ZeroDivisionError), alone_in(tmp_path):
        raise ZeroDivisionError
    with alone_in(tmp_path):
        assert list(tmp_path.iterdir()) == []
