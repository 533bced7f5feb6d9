"""Which package an import belongs to, by language; nothing for what comes with the language itself."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from data.distributions import distribution_of, normal

if TYPE_CHECKING:
    from collections.abc import Callable

_R = """base compiler datasets graphics grDevices grid methods parallel splines stats stats4 tcltk tools utils"""
_JULIA = """Base Core Dates DelimitedFiles Distributed Downloads InteractiveUtils LibGit2 Libdl LinearAlgebra
Logging Markdown Mmap Pkg Printf Profile REPL Random SHA Serialization SharedArrays Sockets SparseArrays Statistics
SuiteSparse TOML Test UUIDs Unicode"""
_NODE = """assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns
domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl
stream string_decoder timers tls trace_events tty url util v8 vm wasi worker_threads zlib"""
_RUST = """std core alloc crate self super proc_macro"""
_JVM = """java javax jdk kotlin scala"""
_STANDARD: dict[str, frozenset[str]] = {
    "python": sys.stdlib_module_names,
    **{
        language: frozenset(names.split())
        for names, languages in (
            (_R, ("r",)),
            (_JULIA, ("julia",)),
            (_NODE, ("javascript", "typescript")),
            (_RUST, ("rust",)),
            (_JVM, ("java", "scala", "kotlin")),
        )
        for language in languages
    },
}
_MODULE_PARTS = 3  # org.apache.spark, github.com/owner/name


def package_of(language: str, value: str) -> str:
    """Return the package that an import names, as it is called in its world; empty for a standard library."""
    package = _PACKAGE.get(language, _first_part)(value)
    return "" if re.split(r"[./:]", package, maxsplit=1)[0] in _STANDARD.get(language, ()) else package


def brought_by(language: str, package: str) -> str:
    """Return the distribution that a Python package comes from when it is called otherwise, as far as is known."""
    found = distribution_of(package) if language == "python" else ""
    return found if found != normal(package) else ""


def _first_part(value: str) -> str:
    return re.split(r"[./:]", value, maxsplit=1)[0]


def _node_package(value: str) -> str:
    if value.startswith(("node:", ".")):
        return ""
    parts = value.split("/")
    return "/".join(parts[:2]) if value.startswith("@") else parts[0]


def _jvm_package(value: str) -> str:
    lower = [part for part in value.split(".") if part[:1].islower() or part[:1] == "_"]
    return ".".join(lower[:_MODULE_PARTS])


def _go_package(value: str) -> str:
    parts = value.split("/")
    return "/".join(parts[:_MODULE_PARTS]) if "." in parts[0] else ""  # the standard library has no host


def _cpp_package(value: str) -> str:
    top, separator, _ = value.partition("/")
    return top if separator or "." in value else ""  # <vector> and its like have neither


_PACKAGE: dict[str, Callable[[str], str]] = {
    "r": str,  # data.table is one name
    "javascript": _node_package,
    "typescript": _node_package,
    "java": _jvm_package,
    "scala": _jvm_package,
    "kotlin": _jvm_package,
    "go": _go_package,
    "c": _cpp_package,
    "cpp": _cpp_package,
}
