"""Whether parts of a study fit each other: the same engine, libraries, code and settings, and runs that agree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.parts import Part
from gradient_horizon.registries import MEASURES
from gradient_horizon.store.keys import MEASURING, TRAINING, Keys
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.columns import RUN_KEY

VERSIONED = tuple(dict.fromkeys((*TRAINING, *MEASURING)))
"""Libraries whose versions decide numbers."""

VARIED = ("experiment", "cell", "remedy", "changes", "length", "hidden_size", "seeds", "pilot_seeds")
"""Settings in which the runs of one experiment may differ; which pilot seeds they have, if any, and not how many."""


def require_fitting(parts: Sequence[Part], *, allow_versions: bool = False) -> None:
    """Raises MergeError where parts do not belong together, naming the part.

    `allow_versions`: different runs may have been made with different versions of libraries, and of the code that
    measures and makes tables.
    """
    names = [part.name for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise MergeError(f"parts must be folders, each given once; got {name} {names.count(name)} times")
    _require_same(parts, [{"engine": str(part.about["engine"])} for part in parts], "")
    if not allow_versions:
        hint = ". With --allow-versions they are joined all the same, and listed in made_of.json"
        _require_same(parts, [made_with(part) for part in parts], hint)
    _require_same_runs(parts)
    _require_same_settings(parts)
    _require_own_seeds(parts)


def made_with(part: Part) -> dict[str, str]:
    """Versions of libraries, and digests of code, that decide numbers of a part."""
    measures = sorted({part.keys[run].measures for run in part.there})
    further = {name for run in part.there for name in part.keys[run].further.split(";")}
    return {
        **{library: ", ".join(part.facts.get(library, ["unknown"])) for library in VERSIONED},
        "measures": ", ".join(measures),
        **{name: ", ".join(sorted(key for key in further if key.startswith(f"{name}-"))) for name in MEASURES},
        "code of tables": part.about["code of tables"],
    }


def _require_same(parts: Sequence[Part], made: Sequence[Mapping[str, str]], hint: str) -> None:
    """Where a part has nothing of a kind, it has no other."""
    for what in made[0]:
        given = [(part, own[what]) for part, own in zip(parts, made, strict=True) if own[what]]
        for part, own in given:
            first, wanted = given[0]
            if own != wanted:
                raise MergeError(f"{part.name} must have {what} {wanted}, as {first.name} has; got {own}{hint}")


def _require_same_runs(parts: Sequence[Part]) -> None:
    seen: dict[str, tuple[Keys, Part]] = {}
    for part in parts:
        for run in part.there:
            keys, first = seen.setdefault(run, (part.keys[run], part))
            if keys != part.keys[run]:
                raise MergeError(
                    f"run {run} of {part.name} must have the digests that it has in {first.name}, {_words(keys)}; "
                    f"got {_words(part.keys[run])}: its code or versions have changed between the two"
                )


def _words(keys: Keys) -> str:
    return " ".join(f"{name} {digest}" for name, digest in asdict(keys).items() if digest)


def _require_same_settings(parts: Sequence[Part]) -> None:
    seen: dict[tuple[str, str], tuple[Any, Part]] = {}
    for part in parts:
        for spec in part.specs.values():
            for where, name, value in _settings(spec):
                wanted, first = seen.setdefault((where, name), (value, part))
                if value != wanted:
                    raise MergeError(
                        f"{where} must have {name} {wanted} in {part.name}, as it has in {first.name}; got {value}"
                    )


def _settings(spec: RunSpec) -> Iterator[tuple[str, str, Any]]:
    """What must have one value in all parts: whose it is, its name, the value."""
    experiment = f"experiment {spec.experiment!r}"
    for field in fields(spec):
        if field.name not in VARIED:
            yield experiment, field.name, getattr(spec, field.name)
    if spec.pilot_seeds:
        yield experiment, "number of pilot seeds", len(spec.pilot_seeds)
    yield f"cell {spec.cell!r} in {experiment}", "hidden_size", spec.hidden_size
    yield f"remedy {spec.remedy!r} in {experiment}", "changes", spec.changes


def _require_own_seeds(parts: Sequence[Part]) -> None:
    seen: dict[tuple[object, ...], tuple[str, Part]] = {}
    for part in parts:
        for run in part.there:
            spec = part.specs[run]
            for seed in (*spec.seeds, *spec.pilot_seeds):
                network = (*(getattr(spec, name) for name in RUN_KEY), seed)
                other, first = seen.setdefault(network, (run, part))
                if other != run:
                    raise MergeError(
                        f"seed {seed} must be trained by one run, got {other} of {first.name} and {run} of {part.name}:"
                        " parts that share seeds must cut them into the same jobs, by first_seed, seeds_per_job and "
                        "pilot_seeds"
                    )
