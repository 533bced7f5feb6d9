"""Dependency files of every world: what they list, and whether with versions. A listing is never a use."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from collectors.reading.document import LONG_LINE, lines_of, plain
from collectors.reading.imports import READERS as IMPORTS
from collectors.reading.python import READERS as PYTHON
from collectors.reading.speaking import LIMIT, aliases, build_tools, own_tables, package_tools, sbt_tools, tables
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from collectors.reading.document import Document, Reader
    from collectors.reading.speaking import Said

Listed = tuple[int, str, bool]
"""Line index, distribution, whether a version is asked for."""

_LOCK_LIMIT = 64 << 20
_CODE: dict[str, Reader] = {".py": PYTHON[0], ".scala": next(reader for reader in IMPORTS if reader.name == "scala")}

_REQUIREMENT = re.compile(
    r"\s*+([A-Za-z0-9][\w.-]{0,100}+)\s*+(?:\[[^\]\n]{0,300}\])?\s*+(?:\(?\s*+(===?|[~<>!]=|[<>])[^#;]*+|(@)\s[^#]*+)?(?:[#;].*+)?$"
)
_TOML_TABLE = re.compile(r"^\s*+\[\[?\s*+([^\]\n]{1,120}?)\s*+\]\]?")
_TOML_ARRAY = re.compile(r"^\s*+[\"']?([\w.-]{1,80}+)[\"']?\s*+=\s*+\[")
_TOML_PAIR = re.compile(r"^\s*+[\"']?([A-Za-z0-9@][\w./@-]{0,100}+)[\"']?\s*+=\s*+(.{1,400})$")
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")
_VERSION = re.compile(r"\d")
_CONDA = re.compile(
    r"^\s*+-\s++[\"']?(?:[\w.-]{1,60}::)?([A-Za-z][\w.-]{0,100}+)(?:\[[^\]\n]{0,200}\])?\s*+([=<>!~]=?[^#\s\"']*+)?[\"']?\s*+(?:#.*+)?$"
)
_R_FIELD = re.compile(r"^(Depends|Imports|Suggests|LinkingTo|Remotes|[A-Z][\w/@]*):\s*+(.*+)$")
_R_NAME = re.compile(r"([A-Za-z][\w.]{0,80})\s*+(\([^)\n]{0,80}\))?")
_JSON_PAIR = re.compile(r"^\s*+\"([\w@./-]{1,120})\"\s*+:\s*+\"([^\"\n]{1,200})\"")
_JSON_OPEN = re.compile(r"\"(\w{1,60})\"\s*+:\s*+\{")
_SBT = re.compile(r"\"([\w.-]{1,100})\"\s*+%{1,3}\s*+\"([\w.-]{1,100})\"\s*+(?:%\s*+(\S++))?")
_GRADLE = re.compile(r"\b\w{1,40}\s*+\(?\s*+[\"']([\w.-]{1,100}):([\w.-]{1,100})(?::([^\"'\n]{1,60}))?[\"']")
_MILL = re.compile(r"\b(?:ivy|mvn)\"([\w.-]{1,100}+):{1,3}+([\w.-]{1,100}+):{1,2}+[^\"\n]{1,60}+\"")
_POM_GROUP = re.compile(r"<groupId>\s*+([\w.${}-]{1,120})\s*+</groupId>")
_POM_ARTIFACT = re.compile(r"<artifactId>\s*+([\w.${}-]{1,120})\s*+</artifactId>")
_GO = re.compile(r"^\s*+(?:require\s++)?([a-z][\w-]{0,60}+\.[\w.-]{1,60}/[\w./-]{1,150})\s++v\d")
_KEYWORD_LIST = re.compile(
    r"\b(?:install_requires|extras_require|tests_require|setup_requires|requirements?|requires)\b[\"']?\s*+[=:]\s*+"
)


def normalised(name: str) -> str:
    """A distribution's name as indexes compare it: lower case, runs of `-_.` as one dash."""
    return re.sub(r"[-_.]+", "-", name).lower().strip("-")


def _requirement(text: str) -> tuple[str, bool] | None:
    match = _REQUIREMENT.match(text)
    return (normalised(match[1]), bool(match[2] or match[3])) if match else None


def _requirements(code: list[str]) -> Iterator[Listed]:
    for index, line in enumerate(code):
        text = line.strip()
        if text and not text.startswith(("#", "-", "/", ".", "http", "git+")):
            text = text.removesuffix("\\").split(" --hash")[0].rstrip()
            if found := _requirement(text):
                yield index, *found


_ARRAYS = re.compile(
    r"^(?:project\.dependencies|project\.optional-dependencies\..*|dependency-groups\..*|build-system\.requires"
    r"|tool\.(?:pdm\.dev-dependencies|uv|hatch\.envs)\..*|tool\.setuptools\.dynamic.*)$"
)
_PAIRS = re.compile(
    r"^(?:tool\.poetry(?:\.group\.[\w-]+)?\.(?:dev-)?dependencies|(?:dev-|build-)?dependencies|target\..+\.dependencies"
    r"|workspace\.dependencies|packages|dev-packages|deps|compat|tool\.pixi(?:\..+)?\.(?:pypi-)?dependencies)$"
)


def _toml(code: list[str]) -> Iterator[Listed]:
    """pyproject.toml, Pipfile, Cargo.toml and Project.toml: arrays of requirements and tables of names."""
    table, array = "", ""
    for index, line in enumerate(code):
        header = _TOML_TABLE.match(line) if not array and "=" not in line.split("]")[0] else None
        if header:
            table = header[1].replace('"', "").replace("'", "")
            continue
        opening = None if array else _TOML_ARRAY.match(line)
        if opening:
            array = f"{table}.{opening[1]}" if table else opening[1]
        if array:
            if _ARRAYS.match(array):
                for text in _QUOTED.findall(line.partition("=")[2] if opening else line):
                    if found := _requirement(text):
                        yield index, *found
            if line.split("#")[0].rstrip().endswith("]"):
                array = ""
        elif _PAIRS.match(table) and (pair := _TOML_PAIR.match(line)) and pair[1] not in {"python", "julia"}:
            version = pair[2] if "{" not in pair[2] else pair[2].partition("version")[2]
            yield index, normalised(pair[1]), table != "deps" and _VERSION.search(version) is not None


def _conda(code: list[str]) -> Iterator[Listed]:
    inside = False
    for index, line in enumerate(code):
        if line and not line[0].isspace() and not line.startswith(("-", "#")):
            inside = line.startswith("dependencies:")
        elif inside and (match := _CONDA.match(line)) and match[1] not in {"pip", "python"}:
            yield index, normalised(match[1]), bool(match[2])


def _r_description(code: list[str]) -> Iterator[Listed]:
    field = ""
    for index, line in enumerate(code):
        text = line
        if match := _R_FIELD.match(line):
            field, text = match[1], match[2]
        if field in {"Depends", "Imports", "Suggests", "LinkingTo"}:
            for part in text.split(","):
                found = _R_NAME.match(part.strip())
                if found and found[1] != "R":
                    yield index, found[1].lower(), bool(found[2])


def _package_json(code: list[str]) -> Iterator[Listed]:
    section = ""
    for index, line in enumerate(code):
        if match := _JSON_OPEN.search(line):
            section = match[1]
            rest = line[match.end() :]
            for name, version in re.findall(r"\"([\w@./-]{1,120})\"\s*+:\s*+\"([^\"\n]{1,200})\"", rest):
                if section.lower().endswith("dependencies"):
                    yield index, name.lower(), _VERSION.search(version) is not None
            if "}" in rest:
                section = ""
        elif "}" in line:
            section = ""
        elif section.lower().endswith("dependencies") and (match := _JSON_PAIR.match(line)):
            yield index, match[1].lower(), _VERSION.search(match[2]) is not None


def _jvm(code: list[str]) -> Iterator[Listed]:
    group, inside = "", False
    for index, line in enumerate(code):
        for found in _SBT.finditer(line):
            yield index, f"{found[1]}:{found[2]}".lower(), bool(found[3])
        for found in _MILL.finditer(line):
            yield index, f"{found[1]}:{found[2]}".lower(), True
        if "%" not in line and ":" in line and "<" not in line:
            for found in _GRADLE.finditer(line):
                yield index, f"{found[1]}:{found[2]}".lower(), bool(found[3])
        if "dependency>" in line:
            inside, group = "<dependency>" in line, ""
        if inside and (match := _POM_GROUP.search(line)):
            group = match[1]
        if inside and (match := _POM_ARTIFACT.search(line)):
            yield index, f"{group}:{match[1]}".lower(), True


def _go_mod(code: list[str]) -> Iterator[Listed]:
    for index, line in enumerate(code):
        if "// indirect" not in line and (match := _GO.match(line)):
            yield index, match[1].lower(), True


def _setup(code: list[str]) -> Iterator[Listed]:
    """Strings in the lists of setup.py, lines below the keys of setup.cfg."""
    depth, below = 0, False
    for index, line in enumerate(code):
        text = line
        if match := _KEYWORD_LIST.search(line):
            text = line[match.end() :]
            depth = text.count("[") + text.count("{") - text.count("]") - text.count("}")
            below = "[" not in text and "{" not in text and not text.strip()
            strings = _QUOTED.findall(text)
        elif depth > 0:
            depth += text.count("[") + text.count("{") - text.count("]") - text.count("}")
            strings = _QUOTED.findall(text)
        elif below and line[:1].isspace():
            strings = [line.strip()]
        else:
            below = False
            continue
        for string in strings:
            if found := _requirement(string):
                yield index, *found


class DependencyDocument:
    """A dependency file, together with the code that it may also be."""

    def __init__(
        self,
        text: bytes,
        path: str,
        world: str,
        find: Callable[[list[str]], Iterable[Listed]],
        besides: Document | None = None,
        *,
        extract: Iterable[Callable[[str], Iterator[Said]]] = (),
    ) -> None:
        self.lines = lines_of(text)
        self._path = path
        self._world = world
        self._find = find
        self._besides = besides
        self._extract = tuple(extract)

    @cached_property
    def _code(self) -> list[str]:
        return [line.decode("utf-8", "replace") if len(line) <= LONG_LINE else "" for line in self.lines]

    @cached_property
    def _listed(self) -> list[Listed]:
        return list(self._find(self._code))

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        indexes = set(range(len(self.lines)) if wanted is None else wanted)
        spoken = sorted(index for index in indexes if self._code[index].strip() and self._code[index].strip()[0] != "#")
        if not spoken:
            return []
        facts = [Fact(FactKind.FILE, self._path, "", self._path, spoken[0] + 1)]
        for index, name, versioned in self._listed:
            if index in indexes:
                shape = "pinned-dependencies" if versioned else "dependency-list"
                facts.append(Fact(FactKind.LISTED, name, self._world, self._path, index + 1))
                facts.append(Fact(FactKind.STRUCTURE, shape, "", self._path, index + 1))
        for extract in self._extract:
            for index in spoken:
                facts.extend(Fact(kind, value, "", self._path, index + 1) for kind, value in extract(self._code[index]))
        if self._besides is not None:
            facts.extend(self._besides.facts(wanted))
        return facts


class _LockDocument:
    """A lock file: that it is there. What it lists was chosen by a program."""

    def __init__(self, path: str) -> None:
        self.lines = [b"lock file " + path.rpartition("/")[2].encode("utf-8", "replace")]
        self._path = path

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        if wanted is not None and not wanted:
            return []
        return [
            Fact(FactKind.FILE, self._path, "", self._path, 1),
            Fact(FactKind.STRUCTURE, "pinned-dependencies", "", self._path, 1),
        ]


class DependencyReader:
    """A reader of dependency files by their names, or by what `pattern` finds."""

    limit = LIMIT
    extensions: frozenset[str] = frozenset()

    def __init__(
        self,
        name: str,
        world: str,
        find: Callable[[list[str]], Iterable[Listed]],
        *,
        names: Iterable[str] = (),
        pattern: str = "",
        extract: Iterable[Callable[[str], Iterator[Said]]] = (),
    ) -> None:
        self.name = name
        self.names = frozenset(names)
        self._world = world
        self._find = find
        self._pattern = re.compile(pattern) if pattern else None
        self._extract = tuple(extract)

    def claims(self, path: str) -> bool:
        return self._pattern is not None and self._pattern.search(path.lower()) is not None

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> DependencyDocument:  # noqa: ARG002 - read anew
        besides = next(
            (reader.open(data, path, own) for end, reader in _CODE.items() if path.lower().endswith(end)), None
        )
        return DependencyDocument(plain(data), path, self._world, self._find, besides, extract=self._extract)


class _LockReader:
    name = "lock"
    limit = _LOCK_LIMIT
    names = frozenset(
        {
            "poetry.lock", "uv.lock", "pipfile.lock", "pdm.lock", "conda-lock.yml", "pixi.lock", "renv.lock",
            "package-lock.json",
            "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb", "cargo.lock", "go.sum", "manifest.toml",
            "gradle.lockfile", "gemfile.lock", "composer.lock", "packrat.lock", "pylock.toml", ".terraform.lock.hcl",
        }
    )  # fmt: skip
    extensions: frozenset[str] = frozenset()

    def claims(self, path: str) -> bool:  # noqa: ARG002 - by name only
        return False

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> _LockDocument:  # noqa: ARG002 - its content claims nothing
        return _LockDocument(path)


def _none(code: list[str]) -> Iterator[Listed]:  # noqa: ARG001 - a speaking file without a list
    return iter(())


READERS = (
    DependencyReader(
        "requirements",
        "python",
        _requirements,
        pattern=r"(?:^|/)(?:[\w.-]*requirements?[\w.-]*|constraints|dev-deps)\.(?:txt|in|pip)$|(?:^|/)requirements/[\w.-]+\.(?:txt|in)$",
    ),
    DependencyReader("pyproject", "python", _toml, names=("pyproject.toml",), extract=(own_tables,)),
    DependencyReader("pipfile", "python", _toml, names=("pipfile",)),
    DependencyReader("setup", "python", _setup, names=("setup.py",)),
    DependencyReader("setup-cfg", "python", _setup, names=("setup.cfg",), extract=(tables, aliases)),
    DependencyReader(
        "conda",
        "python",
        _conda,
        pattern=r"(?:^|/)(?:[\w.-]*(?:enviro|conda|dependencies)[\w.-]*|(?:[\w.-]*[-_.])?env|meta)\.ya?ml$",
    ),
    DependencyReader("python-tools", "python", _none, names=("conftest.py", "noxfile.py")),
    DependencyReader("r-description", "r", _r_description, names=("description",)),
    DependencyReader("package-json", "javascript", _package_json, names=("package.json",), extract=(package_tools,)),
    DependencyReader(
        "sbt",
        "scala",
        _jvm,
        names=("build.sbt", "plugins.sbt", "build.sc"),
        pattern=r"\.sbt$|^(?:(?!src/)[^/]+/)*project/[\w.-]+\.scala$",
        extract=(sbt_tools,),
    ),
    DependencyReader(
        "jvm",
        "java",
        _jvm,
        names=("pom.xml", "build.gradle", "build.gradle.kts", "libs.versions.toml"),
        extract=(build_tools,),
    ),
    DependencyReader("cargo", "rust", _toml, names=("cargo.toml",)),
    DependencyReader("go-mod", "go", _go_mod, names=("go.mod",)),
    DependencyReader("julia-project", "julia", _toml, names=("project.toml",)),
    _LockReader(),
)
