"""Which file and line of a configuration says what, so that a problem can name the place."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gradient_horizon.study.files import read_yaml

Key = tuple[str, ...]


class Origin(NamedTuple):
    """The line of a file that gives the value of a key."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class Origins:
    """Where the values of a configuration come from: of those that files give alike, from the last one.

    `files` are plain YAML (see `files.file_problems`); `config` is what came of them, and of the command line, whose
    values come from no file.
    """

    def __init__(self, files: Sequence[Path], config: Mapping[str, Any]):
        self.found: dict[Key, Origin] = {}
        for file in files:
            node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
            if isinstance(node, yaml.MappingNode):
                self._note(node, file.name, ())
        merged = read_yaml(*files)
        for key in [key for key in self.found if _at(merged, key) != _at(config, key)]:
            del self.found[key]

    def told(self, problem: str) -> str:
        """A problem, which begins with its key and a colon, with the place of the key or of what stands around it."""
        path = re.match(r"[^:\s]+(?=:)", problem)
        key = tuple(path[0].split(".")) if path else ()
        while key:
            if origin := self.found.get(key) or self.found.get(_in_defaults(key)):
                return f"{problem} ({origin})"
            key = key[:-1]
        return problem

    def _note(self, node: yaml.Node, file: str, key: Key) -> None:
        if key:
            self.found[key] = Origin(file, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                self._note_value(name, value, file, key)
        elif isinstance(node, yaml.SequenceNode):
            for old in [old for old in self.found if old[: len(key)] == key and old != key]:
                del self.found[old]
            for index, value in enumerate(node.value):
                self._note(value, file, (*key, str(index)))

    def _note_value(self, name: yaml.Node, value: yaml.Node, file: str, key: Key) -> None:
        if name.tag == "tag:yaml.org,2002:merge":
            for each in value.value if isinstance(value, yaml.SequenceNode) else (value,):
                self._note(each, file, key)
            return
        inner = (*key, str(name.value))
        self._note(value, file, inner)
        self.found[inner] = Origin(file, name.start_mark.line + 1)


def _in_defaults(key: Key) -> Key:
    """The same key of the defaults, which an experiment has where it does not say it itself."""
    return ("defaults", *key[2:]) if key[0] == "experiments" and len(key) > 2 else key


def _at(config: Any, key: Key) -> Any:
    for part in key:
        if isinstance(config, Mapping):
            config = config.get(part)
        elif isinstance(config, Sequence) and not isinstance(config, str) and part.isdigit():
            config = config[int(part)] if int(part) < len(config) else None
        else:
            return None
    return config
