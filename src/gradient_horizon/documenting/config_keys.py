"""The page on the keys of config.yaml, from its JSON schema."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradient_horizon import registries
from gradient_horizon.documenting.markdown import code, listed, page, plain, table
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.model import MOST, Settings, json_schema

Schema = Mapping[str, Any]

INTRODUCTION = """\
Every key that `config.yaml` may have, from the schema with which it is checked
(`workflow/schemas/config.schema.json`, which editors complete by). A key that is not here, or a value out of its
range, is refused before anything starts: the [messages](messages.md) say how. Files laid over `config.yaml` may hold
any part of it: mappings are merged, all else is replaced."""

LINKS = {
    frozenset(registries.CELLS): "[cell](cells.md)",
    frozenset(registries.TASKS): "[task](tasks.md)",
    frozenset(registries.CHANGES): "[change](changes.md)",
}
RANGES = {
    "minimum": "at least {}",
    "ge": "at least {}",
    "exclusiveMinimum": "above {}",
    "gt": "above {}",
    "maximum": "at most {}",
    "le": "at most {}",
    "exclusiveMaximum": "below {}",
    "lt": "below {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "minProperties": "at least {} of them",
}
ONE = {
    "minLength": "not empty",
    "maxLength": "one character",
    "minItems": "at least one",
    "maxItems": "at most one",
    "minProperties": "at least one",
}
"""How a limit of 1 is said."""

NO_PATHS: Mapping[str, str] = MappingProxyType({})
TYPES = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false", "null": "nothing"}


def config_page(config: Path) -> str:
    """The page; `config` is the shipped config.yaml, of which it shows the defaults."""
    schema = json_schema()
    shipped = read_yaml(config)["defaults"]
    parts = [INTRODUCTION, "## The file", plain(schema["description"]), _keys(schema, schema, {})]
    for path, name in _used(schema):
        of = schema["$defs"][name]
        own = {key: value for key, value in of["properties"].items() if not _is_default(name, key)}
        given = shipped if name == Settings.__name__ else {}
        parts += [f"## `{path}`", plain(of.get("description", "")), _keys({**of, "properties": own}, schema, given)]
        if len(own) < len(of["properties"]):
            parts.append("Every key of [`defaults`](#defaults) may stand here too, and then holds for this experiment.")
        if of.get("additionalProperties") is True:
            parts.append("Further keys are the parameters of what is named.")
    return page("Keys of config.yaml", *parts)


def _is_default(name: str, key: str) -> bool:
    return name == "Experiment" and key in Settings.model_fields


def _used(schema: Schema) -> list[tuple[str, str]]:
    """The models that the file is made of, each with the key under which it is first used, in the order of the file."""
    found: dict[str, str] = {}
    waiting = [(f"{key}", value) for key, value in schema["properties"].items()]
    while waiting:
        path, part = waiting.pop(0)
        for where, name in _references(path, part):
            if name not in found:
                found[name] = where
                inner = schema["$defs"][name].get("properties", {})
                waiting += [(f"{where}.{key}", value) for key, value in inner.items() if not _is_default(name, key)]
    order = list(schema["properties"])
    return sorted(((path, name) for name, path in found.items()), key=lambda each: order.index(each[0].split(".")[0]))


def _references(path: str, part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        if "$ref" in part:
            yield path, part["$ref"].rpartition("/")[2]
        for key, inner in part.items():
            yield from _references(
                f"{path}.NAME" if key in ("additionalProperties", "patternProperties") else path, inner
            )
    elif isinstance(part, list):
        for inner in part:
            yield from _references(path, inner)


def _keys(of: Schema, schema: Schema, shipped: Mapping[str, Any]) -> str:
    required = of.get("required", [])
    paths = {name: path for path, name in _used(schema)}
    head = ["key", "type and range", "if it is not given", "meaning"]
    rows = [
        [
            code(key),
            said(value, schema, paths),
            "must be given" if key in required else code(written(value.get("default"))),
            plain(value.get("description") or _of_what_it_names(key, value, schema)),
        ]
        for key, value in of["properties"].items()
    ]
    if shipped:
        head[2] = "in config.yaml"
        for row, key in zip(rows, of["properties"], strict=True):
            row[2] = code(written(shipped[key])) if key in shipped else row[2]
    return table(head, rows)


def _of_what_it_names(path: str, part: Schema, schema: Schema) -> str:
    """The description of the first model that a value is made of."""
    named = next((name for _, name in _references(path, part)), None)
    return str(schema["$defs"][named].get("description", "")) if named else ""


def said(part: Schema, schema: Schema, paths: Mapping[str, str] = NO_PATHS) -> str:
    """The type and range of a value in words; `paths` are the headings of the models that have one on the page."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        if name not in paths:
            return f"a mapping of {listed(schema['$defs'][name]['properties'])}"
        return f"keys of [`{paths[name]}`](#{anchor(paths[name])})"
    for key in ("anyOf", "oneOf"):
        if key in part:
            choices = list(dict.fromkeys(said(each, schema, paths) for each in part[key]))
            return " or ".join(choices)
    if "enum" in part:
        linked = next((link for names, link in LINKS.items() if names == frozenset(part["enum"])), None)
        return f"the name of a {linked}" if linked else " or ".join(code(each) for each in part["enum"])
    if "const" in part:
        return code(part["const"])
    if part.get("type") == "array":
        items = part.get("items", {})
        inner = (
            said(items, schema, paths)
            if items
            else ", ".join(said(each, schema, paths) for each in part.get("prefixItems", ()))
        )
        return f"list: {inner}{_range(part)}"
    if part.get("type") == "object":
        values = part.get("additionalProperties") or next(iter(part.get("patternProperties", {}).values()), True)
        value = said(values, schema, paths) if isinstance(values, Mapping) else "any value"
        return f"mapping from names to {value}{_range(part)}"
    if set(part) <= {"pattern", "type"} and "pattern" in part:
        return "`module:Class` of your own" if ":" in part["pattern"] else f"text like {code(part['pattern'])}"
    return TYPES.get(str(part.get("type")), "any value") + _range(part)


def anchor(path: str) -> str:
    """The address of a heading that is this path, within its page."""
    return "".join(c for c in path.lower() if c.isalnum() or c in "_-")


def _range(part: Schema) -> str:
    found = [
        ONE[key] if part[key] == 1 and key in ONE else words.format(f"{part[key]:,}")
        for key, words in RANGES.items()
        if key in part and part[key] != MOST
    ]
    return f", {', '.join(dict.fromkeys(found))}" if found else ""


def written(value: Any) -> str:
    """A value as YAML has it."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    return str(value)
