"""Section 2 of the lecture: the symptoms of a vanishing gradient."""

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    Runs,
    at_moment,
    censored_seed_mean,
    memory_horizon,
    seed_geometric_mean,
)
from gradient_horizon.tables.catalogue import Tables

STEPS_IN_THE_LECTURE = Region(5, 10)
SHORT = Region(high=50)
NEGLIGIBLE = Region(high=0.01)
SMALL_GRADIENT = Region(high=0.1)

PLAIN = Runs("memory", "tanh")
ORTHOGONAL = Runs("memory-orthogonal", "tanh", "orthogonal")
PATIENT = Runs("memory-patient", "tanh")
EARLY = Runs("early-steps", "tanh")


def _gradient_horizon(tables: Tables) -> Finding:
    return censored_seed_mean(at_moment(tables, PLAIN, "gradient_horizon", moment="initial"))


def _whole_gradient_ratio(tables: Tables) -> Finding:
    long = at_moment(tables, EARLY, "weight_gradient", moment="initial", length=50)
    short = at_moment(tables, EARLY, "weight_gradient", moment="initial", length=5)
    return seed_geometric_mean((long / short).dropna()) if len(long) and len(short) else NOTHING


def _still_short(test_id: str, runs: Runs, policy: str = "chosen", **texts: str) -> Test:
    return Test(
        id=test_id,
        kind="boundary",
        table="horizons",
        rows=f"{runs}, policy {policy}",
        statistic="memory horizon T50 (profile likelihood)",
        unit="steps",
        region=SHORT,
        measure=lambda tables: memory_horizon(tables, runs, policy),
        **texts,
    )


SHORT_MEMORY = Claim(
    id="short-memory",
    section="vanishing",
    quote_pl="Sieć ma krótką pamięć (short-term memory) – „pamięta” tylko ostatnie 5-10 kroków, "
    "wcześniejsze są zapomniane.",
    quote_en="The network has a short memory: it “remembers” only the last 5-10 steps; earlier ones are forgotten.",
    figure="profiles",
    tests=(
        Test(
            id="gradient-horizon",
            kind="main",
            question="Does the gradient of a plain tanh network, as PyTorch initialises it, fade within 5 to 10 steps?",
            table="gradients",
            rows=f"{PLAIN}, moment initial, longest length",
            statistic="mean gradient horizon over seeds (Student)",
            unit="steps",
            region=STEPS_IN_THE_LECTURE,
            why="The range is the lecture's own; the gradient horizon is where 1 % of the gradient is left.",
            measure=_gradient_horizon,
            if_pass="before training the gradient is down to 1 % after {effect} steps",
            if_fail="before training the gradient is down to 1 % after {effect} steps, which is not 5 to 10",
        ),
        Test(
            id="memory-horizon",
            kind="main",
            question="Do fewer than half of the networks learn to remember across 50 steps?",
            table="horizons",
            rows=f"{PLAIN}, policy chosen",
            statistic="memory horizon T50 (profile likelihood)",
            unit="steps",
            region=SHORT,
            why="Five times the lecture's upper number: a memory beyond it could not be called short.",
            measure=lambda tables: memory_horizon(tables, PLAIN),
            if_pass="half of the networks learn to remember across {effect} steps",
            if_fail="half of the networks learn to remember across {effect} steps",
        ),
        Test(
            id="memory-horizon-5-10",
            kind="boundary",
            question="Is the length that can still be learnt itself 5 to 10 steps?",
            table="horizons",
            rows=f"{PLAIN}, policy chosen",
            statistic="memory horizon T50 (profile likelihood)",
            unit="steps",
            region=STEPS_IN_THE_LECTURE,
            why="The lecture's numbers, taken as what a trained network remembers.",
            measure=lambda tables: memory_horizon(tables, PLAIN),
            if_pass="the length that can still be learnt is 5 to 10 steps too ({effect})",
            if_fail="the length that half of the networks can still learn is {effect} steps, not 5 to 10",
        ),
        _still_short(
            "orthogonal",
            ORTHOGONAL,
            question="Is the memory of the same cell short with orthogonal weights, too?",
            why="The same 50 steps; only the initial weights differ.",
            if_pass="it stays short with orthogonal weights",
            if_fail="the same cell with orthogonal weights remembers across {effect} steps",
        ),
        _still_short(
            "patience",
            PATIENT,
            question="Is it short with twice the budget of updates?",
            why="The same 50 steps; only the budget differs.",
            if_pass="it stays short with twice the budget",
            if_fail="with twice the budget half of the networks learn {effect} steps",
        ),
        _still_short(
            "any-learning-rate",
            PLAIN,
            policy="any",
            question="Is it short when each network may use whichever learning rate suits it best?",
            why="The same 50 steps; the learning rate is chosen in hindsight, seed by seed, in the network's favour.",
            if_pass="it stays short at the best of the learning rates",
            if_fail="at the best of the learning rates half of the networks learn {effect} steps",
        ),
    ),
)

EARLY_STEPS = Claim(
    id="early-steps-do-not-learn",
    section="vanishing",
    quote_pl="Wagi na początku sekwencji prawie się nie zmieniają (brak uczenia długoterminowych zależności).",
    quote_en="The weights at the beginning of the sequence hardly change (no learning of long-term dependencies).",
    figure="contributions",
    tests=(
        Test(
            id="early-share",
            kind="main",
            question="Do the first tenth of 50 steps contribute less than 1 % of what the last tenth contributes?",
            table="gradients",
            rows=f"{EARLY}, moment initial, length 50",
            statistic="geometric mean over seeds of early_share (Student on logarithms)",
            unit="-",
            region=NEGLIGIBLE,
            why="One in a hundred is what the gradient horizon, too, counts as nothing left.",
            measure=lambda tables: seed_geometric_mean(
                at_moment(tables, EARLY, "early_share", moment="initial", length=50)
            ),
            if_pass="the first tenth of the steps contributes {effect} times what the last tenth does",
            if_fail="the first tenth of the steps contributes {effect} times what the last tenth does",
        ),
        Test(
            id="after-training",
            kind="boundary",
            question="Is it still so after training?",
            table="gradients",
            rows=f"{EARLY}, moment final, length 50",
            statistic="geometric mean over seeds of early_share (Student on logarithms)",
            unit="-",
            region=NEGLIGIBLE,
            why="The same 1 %, after the budget of the experiment.",
            measure=lambda tables: seed_geometric_mean(
                at_moment(tables, EARLY, "early_share", moment="final", length=50)
            ),
            if_pass="it is still so after training",
            if_fail="after training the early steps contribute {effect} times what the late ones do",
        ),
        Test(
            id="whole-gradient",
            kind="boundary",
            question="Is the whole gradient small, too, so that the network hardly learns at all?",
            table="gradients",
            rows=f"{EARLY}, moment initial, lengths 50 and 5",
            statistic="geometric mean over seeds of weight_gradient at T = 50 over T = 5 (Student on logarithms)",
            unit="-",
            region=SMALL_GRADIENT,
            why="A tenth: a learning rate would have to be ten times as large to make up for it.",
            measure=_whole_gradient_ratio,
            if_pass="the whole gradient is small as well ({effect} of that at 5 steps)",
            if_fail="the gradient as a whole does not vanish ({effect} times that at 5 steps): the shared weights do "
            "change, by what the late steps say",
        ),
    ),
)
