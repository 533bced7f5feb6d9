"""Holds requests and bodies against GitHub's own description of its interface."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4


@cache
def description() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "openapi.json").read_text("utf-8"))


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resource("description:", Resource(contents=description(), specification=DRAFT4))


@cache
def template_of(path: str) -> str | None:
    """The described path that `path` is an instance of; whole paths come before those with parts to fill in."""
    for template in sorted(description()["paths"], key=lambda t: t.count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            return str(template)
    return None


@cache
def _validator(template: str) -> OAS30Validator:
    pointer = "#/paths/" + template.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    pointer += "/get/responses/200/content/application~1json/schema"
    return OAS30Validator({"$ref": f"description:{pointer}"}, registry=_registry())


def problems_of_request(path: str, query: dict[str, str]) -> list[str]:
    template = template_of(path)
    if template is None:
        return [f"no such path: {path}"]
    known = {}
    for entry in description()["paths"][template]["get"]["parameters"]:
        name = entry.get("$ref", "").rpartition("/")[2]
        parameter = description()["components"]["parameters"][name] if name else entry
        known[parameter["name"]] = parameter["schema"]
    found = [f"{path}: unknown parameter {name}" for name in query if name not in known]
    for name, value in query.items():
        allowed = known.get(name, {}).get("enum")
        if allowed and value not in allowed:
            found.append(f"{path}: {name}={value} is not one of {allowed}")
    return found


def problems_of_body(path: str, body: Any) -> list[str]:
    template = template_of(path)
    assert template is not None
    errors = _validator(template).iter_errors(body)
    return [f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]
