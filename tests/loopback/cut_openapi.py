"""Cuts GitHub's published descriptions of its interfaces down to what the collector uses.

    python -m tests.loopback.cut_openapi api.github.com.json schema.graphql

The first file is part of the package @octokit/openapi, the second of @octokit/graphql-schema; ORIGIN.md beside this
file says which versions were cut. Run it again after a query or a path was added.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from graphql import TypeInfo, TypeInfoVisitor, Visitor, build_schema, get_named_type, parse, print_ast, visit
from graphql.language import ast

from collectors.github import queries

HERE = Path(__file__).parent
PATHS = (
    "/user",
    "/user/{account_id}",
    "/user/emails",
    "/user/repos",
    "/users/{username}",
    "/users/{username}/repos",
    "/repos/{owner}/{repo}",
    "/search/commits",
    "/search/issues",
    "/search/repositories",
)
DROPPED = frozenset({"description", "example", "examples", "externalDocs", "discriminator", "summary", "x-github"})


def cut_openapi(whole: dict[str, Any]) -> dict[str, Any]:
    """The GET of each path with its parameters and its 200, and every component these lead to."""
    paths = {}
    for path in PATHS:
        get = whole["paths"][path]["get"]
        kept = {"parameters": get.get("parameters", []), "responses": {"200": _bare(get["responses"]["200"])}}
        paths[path] = {"get": _bare(kept)}
    components: dict[str, dict[str, Any]] = {}
    todo = list(_references(paths))
    while todo:
        reference = todo.pop()
        _, _, kind, name = reference.split("/")
        if name in components.setdefault(kind, {}):
            continue
        components[kind][name] = _bare(whole["components"][kind][name])
        todo += _references(components[kind][name])
    ordered = {kind: dict(sorted(entries.items())) for kind, entries in sorted(components.items())}
    return {"openapi": whole["openapi"], "paths": paths, "components": ordered}


def _bare(value: Any, *, names: bool = False) -> Any:
    """Without prose; the keys of `properties` are names and all stay."""
    if isinstance(value, dict):
        kept = {key: entry for key, entry in value.items() if names or key not in DROPPED}
        return {
            key: _bare(entry, names=key == "properties" and not names)
            for key, entry in kept.items()
            if key != "headers"
        }
    return [_bare(entry) for entry in value] if isinstance(value, list) else value


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for entry in value.values() for found in _references(entry)]
    return [found for entry in value for found in _references(entry)] if isinstance(value, list) else []


class _Met(Visitor):
    """Names of the types that a query meets."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.names: set[str] = {"Query"}

    def enter(self, *_: Any) -> None:
        for found in (self.info.get_type(), self.info.get_parent_type(), self.info.get_input_type()):
            if found is not None:
                self.names.add(get_named_type(found).name)


def cut_schema(text: str) -> str:
    """The types that our queries meet, with all their fields and arguments that stay among these types."""
    schema = build_schema(text, assume_valid=True, assume_valid_sdl=True)
    info = TypeInfo(schema)
    met = _Met(info)
    for query in queries.EVERY.values():
        visit(parse(query), TypeInfoVisitor(info, met))
    definitions = {node.name.value: node for node in parse(text).definitions if hasattr(node, "name")}
    kept = met.names | {"Int", "String", "Boolean", "ID", "Float"}
    cut = [_cut_definition(definitions[name], kept) for name in sorted(met.names) if name in definitions]
    return "\n\n".join(print_ast(node) for node in cut) + "\n"


def _cut_definition(node: Any, kept: set[str]) -> Any:
    plain: dict[str, Any] = {"description": None, "directives": ()}
    if isinstance(node, ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode):
        fields = tuple(_cut_field(field, kept) for field in node.fields or () if _named(field.type) in kept)
        interfaces = tuple(entry for entry in node.interfaces or () if entry.name.value in kept)
        return type(node)(name=node.name, fields=fields, interfaces=interfaces, **plain)
    if isinstance(node, ast.UnionTypeDefinitionNode):
        return type(node)(name=node.name, types=tuple(t for t in node.types if t.name.value in kept), **plain)
    if isinstance(node, ast.EnumTypeDefinitionNode):
        values = tuple(ast.EnumValueDefinitionNode(name=value.name, **plain) for value in node.values)
        return type(node)(name=node.name, values=values, **plain)
    if isinstance(node, ast.InputObjectTypeDefinitionNode):
        return type(node)(name=node.name, fields=tuple(_cut_input(field) for field in node.fields or ()), **plain)
    return type(node)(name=node.name, **plain)


def _cut_field(field: Any, kept: set[str]) -> Any:
    arguments = tuple(_cut_input(argument) for argument in field.arguments or () if _named(argument.type) in kept)
    return ast.FieldDefinitionNode(
        name=field.name, arguments=arguments, type=field.type, directives=(), description=None
    )


def _cut_input(node: Any) -> Any:
    return ast.InputValueDefinitionNode(
        name=node.name, type=node.type, default_value=node.default_value, directives=(), description=None
    )


def _named(node: Any) -> str:
    while not isinstance(node, ast.NamedTypeNode):
        node = node.type
    return str(node.name.value)


def main() -> None:
    openapi, schema = map(Path, sys.argv[1:3])
    cut = cut_openapi(json.loads(openapi.read_text("utf-8")))
    (HERE / "openapi.json").write_text(json.dumps(cut, separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
    (HERE / "schema.graphql").write_text(cut_schema(schema.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
