"""Reads config.yaml and its overlays as plain YAML; everything beyond plain YAML is refused by name."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from gradient_horizon.errors import ConfigError

BASE = "config.yaml"
"""The file that others are laid over."""

PLAIN_TAGS = ("str", "int", "float", "bool", "null", "seq", "map", "merge")
LONGEST_VALUE = 1000
LONGEST_NAME = 60
"""Letters of the name of a study, an experiment or a remedy."""

MOST_VALUES = 100_000
DEEPEST = 50


def read_yaml(*files: Path) -> dict[str, Any]:
    """Configuration files merged in order, as Snakemake merges them: mappings are merged, other values replaced.

    Raises ConfigError with the problems of all files.
    """
    if problems := [problem for file in files for problem in file_problems(file)]:
        raise ConfigError(problems, called(files))
    merged: dict[str, Any] = {}
    for file in files:
        _merge(merged, _read(file))
    return merged


def file_problems(file: Path) -> Iterator[str]:
    """A sentence for everything that keeps a file from being a plain mapping of plain values.

    Such as duplicate keys (YAML itself keeps the last), tags such as `!!python/name`, templates, and recursive aliases.
    """
    try:
        node = yaml.compose(_text(file), Loader=yaml.SafeLoader)
        sizes = _Sizes()
        if node is None:
            yield f"{file.name}: must be keys with values, got none{' but comments' if _text(file).strip() else ''}"
        elif not isinstance(node, yaml.MappingNode):
            yield f"{file.name}: must be keys with values, got {_kind(node)}"
        elif sizes.of(node) > MOST_VALUES:
            yield f"{file.name}: must hold at most {MOST_VALUES} values, aliases written out; got {sizes.of(node)}"
        else:
            yield from _problems(node, file.name, ())
    except OSError as error:
        yield f"{file.name}: must be a readable file ({error.strerror})"
    except UnicodeDecodeError as error:
        yield f"{file.name}: must be text in UTF-8 ({error.reason} at byte {error.start})"
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        yield f"{file.name}{where}: must be valid YAML ({' '.join(filter(None, (error.context, error.problem)))})"
    except yaml.YAMLError as error:
        yield f"{file.name}: must be valid YAML ({str(error).splitlines()[0]})"
    except RecursionError:
        yield f"{file.name}: must be nested at most {DEEPEST} levels deep, without an alias inside of what it names"


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def called(files: Iterable[Path]) -> str:
    """How the message about a configuration names it: by its files, without which it is config.yaml."""
    names = list(dict.fromkeys(file.name for file in files)) or ["config.yaml"]
    return f"{names[0]} with {' and '.join(names[1:])} laid over it" if names[1:] else names[0]


def preset_name(files: Iterable[Path]) -> str:
    """The name of a study in the report: those of the overlays of config.yaml, or "default"."""
    overlays = dict.fromkeys(file.stem for file in files if file.name != BASE)
    return " + ".join(overlays).encode(errors="replace").decode() or "default"


def folder_name(files: Iterable[Path]) -> str:
    """The name of a study that states none: those of its files; with a digest, if these are not legal themselves."""
    name = preset_name(files)
    legal = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:50].strip("-") or "unnamed"
    if legal == name.replace(" + ", "-"):
        return legal
    return f"{legal}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def study_name(config: Mapping[str, Any], files: Sequence[Path]) -> Any:
    """What a merged configuration states as the study's name, or the name of its files.

    Where config.yaml has a name and what is laid over it has none, it is both: another study than that of config.yaml.
    """
    if "name" not in config:
        return folder_name(files)
    stated, overlays = config["name"], [file for file in files if file.name != BASE]
    named = [file for file in files if _read(file).get("name") == stated] if overlays else []
    if not named or not isinstance(stated, str) or {*named} & {*overlays}:
        return stated
    return short_name(f"{stated}-{folder_name(overlays)}")


def short_name(name: str) -> str:
    """The same name of a study if it is a legal name, else its beginning with a digest."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 7].rstrip('-.')}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def _read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(_text(file)) or {}


class _Sizes:
    """The number of values of a node with aliases expanded; raises RecursionError for recursive aliases."""

    def __init__(self) -> None:
        self.known: dict[int, int] = {}
        self.open: set[int] = set()

    def of(self, node: yaml.Node) -> int:
        if id(node) in self.known:
            return self.known[id(node)]
        if id(node) in self.open or len(self.open) > DEEPEST:
            raise RecursionError
        self.open.add(id(node))
        inner = (part for pair in node.value for part in pair) if isinstance(node, yaml.MappingNode) else node.value
        self.known[id(node)] = 1 + (0 if isinstance(node, yaml.ScalarNode) else sum(self.of(part) for part in inner))
        self.open.discard(id(node))
        return self.known[id(node)]


def _problems(node: yaml.Node, file: str, path: tuple[str, ...]) -> Iterator[str]:
    where = ".".join(path) or file
    line = node.start_mark.line + 1
    tag = node.tag.removeprefix("tag:yaml.org,2002:")
    if tag not in PLAIN_TAGS:
        yield f"{where}: must be a plain number, text, list or mapping, got a {tag!r} (line {line} of {file})"
    elif isinstance(node, yaml.ScalarNode) and len(node.value) > LONGEST_VALUE:
        yield f"{where}: must be at most {LONGEST_VALUE} characters long, got {len(node.value)} (line {line} of {file})"
    elif isinstance(node, yaml.ScalarNode) and (meant := _meant(node)):
        yield f"{where}: must be {meant}, got {node.value} (line {line} of {file})"
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _problems(value, file, (*path, str(index)))
    elif isinstance(node, yaml.MappingNode):
        yield from _mapping_problems(node, file, path)


def _meant(node: yaml.ScalarNode) -> str | None:
    """What a value without quotes should be written as, that YAML 1.1 reads as something else; None: it does not."""
    text, quoted = node.value, "or in quotes, if it is text"
    if node.style is not None:
        return None
    if re.fullmatch(r"[-+]?0[0-9_]+", text):
        return f"written without zeros in front ({text.replace('_', '').lstrip('+-0') or '0'}), {quoted}"
    if node.tag.endswith((":int", ":float")) and ":" in text:
        return f"one number, since YAML takes {text} as {yaml.safe_load(text):g}, {quoted}"
    if text.lower() in ("yes", "no", "on", "off"):
        return f"true, false or a number, {quoted}"
    return None


def _mapping_problems(node: yaml.MappingNode, file: str, path: tuple[str, ...]) -> Iterator[str]:
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield f"{'.'.join(path) or file}: keys must be names, got {_kind(key)} (line {line} of {file})"
            continue
        where = ".".join((*path, key.value))
        if key.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"):
            yield f"{where}: keys must be names, got {key.value!r} (line {line} of {file}; put it in quotes)"
        elif where == "__use_yte__":
            yield f"{where}: must not be given: templates can run any code (line {line} of {file})"
        elif key.value in lines:
            yield f"{where}: must stand once, got twice (lines {lines[key.value]} and {line} of {file})"
        lines[key.value] = line
        yield from _problems(value, file, (*path, key.value))


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "a single value"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _merge(base: dict[str, Any], overlay: Mapping[str, Any]) -> None:
    for key, value in overlay.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value
