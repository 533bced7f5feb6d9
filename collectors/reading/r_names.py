"""To which package a bare R function name belongs, by what a file attaches."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from collectors.reading.exported import listed

ALWAYS = ("base", "stats", "utils", "graphics", "grDevices", "methods")
_LONG = 9  # letters of a telling name without underscores
_SHORT = 5  # the same, in a file that attaches nothing
BY_STRING = b"character.only"  # of packages attached whose names stand in strings
_CALLED = re.compile(r"([A-Za-z][\w.]{0,40}+)\s*+(?:<-|=)\s*+\Z")
_VECTOR = re.compile(r"(?:<-|=)\s*+c\(([^()]{1,2000})\)")
_QUOTED = re.compile(r"[\"']([A-Za-z][\w.]{0,80})[\"']")
_MOST, _BACK, _BEFORE = 20, 600, 60


class Exports(NamedTuple):
    """Exported names by package, packages that attach others, and telling names by their only package."""

    names: dict[str, frozenset[str]]
    attaches: dict[str, tuple[str, ...]]
    telling: dict[str, str]
    alone: dict[str, str]  # those that tell in a file which attaches nothing, as one sourced by another does


def _is_telling(name: str, letters: int = _LONG) -> bool:
    """Nobody calls a function of their own so: `pivot_longer`, `createDataPartition`."""
    return "_" in name or (len(name) >= letters and not name[1:].islower() and "." not in name)


@cache
def exports() -> Exports:
    names: dict[str, list[str]] = {}
    attaches: dict[str, tuple[str, ...]] = {}
    telling_packages: set[str] = set()
    marked: dict[str, str] = {}
    for package, is_telling, words in listed("r_exports.txt"):
        if is_telling:
            telling_packages.add(package)
        if words[:1] == ["+"]:
            attaches[package] = tuple(words[1:])
        else:
            marked.update({word[:-1]: package for word in words if word.endswith("!")})
            names.setdefault(package, []).extend(word.removesuffix("!") for word in words)
    owners: dict[str, set[str]] = {}
    for owner, exported in names.items():
        for name in exported:
            owners.setdefault(name, set()).add(owner)
    telling = {
        name: next(iter(packages))
        for name, packages in owners.items()
        if len(packages) == 1 and not packages.isdisjoint(telling_packages) and _is_telling(name)
    }
    alone = telling | marked
    alone |= {
        name: next(iter(packages))
        for name, packages in owners.items()
        if len(packages) == 1 and not packages.isdisjoint(telling_packages) and _is_telling(name, _SHORT)
    }
    return Exports({owner: frozenset(exported) for owner, exported in names.items()}, attaches, telling, alone)


@cache
def datasets() -> dict[str, list[str]]:
    """Data sets that come with packages, by package."""
    found: dict[str, list[str]] = {}
    for package, _, words in listed("r_datasets.txt"):
        found.setdefault(package, []).extend(words)
    return found


def holds(package: str, name: str) -> bool:
    """Whether a package brings a data set of this name."""
    return name in datasets().get(package, ())


@cache
def named_datasets(attached: frozenset[str]) -> re.Pattern[str] | None:
    """The bare names of data sets that these packages bring, or None."""
    packages = attached.union(*[exports().attaches.get(package, ()) for package in attached])
    names = sorted({name for package in packages for name in datasets().get(package, ())})
    if not names:
        return None
    return re.compile(r"(?<![\w.$@:`])(?:" + "|".join(map(re.escape, names)) + r")(?![\w.(:]|[ \t]*+(?:<-|=(?!=)))")


def named_in_strings(text: str) -> list[str]:
    """Packages that a file attaches by names in strings: `load("dplyr")` where its own `load` calls library() on it."""
    known = exports()
    loaders, at = set[str](), text.find(mark := BY_STRING.decode())
    for _ in range(_MOST):
        if at < 0:
            break
        start = text.rfind("function", max(0, at - _BACK), at)
        if start >= 0 and (match := _CALLED.search(text[max(0, start - _BEFORE) : start])):
            loaders.add(match[1])
        at = text.find(mark, at + 1)
    found = [
        name
        for vector in _VECTOR.finditer(text)
        if len(names := _QUOTED.findall(vector[1])) > 1
        and sum(name in known.names or name in known.attaches for name in names) * 2 > len(names)
        for name in names
    ]
    if loaders:
        own = "|".join(map(re.escape, sorted(loaders)))
        calls = re.finditer(rf"(?<![\w.$@:])(?:{own})\s*+\((?:\s*+c\()?([^()]{{1,1000}})\)", text)
        found += [name for call in calls for name in _QUOTED.findall(call[1])]
    return found


def resolver(attached: list[str], defined: frozenset[str]) -> dict[str, str]:
    """{bare name: `package::name`} for a file that attaches packages (in order) and defines functions itself."""
    table = exports()
    telling = table.telling if attached else table.alone
    found = {name: f"{package}::{name}" for name, package in telling.items()}
    order: list[str] = [*ALWAYS]
    for package in attached:
        order.extend((package, *table.attaches.get(package, ())))
    for package in order:  # the last one attached masks the others
        for name in table.names.get(package, ()):
            found[name] = f"{package}::{name}"
    for name in defined:
        found.pop(name, None)
    return found
