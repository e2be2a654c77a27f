"""What a claim was held to before its runs: questions, thresholds with their reasons, settings, and the rules."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.coverage import arms_read
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.informative import WORKING
from gradient_horizon.claims.question import Test
from gradient_horizon.claims.texts import Texts
from gradient_horizon.language.words import Words
from gradient_horizon.statistics.intervals import CONFIDENCE
from gradient_horizon.study.model import Study

Frozen = Mapping[str, str]
"""Digests of designs, by claim."""


def contract(
    claim: Claim,
    study: Study,
    texts: Mapping[str, Texts],
    rules: Mapping[str, Words],
    *,
    digest: str | None,
    frozen: Frozen,
) -> dict[str, Any]:
    """The contract of a claim in a study, by `texts` and `rules` of each language; it holds nothing that runs decide.

    `digest` is that of the claim's design in this study (None: it does not ask it), `frozen` are those that were
    written down before fresh seeds were run.
    """
    return {
        "claim": claim.id,
        "section": claim.section,
        "title": {language: each.title(claim.id) for language, each in texts.items()},
        "quote": {language: each.quote(claim.id) for language, each in texts.items()},
        "settings": _settings(claim, study),
        "remedies": _remedies(claim, study),
        "questions": [_question(test, texts) for test in claim.tests],
        "confidence": CONFIDENCE,
        "pilots_that_must_solve": WORKING,
        "rules": {language: list(each["rules"]) for language, each in rules.items()},
        "design": {"digest": digest, "frozen": frozen.get(claim.id)},
    }


def described(evidence: Evidence) -> dict[str, Any]:
    """A piece of evidence by its kind and its fields, so that others can read from files what is estimated."""
    return {"kind": _kind(evidence), **{each.name: _plain(getattr(evidence, each.name)) for each in fields(evidence)}}  # type: ignore[arg-type]  # every class of evidence is a dataclass


def _kind(evidence: Evidence) -> str:
    """The name of its class in words, such as length-ratio."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(evidence).__name__).lower()


def _plain(value: Any) -> Any:
    if isinstance(value, Evidence):
        return described(value)
    if isinstance(value, Arm):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _question(test: Test, texts: Mapping[str, Texts]) -> dict[str, Any]:
    evidence = test.evidence
    said = {
        name: {language: getattr(each, name)(test) for language, each in texts.items()}
        for name in ("question", "statistic", "reason", "rows")
    }
    return {
        "test": test.id,
        "kind": test.kind,
        "setting": test.setting,
        "only_in_wider_studies": test.optional,
        **said,
        "evidence": described(evidence),
        "tables": {table: list(columns) for table, columns in evidence.columns.items()},
        "unit": evidence.unit,
        "averaged_as": evidence.scale.value,
        "must_work": [_plain(arm) for arm in test.works],
        "passes": {"from": test.region.low, "to": test.region.high},
    }


def _settings(claim: Claim, study: Study) -> dict[str, Any]:
    """The experiments that it rests on, as the study has them."""
    return {
        each.name: each.model_dump(mode="json", exclude={"name"})
        for each in study.experiments
        if each.name in claim.experiments
    }


def _remedies(claim: Claim, study: Study) -> dict[str, Any]:
    """The changes of the remedies that its arms have, or all runs of their settings."""
    arms = {arm for test in claim.tests for arm in arms_read(test)}
    always = {name for each in study.experiments if each.name in claim.experiments for name in each.always}
    named = {remedy for _, _, remedy in arms} | always
    return {
        name: [entry.model_dump(mode="json") for entry in entries]
        for name, entries in study.remedies.items()
        if name in named
    }
