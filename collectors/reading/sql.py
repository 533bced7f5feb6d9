"""SQL files: statements and features, one fact each time; dbt's Jinja and the marks of a dialect besides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading.code import SQL, Code, CodeReader, Found, each
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# each alternative names its feature; what runs over several lines is told by its beginning
_FEATURES = re.compile(
    r"\b(?:(?P<join>join)\b|(?P<window>over\s*+(?:\(|[a-z_]\w*+\s*+(?:,|$|as\b|from\b)))|(?P<group_by>group\s++by)\b"
    r"|(?P<select>select)\b"
    r"|(?P<cte>with\s++(?:recursive\s++)?(?:\w{1,80}+|\"[^\"]{1,80}\")(?:\s*+\([^)]{0,400}\))?\s++as\s*+(?:not\s++)?(?:materialized\s*+)?(?:\(|$))"
    r"|(?P<insert>insert\s++(?:or\s++\w{1,10}+\s++)?(?:into|overwrite))\b"
    r"|(?P<create_table>create\s++(?:or\s++replace\s++)?(?:global\s++|local\s++)?(?:temp(?:orary)?\s++|external\s++|unlogged\s++|transient\s++|foreign\s++)?table)\b"
    r"|(?P<create_view>create\s++(?:or\s++replace\s++)?(?:materialized\s++)?view)\b"
    r"|(?P<create_index>create\s++(?:unique\s++)?(?:clustered\s++|nonclustered\s++)?index)\b"
    r"|(?P<create_function>create\s++(?:or\s++replace\s++)?(?:function|procedure|trigger))\b"
    r"|(?P<update>update\s++[\w.\"`\[\]]{1,120}+\s*+(?:set\b|$))|(?P<delete>delete\s++from)\b|(?P<merge>merge\s++into)\b"
    r"|(?P<copy>copy\s++(?:into\s++)?(?=[\w.\"(@]))|(?P<alter_table>alter\s++table)\b"
    r"|(?P<drop>drop\s++(?:table|view|index|schema|database))\b|(?P<truncate>truncate\s++(?:table\s++)?[\w.\"`\[\]]{1,120}+)|(?P<union>union)\b"
    r"|(?P<pivot>(?:un)?pivot)\s*+\(|(?P<rollup>rollup|cube|grouping\s++sets)\s*+\(|(?P<lateral>lateral)\b|(?P<qualify>qualify)\b"
    r"|(?P<json>jsonb?_\w{1,40}|json_(?:value|query|table|extract)|parse_json|openjson)\s*+\()"
    r"|\{\{-?\s*+(?P<jinja_ref>ref)\s*+\(|\{\{-?\s*+(?P<jinja_source>source)\s*+\(|\{\{-?\s*+(?P<jinja_config>config)\s*+\("
    r"|\{%-?\s*+(?P<jinja_macro>macro|snapshot|test|materialization)\b",
    re.IGNORECASE,
)
_DIALECT = re.compile(  # what only one database says
    r"\A\s*+\\(?P<of_postgresql>copy|echo|set|gset|pset|i|ir|c|connect|timing|o)\b"
    r"|\b(?P<of_plpgsql>tablespace\s++pg_default|owner\s++to\s++\"?postgres\b|language\s++'?plpgsql|bigserial\b)"
    r"|\b(?P<of_mysql>engine\s*+=\s*+(?:innodb|myisam)|auto_increment)\b|\b(?P<of_sqlite>autoincrement)\b",
    re.IGNORECASE,
)
_OF = {
    "of_postgresql": "of-postgresql",
    "of_plpgsql": "of-postgresql",
    "of_mysql": "of-mysql",
    "of_sqlite": "of-sqlite",
}
_TEXT = re.compile(r"'[^']*+'?")
_NAME = r"(?:[\w$`\"\[\]{}-]{1,80}+\.){0,3}[`\"\[]?([a-z_]\w{2,60}+)"
_TABLE = re.compile(  # the last part of a table's name, or of what dbt refers to
    r"\b(?:from|join|insert\s++into|table(?:\s++if\s++(?:not\s++)?exists)?|view)\s++"
    + _NAME
    + r"|\b(?:ref|source)\s*+\(\s*+(?:['\"][\w.-]{1,60}+['\"]\s*+,\s*+)?['\"]([a-z_]\w{2,60}+)['\"]",
    re.IGNORECASE,
)
_NEXT_TABLE = re.compile(r"\s*+" + _NAME, re.IGNORECASE)  # where `from` or `join` ends the line before
_NO_TABLE = frozenset({"select", "unnest", "the", "values", "lateral", "only", "information_schema", "if", "exists"})
_OF_ANYTHING = frozenset(
    {"ratings", "reviews", "comments", "messages", "texts", "news", "articles", "images", "videos", "posts"}
)


def _find(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    for index, line in each(code, wanted):
        bare = line if "{{" in line or "{%" in line else _TEXT.sub("''", line)
        for match in _FEATURES.finditer(bare):
            yield index, FactKind.SQL, (match.lastgroup or "").replace("_", "-")
        for name in _tables(line, code[index - 1] if index else ""):
            vague = name.rpartition("_")[2] in _OF_ANYTHING and not name.startswith(("order", "product"))
            if name not in _NO_TABLE and not vague:
                yield index, FactKind.DATA, f"{name}.table"
        if (dialect := _DIALECT.search(line)) is not None:
            yield index, FactKind.SQL, _OF[dialect.lastgroup or ""]


def _tables(line: str, before: str) -> Iterator[str]:
    if before.rstrip()[-4:].lower() in ("from", "join") and (match := _NEXT_TABLE.match(line)):
        yield match[1].lower()
    for match in _TABLE.finditer(line):
        yield (match[1] or match[2]).lower()


READERS = (CodeReader("sql", (".sql", ".psql", ".pgsql", ".hql", ".ddl", ".dml"), SQL, _find),)
