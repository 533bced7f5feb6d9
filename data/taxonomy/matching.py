"""Fact values against patterns: which subjects a value shows, and by which rule.

A pattern is a path with two wildcards: `*` stands for anything within one part, `**` for any number of
parts. `().name` at the start stands for a method on whatever came from a call under the import. Patterns
of `data` and `tag` facts are words, looked for as whole words whatever the case and the separators; a final
` .*` asks that they stand in the name of a file, a `= ` before them that the name holds nothing else.

Patterns are sorted into dictionaries by what is literal in them, so that a value meets only the few
regular expressions that could fit: distinct values are many, patterns are many, fits are few.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORD_KINDS = frozenset({"data", "tag"})
PATH_KINDS = frozenset({"file", "image", "action"})
EVER = "*"
"""What a condition needs that holds from the start of a project in which it is ever met."""
LONGEST = 500
"""A longer value is nobody's API and fits nothing: expressions with two `**` take the square of the length."""
_SEPARATORS = {"r": "::", "rust": "::"}
_KEYWORD = re.compile(r"\(([\w.]+|\*)=")
_CUT = re.compile(r"::|[./(]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IN_FILE = " .*"
_WHOLE = "= "
_FILE_END = (  # a paper that is filled in is no data: sales_agreement.xlsx
    "(?:(?!(?:agreements?|contract|invoice|templates?) )[a-z0-9]+ )*?"
    "(?:csv|tsv|xlsx?|parquet|feather|jsonl?|txt|data|dat|zip|gz|npy|npz|h5|hdf5|mat|arff|sav|dta|rds|rda|rdata"
    "|pkl|sqlite|db|xml|tif|shp|nc|wav|mp3|png|jpg|jpeg|dcm|nii|table) "
)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A subject that a fact value shows.

    `weak` matches never make a claim alone. `needs` names a rule whose condition must hold in the same
    project; the condition itself is matched as a subject of kind `condition`, and `needs` EVER when it counts
    from the start of the project, whenever it was met.
    """

    subject_kind: str  # skill, technology, language, condition
    subject: str
    weak: bool
    rule: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One pattern and what it shows; no `languages` means any. With `roots` it is what follows one of them."""

    kind: str
    languages: tuple[str, ...]
    pattern: str
    matches: tuple[Match, ...]
    roots: tuple[str, ...] = ()

    @property
    def patterns(self) -> list[str]:
        """Every pattern it stands for, whole."""
        return [root + self.pattern for root in self.roots] if self.roots else [self.pattern]


_Expressions = list[tuple[str, Clause]]
_STEM = 3  # letters


@dataclass(slots=True)
class _Index:
    exact: dict[str, list[Clause]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[Clause]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[tuple[str, str], _Expressions] = field(default_factory=lambda: defaultdict(list))
    rooted: dict[str, _Expressions] = field(default_factory=lambda: defaultdict(list))
    phrases: dict[str, list[tuple[int, str, Clause]]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[tuple[int, str, Clause]]] = field(default_factory=lambda: defaultdict(list))
    longest_phrase: int = 0  # words
    sorted_in: int = 0  # how many are in phrases and stems
    loose: _Expressions = field(default_factory=list)
    roots: set[str] = field(default_factory=set)  # first parts of what is in prefixes, ended and rooted
    any_loose: str = ""
    below: dict[tuple[str, ...], _Index] = field(default_factory=dict)  # by the roots that patterns share
    under: dict[str, list[_Index]] = field(default_factory=lambda: defaultdict(list))  # the same by each root


class Matcher:
    """Finds the clauses that a fact value fits."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._indexes: dict[tuple[str, str], _Index] = defaultdict(_Index)
        for clause in clauses:
            for language in clause.languages or ("",):
                index = self._indexes[clause.kind, language]
                _add(_below(index, clause.roots) if clause.roots else index, clause, language)
        for index in self._indexes.values():
            if index.loose:
                index.any_loose = "|".join(f"(?:{expression})" for expression, _ in index.loose)

    def match(self, kind: str, language: str, value: str) -> list[Match]:
        """Return one match per subject and condition: strong before weak, then the longest pattern's."""
        if kind == "language":
            found = {("language", value, ""): (True, 0, Match("language", value, False, "language"))}  # noqa: FBT003
        else:
            found = {}
        # torch.__version__ says nothing of a use, models.__dict__[name]() is one
        is_about = kind == "symbol" and value.endswith("__") and not value.endswith(".__dict__")
        for clause, before in self._fitting(kind, language, value):
            for match in clause.matches if not is_about else [replace(m, weak=True) for m in clause.matches]:
                key = (match.subject_kind, match.subject, match.needs)
                rank = (not match.weak, before + len(clause.pattern), match)
                if key not in found or rank[:2] > found[key][:2]:
                    found[key] = rank
        return [match for _, _, match in found.values()]

    def _fitting(self, kind: str, language: str, value: str) -> Iterator[tuple[Clause, int]]:
        """Clauses, and how much of the value stands before what their patterns say."""
        if len(value) > LONGEST:
            return
        text = words(value) if kind in WORD_KINDS else value.replace("[]", "")
        for world in (language, "") if language else ("",):
            index = self._indexes.get((kind, world))
            if index is None:
                continue
            found = _look_up(index, kind, text) if kind not in WORD_KINDS else _look_up_words(index, text)
            yield from ((clause, 0) for clause in found)
            if index.under:
                for start in (*(text[: cut.start()] for cut in _CUT.finditer(text)), text):
                    for shared in index.under.get(start, ()):
                        yield from ((clause, len(start)) for clause in _look_up(shared, kind, text[len(start) :]))


def words(text: str) -> str:
    """Return the words of a name, lower case, between single blanks: `HeartFailure_v2` → ` heart failure v2 `."""
    return f" {_NOT_WORD.sub(' ', _CAMEL.sub(' ', text).lower()).strip()} "


def separator(language: str) -> str:
    """Return what stands between a package and its member in a language."""
    return _SEPARATORS.get(language, ".")


def _look_up(index: _Index, kind: str, value: str) -> Iterator[Clause]:
    if value in index.exact:
        yield from index.exact[value]
    root, end = _ends(kind, value)
    if root in index.roots:
        for cut in _CUT.finditer(value):
            start = value[: cut.start()]
            if start in index.prefixes:
                yield from index.prefixes[start]
        for expression, clause in (*index.rooted.get(root, ()), *index.ended.get((root, end), ())):
            if _compiled(expression).fullmatch(value):
                yield clause
    if index.any_loose and _compiled(index.any_loose).search(value):
        for expression, clause in index.loose:
            if _compiled(expression).search(value):
                yield clause


def _look_up_words(index: _Index, text: str) -> Iterator[Clause]:
    """The clauses of words that stand in a text, in the order they were given."""
    each = text.split()
    found: dict[int, tuple[str, Clause]] = {}
    for start, word in enumerate(each):
        for end in range(start + 1, min(len(each), start + index.longest_phrase) + 1):
            for place, expression, clause in index.phrases.get(" ".join(each[start:end]), ()):
                found[place] = expression, clause
        for place, expression, clause in index.stems.get(word[:_STEM], ()):
            found[place] = expression, clause
    for place in sorted(found):
        expression, clause = found[place]
        if not expression or _compiled(expression).search(text):
            yield clause
    if index.any_loose and _compiled(index.any_loose).search(text):
        for expression, clause in index.loose:
            if _compiled(expression).search(text):
                yield clause


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compile what is asked for: a person's work meets few of the patterns there are."""
    return re.compile(expression)


def _ends(kind: str, value: str) -> tuple[str, str]:
    """Return the first part of a value and what it ends in: its last part, or an argument's keyword."""
    cut = _CUT.search(value)
    root = value[: cut.start()] if cut else value
    if kind == "argument":
        keyword = _KEYWORD.search(value)
        return root, keyword[1] if keyword else ""
    return root, value[max(value.rfind("."), value.rfind("/"), value.rfind("::") + ("::" in value)) + 1 :]


def _below(index: _Index, roots: tuple[str, ...]) -> _Index:
    """Where patterns are kept once that stand under each of many roots."""
    if roots not in index.below:
        index.below[roots] = shared = _Index()
        for root in roots:
            index.under[root].append(shared)
    return index.below[roots]


def _add(index: _Index, clause: Clause, language: str) -> None:
    pattern = clause.pattern
    if clause.kind in WORD_KINDS:
        _add_words(index, clause)
        return
    if "*" not in pattern and "~()" not in pattern:
        index.exact[pattern].append(clause)
        return
    between = "/" if clause.kind in PATH_KINDS else separator(language)
    body = pattern.removesuffix(between + "**")
    if body != pattern and "*" not in body and "~()" not in body:
        index.prefixes[body].append(clause)
        index.roots.add(_ends(clause.kind, body)[0])
        return
    regex = _regex(pattern, between)
    root, end = _ends(clause.kind, pattern.replace("~()", between + "~"))
    index.roots.add(root)
    if "*" in root or "~" in root:
        index.loose.append((rf"\A(?:{regex})\Z", clause))
    elif not end or "*" in end:
        index.rooted[root].append((regex, clause))
    else:
        index.ended[root, end].append((regex, clause))


def _add_words(index: _Index, clause: Clause) -> None:
    """Under its phrase when it has no star, else under a word of it that has none, or begins plainly."""
    place = index.sorted_in = index.sorted_in + 1
    expression, plain = _word_regex(clause.pattern), _plain(clause.pattern)
    each = plain.split()
    whole = next((word for word in each if "*" not in word), "")
    stem = next((word[:_STEM] for word in each if "*" not in word[:_STEM] and len(word) > _STEM), "")
    if "*" not in plain:
        same = plain == clause.pattern.lower() and plain == " ".join(each)
        index.phrases[" ".join(each)].append((place, "" if same else expression, clause))
        index.longest_phrase = max(index.longest_phrase, len(each))
    elif whole:
        index.phrases[whole].append((place, expression, clause))
        index.longest_phrase = max(index.longest_phrase, 1)
    elif stem:
        index.stems[stem].append((place, expression, clause))
    else:
        index.loose.append((expression, clause))


def _plain(pattern: str) -> str:
    return pattern.lower().removeprefix(_WHOLE).removesuffix(_IN_FILE)


def _word_regex(pattern: str) -> str:
    plain = _plain(pattern)
    body = "".join("[a-z0-9]*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", plain))
    if pattern.startswith(_WHOLE):
        return rf"\A {body} \Z"
    return f" {body} " if plain == pattern.lower() else f" {body} {_FILE_END}"


def _regex(pattern: str, between: str) -> str:
    """Translate a path pattern; `ROOT~().NAME` is a method on what a call under ROOT gave."""
    gap = re.escape(between)
    inside = f"[^{re.escape(between[0])}]*"
    out = []
    for piece in re.split(rf"(~\(\){gap}|\*\*{gap}|\*\*|\*)", pattern):
        if piece == "~()" + between:
            out.append(rf"(?:{gap}.*)?\(\){gap}(?:.*{gap})?")
        elif piece == "**" + between:
            out.append(rf"(?:.*{gap})?")
        elif piece == "**":
            out.append(".*")
        elif piece == "*":
            out.append(inside)
        else:
            out.append(re.escape(piece))
    return "".join(out)
