"""From a notebook's or script's text to facts, by the readers that serve git; a version tells what it brought.

Only lines that the version before did not hold count, as in a commit. A large text is read in a child with bounded
memory and time: it may be made to kill what parses it.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.delta import Bag
from collectors.reading import Unreadable, reader_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.kaggle.parse import Notebook
    from collectors.reading import Document
    from data.models import Fact

SMALL = 1 << 19
"""Bytes; what is larger is read in a child."""
MEMORY = 3_000_000_000
SECONDS = 120.0
MOST_FACTS = 20_000
_ENDINGS = {
    "python": "py",
    "r": "R",
    "rmarkdown": "Rmd",
    "sqlite": "sql",
    "sql": "sql",
    "julia": "jl",
}

Found = tuple["list[Fact]", str]
"""Facts, and the code of what was wrong ("" for nothing)."""


def path_of(found: Notebook) -> str:
    """The path that facts are placed at; "" for a language that no reader takes."""
    slug = found.ref.rpartition("/")[2]
    source = (found.source or "").lstrip("\ufeff \t\r\n")
    notebook = found.kind == "notebook" or (not found.kind and source.startswith("{"))
    ending = "ipynb" if notebook and source.startswith("{") else _ENDINGS.get(found.language or "python", "")
    if not ending:
        return ""
    path = f"{slug}.{ending}"
    return path if reader_for(path) is not None else f"notebook.{ending}"


def read(found: Notebook, before: str | None, *, seconds: float = SECONDS) -> Found:
    """Facts on the lines that this version brought; `before` is the source of the one before, None for the first."""
    path = path_of(found)
    if not path or found.source is None:
        return [], "" if found.source is None else "notebook-language"
    text = _with_kernel(found.source, found.language) if path.endswith(".ipynb") else found.source
    if len(text) + len(before or "") <= SMALL:
        return brought(text, before, path)
    return _in_child(text, before, path, seconds)


def _with_kernel(text: str, language: str) -> str:
    """A notebook that does not tell its language is in the one that Kaggle names."""
    if '"kernelspec"' in text or '"language_info"' in text or language in {"", "python"} or len(text) > SMALL:
        return text
    try:
        told = json.loads(text)
        told["metadata"] = {"kernelspec": {"language": language, "name": language}}
        return json.dumps(told)
    except (ValueError, TypeError, RecursionError):
        return text


def brought(text: str, before: str | None, path: str) -> Found:
    """What a text holds that the one before did not; pure."""
    reader = reader_for(path)
    if reader is None:
        return [], "notebook-language"
    try:
        new = _opened(text, path)
        old = None if before is None else _opened(before, path)
        bag: Bag[Document] = Bag()
        bag.change(new, old.lines if old else None, new.lines)
        facts = [fact for _, lines, _ in bag.added() for fact in new.facts(lines)]
    except Unreadable as error:
        return [], error.code
    except Exception:  # noqa: BLE001 - hostile text: whatever a parser raises is an issue, not a crash
        return [], "reader-failed"
    return _counted(facts), ""


def _opened(text: str, path: str) -> Document:
    data = text.encode("utf-8", "replace")
    reader = reader_for(path)
    if reader is None or len(data) > reader.limit:
        raise Unreadable("too-large")
    return reader.open(data, path, frozenset())


def _counted(facts: Sequence[Fact]) -> list[Fact]:
    """Equal facts as one, at the place where they were seen first."""
    found: dict[tuple[str, str, str], Fact] = {}
    for fact in facts:
        key = (fact.kind, fact.language, fact.value)
        known = found.get(key)
        if known is not None:
            found[key] = replace(known, count=known.count + fact.count)
        elif len(found) < MOST_FACTS:
            found[key] = fact
    return list(found.values())


def _in_child(text: str, before: str | None, path: str, seconds: float) -> Found:
    context = multiprocessing.get_context("spawn")  # the caller may run threads
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_bound)
    try:
        return pool.submit(brought, text, before, path).result(timeout=seconds)
    except (BrokenProcessPool, TookTooLong, MemoryError):
        for child in list((pool._processes or {}).values()):  # noqa: SLF001 - it has no other way to end one
            child.kill()
        return [], "reader-died"
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _bound() -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix only

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 5))
