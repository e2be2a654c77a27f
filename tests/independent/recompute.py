"""Recomputes every effect of every claim of a study from its run files, and writes what came out beside its verdict.

    python tests/independent/recompute.py results/default store

It imports nothing of the project: NumPy and the standard library only. What is asked it reads in contract.json.
"""

import argparse
import json
import math
import time
from pathlib import Path

from stored_runs import Runs
from verdicts import answer

DAMAGE = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError)
"""What comes of files that are not what was written there."""

DAMAGED = 3
"""The status then."""

SHARES = ("share", "share difference")
"""Units of numbers whose natural size is 1, to which their differences are relative; of others it is their own size."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="folder of a study's results")
    parser.add_argument("store", type=Path, help="folder of the runs")
    given = parser.parse_args()
    folders = sorted(file.parent for file in (given.results / "claims").glob("*/contract.json"))
    if not folders:
        parser.error(f"{given.results} must have folders of claims, claims/ID/contract.json; got none")
    if not given.store.is_dir():
        parser.error(f"{given.store} must be the folder of the runs; got none")
    for folder in folders:
        started = time.monotonic()
        try:
            found = recompute(folder, given.store, checks_of(given.results))
        except DAMAGE as error:
            said = " ".join(f"{type(error).__name__}: {error}".split())
            parser.exit(
                DAMAGED,
                f"{folder} must hold contract.json, verdict.json and runs.csv as the study wrote them, and "
                f"{given.store} their runs, got {said}; `make check` names damaged files\n",
            )
        content = {**found, "seconds": round(time.monotonic() - started, 1)}
        (folder / "independent.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        print(f"{folder.name}: {found['verdict']}, {len(found['tests'])} tests", flush=True)


def checks_of(results):
    """The folder of what needs no runs, which parts of a study have in common."""
    own = results / "checks"
    return own if own.is_dir() else results.parent.parent / "checks"


def recompute(folder, store, checks):
    """The verdict on a claim, and all its tests with how far they are from what its folder says.

    A claim that the study has no runs of is not judged there, and not here.
    """
    contract, said = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("contract", "verdict")
    )
    runs = Runs(folder / "runs.csv", store)
    if said["verdict"] is None and not runs:
        return {"claim": contract["claim"], "verdict": None, "tests": []}
    answers, verdict = answer(contract, runs, checks)
    by_name = {(each.question["test"], each.kind, each.setting): each for each in answers}
    return {
        "claim": contract["claim"],
        "verdict": None if any(each.not_recomputed for each in answers) else verdict,
        "tests": [_compared(row, by_name.get((row["test"], row["kind"], row["setting"]))) for row in said["tests"]],
    }


def _compared(row, found):
    own = {name: row[name] for name in ("test", "kind", "setting", "silence")}
    if found is None or found.not_recomputed:
        reason = found.not_recomputed if found else "it is over settings of which some were not recomputed"
        return {**own, "not_recomputed": reason}
    given = [_number(row[name]) for name in ("effect", "effect_low", "effect_high")]
    is_share = found.question["unit"] in SHARES
    differences = [_difference(*pair, is_share) for pair in zip(given, found.found.effect, strict=True)]
    return {
        **own,
        "not_recomputed": "",
        "recomputed_silence": found.silence,
        "recomputed": [_plain(value) for value in found.found.effect],
        "n": found.found.n,
        "difference": _plain(max(differences) if found.found.n == row["n"] else math.inf),
        "got": f"{found.found.effect} with n = {found.found.n} in place of {given} with n = {row['n']}",
    }


def _number(value):
    """A number of verdict.json: null where there is none, a word where it is infinite."""
    return math.nan if value is None else float(value)


def _plain(value):
    if math.isnan(value):
        return None
    return str(value) if math.isinf(value) else value


def _difference(given, found, is_share):
    """How far apart two numbers are, relative to the larger, or to 1 for shares; infinite where only one exists."""
    if given == found or (math.isnan(given) and math.isnan(found)):
        return 0.0
    if not (math.isfinite(given) and math.isfinite(found)):
        return math.inf
    return abs(given - found) / max(abs(given), abs(found), 1.0 if is_share else 0.0)


if __name__ == "__main__":
    main()
