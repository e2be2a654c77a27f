"""What the model of config.yaml refuses, as sentences: which key, what was given, what is legal."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from gradient_horizon.study.judging import Judged
from gradient_horizon.study.model import LIST, MAPPING, Experiment, Limits, Settings, Study

LONGEST_KEY = 80

_LEGAL = {
    "greater_than": "greater than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "too_short": "of at least {min_length} element(s)",
    "string_pattern_mismatch": "a name of lower-case letters, digits and dashes, such as 'memory-2'",
    "string_too_long": "at most {max_length} characters long",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "finite_number": "a finite number",
    "literal_error": "one of {expected}",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "string_type": "text (in quotes, if YAML reads it as something else)",
}


def explain(error: ValidationError, config: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each value that the model refuses: its key, what is legal, what was given."""
    inside = {problem["loc"][:depth] for problem in error.errors() for depth in range(len(problem["loc"]))}
    for problem in error.errors():
        if problem["type"] == "too_short" and problem["loc"] in inside:
            continue  # pydantic counts the elements that are legal; what is wrong with the others is said there
        location = [_short(str(part)) for part in problem["loc"] if part not in ("[key]", LIST, MAPPING)]
        if location[0] == "experiments" and len(location) > 2 and not _is_given(config, location):
            continue  # spread from the defaults, where the same problem is named
        if location[0] == "judge" and isinstance(config["judge"], Mapping):
            del location[1:2]  # of a list of one, as which a mapping is read
        path = ".".join(location)
        context = problem.get("ctx", {})
        if problem["type"] == "missing":
            yield f"{path}: must be given, got nothing"
        elif problem["type"] == "extra_forbidden":
            yield _unknown_key(path, location)
        elif problem["type"] == "value_error":
            yield f"{path}: {context['error']}, got {problem['input']!r}"
        else:
            legal = _LEGAL.get(problem["type"], problem["msg"]).format(**context)
            yield f"{path}: must be {legal}, got {problem['input']!r}"


def _short(key: str) -> str:
    return (key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}...") if key.strip() else repr(key)


def _is_given(config: Mapping[str, Any], location: list[str]) -> bool:
    given, defaults = config["experiments"][int(location[1])], config.get("defaults")
    spread = {*Settings.model_fields, *(defaults if isinstance(defaults, Mapping) else ())}
    return location[2] in given or location[2] not in spread


def _unknown_key(path: str, location: list[str]) -> str:
    models: dict[str, type[BaseModel]] = {
        "defaults": Settings,
        "experiments": Experiment,
        "judge": Judged,
        "limits": Limits,
    }
    fields = models.get(location[0], Study).model_fields
    legal = sorted(field.alias or name for name, field in fields.items())
    advice = _advice(location, legal)
    return f"{path}: unknown key {location[-1]!r}; legal: {', '.join(legal)}.{advice}"


def _advice(location: list[str], legal: list[str]) -> str:
    """Where a key belongs that is legal elsewhere, else the nearest legal one; empty if none is near."""
    key = location[-1]
    if place := _place_of(key, location):
        return f" {key!r} belongs {place}."
    everywhere = {*legal, *Study.model_fields, *Settings.model_fields, *Experiment.model_fields, *Limits.model_fields}
    meant = near(key, sorted(everywhere))
    found = meant.partition("'")[2].rstrip("'?")
    place = "" if found in legal else _place_of(found, location)
    return f"{meant} It belongs {place}." if place else meant


def _place_of(key: str, location: list[str]) -> str:
    """The places in which a key is legal, other than that of the location; empty if there are none."""
    places = []
    here = location[0] if len(location) > 1 else "top"
    if key in Settings.model_fields and here != "defaults":
        places.append("under `defaults`")
    if key in Experiment.model_fields and here != "experiments":
        places.append("in an experiment")
    if key in Study.model_fields and here != "top":
        places.append("beside `experiments`")
    if key in Limits.model_fields and here != "limits":
        places.append("under `limits`")
    return " or ".join(places)


def near(given: str, legal: Iterable[str]) -> str:
    """The legal name that is nearest to what was given, as a question; empty if none is near."""
    found = get_close_matches(given, legal, n=1, cutoff=0.5)
    return f" Did you mean {found[0]!r}?" if found else ""
