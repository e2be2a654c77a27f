"""The answer of a study in a few sentences, each chosen by how the tests came out."""

import math
from collections import Counter
from collections.abc import Container, Mapping
from typing import Any

import pandas as pd

from gradient_horizon.claims.arms import TANH
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.numbers import SIGNS
from gradient_horizon.language.spoken import rounded
from gradient_horizon.reporting.wording import VERDICT_LOOKS, Wording
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.tables.columns import GROUP_KEY
from gradient_horizon.tables.success import rising_arms

GATES = "gates-cure-vanishing"
SETTINGS_TOLD = 3
"""Of a study of other settings, the answer tells so many."""


def answer(
    wording: Wording,
    verdicts: pd.DataFrame,
    tests: pd.DataFrame,
    horizons: pd.DataFrame,
    networks: pd.DataFrame,
    success: pd.DataFrame,
) -> list[str]:
    """Whether judged cells remember longer; how far back a plain network does; whether gates change that; the counts.

    Each where the study asks it; of a study that asks none of it, what it trained, and how far that remembers.
    """
    of_judged = verdicts["claim"].map(wording.texts.claims.is_own).astype(bool)
    said = [
        *_judged(wording, verdicts[of_judged], tests),
        *_memory(wording, tests, horizons),
        *_gates(wording, verdicts, tests),
        *_counts(wording, verdicts[~of_judged]),
    ]
    return said or [_trained(wording, networks), *_farthest(wording, horizons, rising_arms(success))]


def _judged(wording: Wording, verdicts: pd.DataFrame, tests: pd.DataFrame) -> list[str]:
    """The verdict on each judged cell, in its sentence."""
    return [
        wording.words["answer"]["judged"].format(
            claim=wording.texts.title(row["claim"]),
            verdict=wording.verdict(row["verdict"])["word"],
            said=wording.condition(row["verdict"], tests[tests["claim"].eq(row["claim"])].to_dict("records")),
        )
        for row in verdicts.to_dict("records")
    ]


def _test(tests: pd.DataFrame, claim: str, test: str) -> pd.Series | None:
    rows = tests[tests["claim"].eq(claim) & tests["test"].eq(test) & tests["n"].gt(0)]
    return None if rows.empty else rows.iloc[0]


def _memory(wording: Wording, tests: pd.DataFrame, horizons: pd.DataFrame) -> list[str]:
    words = wording.words["answer"]
    gradient, memory = (_test(tests, "short-memory", name) for name in ("gradient-horizon", "memory-horizon"))
    if gradient is None or memory is None:
        return []
    plain = horizons[horizons["experiment"].eq(RECALL_32) & horizons["policy"].eq("chosen")]
    plain = plain[plain["cell"].eq(TANH.cell) & plain["remedy"].eq(TANH.remedy)]
    horizon = plain["memory_horizon"].iloc[0] if len(plain) else Censored.exactly(float(memory["effect"]))
    _, side = horizon.parts
    length = wording.numbers.counted(rounded(float(memory["effect"])), words["across_steps"])
    frames = {Side.RIGHT: words["beyond"], Side.LEFT: words["within"], Side.NONE: "{length}"}
    faded = wording.numbers.counted(rounded(float(gradient["effect"])), words["after_steps"])
    return [
        words["memory"].format(
            gradient_horizon=frames[Side.RIGHT if math.isinf(gradient["effect_high"]) else Side.NONE].format(
                length=faded
            ),
            memory_horizon=frames[side].format(length=length),
            interval=wording.quantities.interval(float(memory["effect_low"]), float(memory["effect_high"])),
        )
    ]


def _gates(wording: Wording, verdicts: pd.DataFrame, tests: pd.DataFrame) -> list[str]:
    """What the claim that gates cure vanishing gradients came to, in short."""
    rows = tests[tests["claim"].eq(GATES)].to_dict("records")
    verdict = verdicts.loc[verdicts["claim"].eq(GATES), "verdict"]
    if verdict.empty:
        return []
    said = wording.condition(verdict.iloc[0], rows, brief=True)
    return [wording.words["answer"]["gates"].format(said=said)]


def _counts(wording: Wording, verdicts: pd.DataFrame) -> list[str]:
    if verdicts.empty:
        return []
    words = wording.words["answer"]
    counts = Counter(VERDICT_LOOKS[Verdict(verdict)][1] for verdict in verdicts["verdict"])
    parts = [
        words["counted"][style].format(n=wording.numbers.integer(counts[style]))
        for _, style in VERDICT_LOOKS.values()
        if counts[style]
    ]
    return [words["counts"].format(claims=wording.numbers.integer(len(verdicts)), parts=", ".join(parts))]


def _trained(wording: Wording, networks: pd.DataFrame) -> str:
    words, counted = wording.words, wording.numbers.counted
    experiments = counted(networks["experiment"].nunique(), words["answer"]["experiments"])
    return str(
        words["answer"]["trained"].format(
            networks=counted(len(networks), words["networks"]),
            experiments=experiments,
        )
    )


def _farthest(wording: Wording, horizons: pd.DataFrame, rising: Container[tuple[str, ...]]) -> list[str]:
    """Of each of the first settings, who remembers farthest, and who the least; or that shares rise with length."""
    words = wording.words["answer"]
    chosen = horizons[horizons["policy"].eq("chosen")]
    said = []
    for setting, rows in list(chosen.groupby("experiment", sort=False))[:SETTINGS_TOLD]:
        known = [row for row in rows.to_dict("records") if tuple(row[name] for name in GROUP_KEY) not in rising]
        ranked = sorted(known, key=lambda row: row["memory_horizon"].sort_key)
        shown = wording.names.setting(str(setting))
        if ranked:
            is_tie = len({_steps(wording, row) for row in ranked}) == 1
            told = words["only" if len(ranked) == 1 else "alike" if is_tie else "farthest"]
            worst, best = ranked[0], ranked[-1]
            said.append(
                told.format(
                    setting=shown,
                    best=_network(wording, best),
                    most=_steps(wording, best),
                    worst=_network(wording, worst),
                    least=_steps(wording, worst),
                )
            )
        if len(known) < len(rows):
            said.append(words["rising_too" if ranked else "rising"].format(setting=shown))
    return said


def _network(wording: Wording, row: Mapping[str, Any]) -> str:
    return wording.network(row["cell"], row["remedy"])


def _steps(wording: Wording, row: Mapping[str, Any]) -> str:
    value: Censored = row["memory_horizon"]
    number, side = value.parts
    return SIGNS[side] + wording.numbers.counted(rounded(number), wording.words["answer"]["across_steps"])
