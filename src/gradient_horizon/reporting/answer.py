"""The answer of a study in three sentences, each chosen by how the tests came out."""

import math
from collections import Counter

import pandas as pd

from gradient_horizon.claims.arms import TANH
from gradient_horizon.claims.settings import RECALL_32
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.language.spoken import rounded
from gradient_horizon.reporting.wording import VERDICT_LOOKS, Wording
from gradient_horizon.statistics.censored import Censored, Side

GATES = "gates-cure-vanishing"


def answer(wording: Wording, verdicts: pd.DataFrame, tests: pd.DataFrame, horizons: pd.DataFrame) -> list[str]:
    """How far back a plain network remembers; whether gates change that; how the lecture's claims fared."""
    return [_memory(wording, tests, horizons), _gates(wording, verdicts, tests), _counts(wording, verdicts)]


def _test(tests: pd.DataFrame, claim: str, test: str) -> pd.Series | None:
    rows = tests[tests["claim"].eq(claim) & tests["test"].eq(test) & tests["n"].gt(0)]
    return None if rows.empty else rows.iloc[0]


def _memory(wording: Wording, tests: pd.DataFrame, horizons: pd.DataFrame) -> str:
    words = wording.words["answer"]
    gradient, memory = (_test(tests, "short-memory", name) for name in ("gradient-horizon", "memory-horizon"))
    if gradient is None or memory is None:
        return str(words["nothing"])
    plain = horizons[horizons["experiment"].eq(RECALL_32) & horizons["policy"].eq("chosen")]
    plain = plain[plain["cell"].eq(TANH.cell) & plain["remedy"].eq(TANH.remedy)]
    horizon = plain["memory_horizon"].iloc[0] if len(plain) else Censored.exactly(float(memory["effect"]))
    _, side = horizon.parts
    length = wording.numbers.counted(rounded(float(memory["effect"])), words["across_steps"])
    frames = {Side.RIGHT: words["beyond"], Side.LEFT: words["within"], Side.NONE: "{length}"}
    faded = wording.numbers.counted(rounded(float(gradient["effect"])), words["after_steps"])
    return str(
        words["memory"].format(
            gradient_horizon=frames[Side.RIGHT if math.isinf(gradient["effect_high"]) else Side.NONE].format(
                length=faded
            ),
            memory_horizon=frames[side].format(length=length),
            interval=wording.quantities.interval(float(memory["effect_low"]), float(memory["effect_high"])),
        )
    )


def _gates(wording: Wording, verdicts: pd.DataFrame, tests: pd.DataFrame) -> str:
    """What the claim that gates cure vanishing gradients came to, in short."""
    rows = tests[tests["claim"].eq(GATES)].to_dict("records")
    verdict = verdicts.loc[verdicts["claim"].eq(GATES), "verdict"]
    said = wording.condition(verdict.iloc[0], rows, brief=True)
    return str(wording.words["answer"]["gates"].format(said=said))


def _counts(wording: Wording, verdicts: pd.DataFrame) -> str:
    words = wording.words["answer"]
    counts = Counter(VERDICT_LOOKS[Verdict(verdict)][1] for verdict in verdicts["verdict"])
    parts = [
        words["counted"][style].format(n=wording.numbers.integer(counts[style]))
        for _, style in VERDICT_LOOKS.values()
        if counts[style]
    ]
    return str(words["counts"].format(claims=wording.numbers.integer(len(verdicts)), parts=", ".join(parts)))
