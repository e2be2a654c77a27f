"""How far a verdict reaches: what was not asked, what said nothing, what stayed open, and why."""

import math
from collections.abc import Iterator, Sequence

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.coverage import arms_read
from gradient_horizon.claims.extract import of_arms
from gradient_horizon.claims.family import TestRow
from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.outcome import Outcome
from gradient_horizon.claims.texts import Texts
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.censored import Side
from gradient_horizon.study.model import Study
from gradient_horizon.tables.catalogue import Tables

LIMITS = {Side.LEFT.value, Side.RIGHT.value}


def limits(
    claim: Claim, rows: Sequence[TestRow], study: Study, tables: Tables, texts: Texts, words: Words
) -> list[str]:
    """Sentences on the limits of a verdict, from its tests; `words` are those of `report/LANGUAGE/folders.json`."""
    said = words["limits"]
    asked = [row for row in rows if row["kind"] != "pooled"]
    return [
        *_scope(asked, study, texts, said),
        *_single_setting(asked, said),
        *_unanswered(asked, texts, said),
        *_open(asked, texts, said),
        *_at_edge(claim, study, tables, texts, said),
        *([str(said["shared"])] if len(asked) > 1 else []),
    ]


def _scope(rows: Sequence[TestRow], study: Study, texts: Texts, words: Words) -> Iterator[str]:
    names = dict.fromkeys(row["setting"] for row in rows if row["kind"] == "main" and row["n"])
    experiments = [each for each in study.experiments if each.name in names]
    if experiments:
        number = texts.numbers.integer
        yield words["scope"].format(
            settings="; ".join(texts.setting(each.name) for each in experiments),
            widths=", ".join(map(number, sorted({each.hidden_size for each in experiments}))),
            longest=number(max(max(each.all_lengths) for each in experiments)),
            updates=number(max(each.updates for each in experiments)),
            seeds=number(min(each.seeds for each in experiments)),
        )


def _single_setting(rows: Sequence[TestRow], words: Words) -> Iterator[str]:
    informative = [row for row in rows if row["kind"] == "main" and not row["silence"]]
    if informative and len({row["setting"] for row in informative}) == 1 and informative[0]["setting"]:
        yield str(words["one_setting"])


def _unanswered(rows: Sequence[TestRow], texts: Texts, words: Words) -> Iterator[str]:
    lacking = [row for row in rows if row["silence"] == Silence.NO_RUNS]
    if lacking:
        yield words["no_runs"].format(
            count=texts.numbers.integer(len(lacking)),
            tests=texts.numbers.integer(len(rows)),
            names=", ".join(_name(row) for row in lacking),
        )
    for row in rows:
        if row["silence"] and row["silence"] != Silence.NO_RUNS:
            reason = texts.silence(row["silence"])
            yield words["silent"].format(test=_name(row), reason=reason)


def _open(rows: Sequence[TestRow], texts: Texts, words: Words) -> Iterator[str]:
    told = [row for row in rows if not row["silence"]]
    for row in told:
        if row["outcome"] == Outcome.UNCLEAR:
            needed = row["networks_needed"]
            key = "open" if math.isnan(needed) else "open_for_want_of_seeds"
            yield words[key].format(
                test=_name(row),
                question=texts.question(texts.claims.test(row["claim"], row["test"])),
                n=texts.numbers.integer(int(row["n"])),
                needed="" if math.isnan(needed) else texts.numbers.integer(int(needed)),
            )
    at_limit = [_name(row) for row in told if row["outcome"] != Outcome.UNCLEAR and row["effect_censored"] in LIMITS]
    if at_limit:
        yield words["limit_only"].format(names=", ".join(at_limit))


def _at_edge(claim: Claim, study: Study, tables: Tables, texts: Texts, words: Words) -> Iterator[str]:
    """How many seeds are judged at an end of the learning rates, where more than two were tried."""
    arms = {arm for test in claim.tests for arm in arms_read(test)}
    several = {each.name for each in study.experiments if each.updates and len(set(each.learning_rates)) > 2}
    runs = tables["runs"]
    read = runs[of_arms(runs, {arm for arm in arms if arm[0] in several})]
    at_edge, judged = int(read["chosen_at_edge"].sum()), int(read["judged_seeds"].sum())
    if at_edge:
        yield words["at_edge"].format(at_edge=texts.numbers.integer(at_edge), judged=texts.numbers.integer(judged))


def _name(row: TestRow) -> str:
    return f"{row['test']} ({row['setting']})" if row["setting"] else str(row["test"])
