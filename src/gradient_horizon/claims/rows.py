"""Which rows of a table a test reads, in words."""

from gradient_horizon.claims.claim import Test
from gradient_horizon.claims.runs import Runs
from gradient_horizon.language.words import Words


def rows_text(test: Test, words: Words) -> str:
    """The runs that a test reads, what narrows their rows down, and the other table that it reads, if any.

    `words` is the part `rows` of a language's words.json. One group of runs, and two that are compared, are given in
    full; more than two by their experiments.
    """
    phrases = [words["where"][name] for name in test.where]
    experiments = list(dict.fromkeys(runs.experiment for runs in test.runs))
    match test.runs:
        case ():
            parts = [", ".join(phrases)]
        case (runs,):
            parts = [", ".join([_group(words["one"], runs, words), *phrases])]
        case (first, second):
            compared = [_group(words["one"], first, words), _group(words["against"], second, words)]
            parts = [*compared, *([", ".join(phrases)] if phrases else [])]
        case _ if len(experiments) == 1:
            parts = [", ".join([words["experiment"].format(experiment=experiments[0]), *phrases])]
        case _:
            parts = [words["experiments"].format(experiments=", ".join(experiments)), *phrases]
    return "; ".join([*parts, *([words["beside"].format(table=test.beside)] if test.beside else [])])


def _group(pattern: str, runs: Runs, words: Words) -> str:
    remedy = words["no_remedy"] if runs.remedy == "none" else words["remedy"].format(remedy=runs.remedy)
    return pattern.format(experiment=runs.experiment, cell=runs.cell, remedy=remedy)
