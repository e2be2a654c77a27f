"""The store of runs: what is there, what a study uses, and the removal of what no study does."""

import sys
from collections.abc import Sequence

from gradient_horizon.folders import require_folders
from gradient_horizon.pipeline.command_line import refuse
from gradient_horizon.pipeline.places import RESULTS, STORE
from gradient_horizon.pipeline.stored_runs import SHORT, megabytes, rows, state_of, table
from gradient_horizon.pipeline.usage import Uses, runs_of_study, uses_of_studies
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.store import Store
from gradient_horizon.store.unused import Unused, remove_unused, unused


def look_after_store(*, action: str, study: str | None, dry_run: bool, yes: bool) -> None:
    """Prints what is in the store ("list") or what a study uses of it ("used"), or removes what none does ("remove").

    Removing asks first, or is told `yes`; in a `dry_run` nothing is removed. Exits with 2 for a study that there is
    not, and where nobody can be asked. Raises StoreError.
    """
    require_folders(STORE)
    if not STORE.exists():
        print(f"there is no store yet: {STORE} is made by the first study that is run here")
        return
    store, uses = Store(STORE), uses_of_studies(RESULTS)
    if (study is None) == (action == "used"):
        refuse(f"a study must be given with `store used`, and with no other, got {study!r} with `store {action}`")
    if study is not None:
        _print_used(store, uses, study)
    elif action == "list":
        _print_list(store, uses)
    else:
        _remove(store, uses, dry_run=dry_run, yes=yes)


def _print_list(store: Store, uses: Uses) -> None:
    found = list(rows(store, uses))
    lines = table([row.words for row in found])
    lines += [_sum(f"in {study}", [row.size for row in found if study in row.studies]) for study in uses]
    lines.append(_sum("in no study", [row.size for row in found if not row.studies]))
    lines.append(_sum("in all", [row.size for row in found]))
    print("\n".join(lines))


def _sum(what: str, sizes: Sequence[int]) -> str:
    return f"{_count(len(sizes), 'run')} {what}, {megabytes(sum(sizes))}"


def _print_used(store: Store, uses: Uses, study: str) -> None:
    if study not in uses:
        refuse(f"the study must be one with results, got {study!r}; legal: {', '.join(uses) or 'none yet'}")
    used = runs_of_study(RESULTS, study)
    stored = [store.run(use.keys) for use in used]
    states = [state_of([run]) if run.folder.is_dir() else "lacking" for run in stored]
    lines = [(use.run, use.keys.networks[:SHORT], state) for use, state in zip(used, states, strict=True)]
    print("\n".join([*table(lines), f"{_count(len(used), 'run')}, {states.count('measured')} of them measured"]))


def _remove(store: Store, uses: Uses, *, dry_run: bool, yes: bool) -> None:
    items = list(unused(store, _keys(uses)))
    if not items:
        print("nothing to remove: studies use all that is in the store")
        return
    what = _told(items)
    if dry_run:
        print("\n".join(table([(str(item.path), item.why, megabytes(item.size)) for item in items])))
        print(f"{what} would be removed; nothing was")
        return
    if not (yes or _agrees(f"Remove {what}? [y/N] ")):
        print("nothing was removed")
        return
    # Again, since a study may have begun while the question was open.
    still = {item.path for item in unused(store, _keys(uses_of_studies(RESULTS)))}
    gone = []
    for item in items:
        if item.path not in still:
            print(f"{item.path} is left: a study uses it now, or it is gone")
        elif remove_unused(item):
            gone.append(item)
        else:
            print(f"{item.path} is left: a process works on this run")
    print(f"{_told(gone)} removed")


def _keys(uses: Uses) -> list[Keys]:
    return [use.keys for used in uses.values() for use in used]


def _agrees(question: str) -> bool:
    if not sys.stdin.isatty():
        refuse("removing must be agreed to on a terminal, or with --yes, got neither. Nothing was removed.")
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _told(items: Sequence[Unused]) -> str:
    runs = sum(item.is_run for item in items)
    files = len(items) - runs
    parts = [_count(number, word) for number, word in ((runs, "run"), (files, "file")) if number]
    return f"{' and '.join(parts) or 'nothing'}, {megabytes(sum(item.size for item in items))}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
