"""Which claims a study asks, which of them it has the runs for, and which of its runs no claim reads."""

from collections.abc import Iterable, Mapping

from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.registered import REGISTERED, Claims

Trained = tuple[str, str, str]
"""Experiment, cell and remedy."""


def claims_asked(experiments: Iterable[str], claims: Claims = REGISTERED) -> tuple[Claim, ...]:
    """The claims that a study, or a part of it, with these experiments asks.

    Those of every study, and those of a preset, or of this study alone, whose runs it has.
    """
    given = {*experiments}
    everywhere = [claim.id for claim in claims.all if claim.preset is None and not claims.is_own(claim.id)]
    return tuple(claim for claim in claims.all if claim.id in everywhere or given & {*claim.experiments})


def unread_experiments(trained: Iterable[Trained], claims: Claims = REGISTERED) -> list[str]:
    """The experiments of which no test of any claim reads a run, each once."""
    given = list(trained)
    read = {arm for claim in claims.all for test in claim.tests for arm in arms_read(test)}
    used = {experiment for experiment, *arm in given if (experiment, *arm) in read}
    return [experiment for experiment in dict.fromkeys(each[0] for each in given) if experiment not in used]


def lacking_settings(trained: Iterable[Trained], claims: Claims = REGISTERED) -> Mapping[str, list[str]]:
    """For each claim that lacks runs of main tests, the settings that lack them; not those of wider studies only."""
    given = set(trained)
    asked = claims_asked((experiment for experiment, _, _ in given), claims)
    lacking = {
        claim.id: list(
            dict.fromkeys(
                setting
                for test in claim.tests
                if test.kind == "main" and not test.optional
                for setting, *_ in sorted(arms_read(test) - given)
            )
        )
        for claim in asked
    }
    return {claim: settings for claim, settings in lacking.items() if settings}


def settings_without_pilots(
    trained: Iterable[Trained], piloted: Iterable[Trained], claims: Claims = REGISTERED
) -> Mapping[str, list[str]]:
    """For each claim the settings of main tests whose arms that have to work are trained, but on no pilot seed."""
    given, tried = set(trained), set(piloted)
    silent: dict[str, list[str]] = {}
    for claim in claims.all:
        for test in (each for each in claim.tests if each.kind == "main"):
            must_work = {(arm.setting or test.setting, arm.cell, arm.remedy) for arm in test.works} & given
            if must_work and not must_work & tried:
                silent.setdefault(claim.id, []).extend(sorted(setting for setting, *_ in must_work))
    return {claim: list(dict.fromkeys(settings)) for claim, settings in silent.items()}


def arms_of(claim: Claim) -> set[Trained]:
    """The arms whose runs the tests of a claim read, in their settings."""
    return {arm for test in claim.tests for arm in arms_read(test)}


def arms_read(test: Test) -> set[Trained]:
    """The arms whose runs a test reads, in their settings."""
    return {(arm.setting or test.setting, arm.cell, arm.remedy) for arm in (*test.evidence.arms, *test.works)}
