"""Shuffled arms: what moves, what stays, and how often a claim is supported on them."""

import math
from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from drawn_tables import arms_of, drawn_tables, falling
from evidence_rows import group, success
from hand_made_tables import EMPTY, tables_of

from gradient_horizon.claims.arms import GRU, LSTM, TANH, Arm
from gradient_horizon.claims.claim import Claim
from gradient_horizon.claims.control import (
    MOST_SUPPORTING,
    NO_ARMS,
    NO_RUNS,
    NOT_OF_LENGTHS,
    compares,
    control,
)
from gradient_horizon.claims.evidence.compared import Accuracy
from gradient_horizon.claims.evidence.memory import Length, LengthRatio, Pairs
from gradient_horizon.claims.evidence.per_seed import Measure
from gradient_horizon.claims.question import main
from gradient_horizon.claims.regions import LONGER, SHRINKS, SIMILAR_ACCURACY, SIMILAR_LENGTH
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.shuffled import Group, ShuffledTables
from gradient_horizon.claims.verdict import Verdict
from gradient_horizon.seeding import generator
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus

CLAIMS = {claim.id: claim for claim in registered_claims()}
HERE = "here"
ARMS = ((HERE, "lstm", "none"), (HERE, "tanh", "none"), (HERE, "gru", "none"))
LENGTHS, RATES, SEEDS, PILOTS = (4, 8, 16, 32), (0.01, 0.1), 6, 2


def own(*tests):
    return Claim("made", "remedies", "profiles", tests)


def loss_of(place, seed, length, rate):
    """A number of its own for each network."""
    return 100.0 * place + 10 * seed + length / 10 + rate


def study(jobs=(0, 3)):
    """Judged networks of three arms, each with a loss of its own; pilots; gradients, and longer sequences."""
    rows = []
    for place, (experiment, cell, remedy) in enumerate(ARMS):
        own_columns = group(experiment, Arm(cell, remedy))
        for length, seed, rate in product(LENGTHS, range(SEEDS), RATES):
            solved = (seed * 5 + place * 3 + length // 4) % 4 > (1 if rate == 0.01 else 0)
            outcome = {"status": "solved" if solved else "unsolved", "update": 100 * (1 + (seed + place) % 4)}
            named = {"length": length, "seed": seed, "learning_rate": rate, "judged": True, "chosen": rate == 0.01}
            rows.append(("networks", own_columns | named | outcome | {"loss": loss_of(place, seed, length, rate)}))
        for pilot in range(PILOTS):
            named = {"length": 4, "seed": 1000 + pilot, "learning_rate": 0.01, "chosen": True, "status": "solved"}
            rows.append(("networks", own_columns | named | {"loss": float(place)}))
        for seed in range(SEEDS):
            named = {"seed": seed, "length": 16, "moment": "initial"}
            rows.append(("gradients", own_columns | named | {"kept": place + seed / 100}))
            rows.append(("extrapolation", own_columns | named | {"factor": 4, "loss": place + seed / 100}))
        for length, first in product(LENGTHS, jobs):
            rows.append(
                ("runs", own_columns | {"run": f"{cell} {length} {first}", "length": length, "first_seed": first})
            )
    return tables_of(rows)


def draw(tables, number=0, displaced=None):
    return ShuffledTables(tables, [Group(ARMS[:2], displaced)], ARMS).draw(generator(number, "test"))


def test_nothing_but_the_names_of_arms_and_seeds_and_the_chosen_rates_differs():
    tables = study()
    drawn = draw(tables)
    for name in ("networks", "gradients", "extrapolation"):
        columns = [column for column in tables[name] if column not in ("cell", "seed", "chosen")]
        before, after = (
            frame[columns].sort_values(columns, kind="stable").reset_index(drop=True)
            for frame in (tables[name], drawn[name])
        )
        pd.testing.assert_frame_equal(after, before)
        counts = Counter(zip(drawn[name]["cell"], drawn[name]["length"], drawn[name]["seed"], strict=True))
        assert counts == Counter(zip(tables[name]["cell"], tables[name]["length"], tables[name]["seed"], strict=True))
        TABLES[name].validate(drawn[name])
    assert drawn["runs"] is tables["runs"]


def stands(networks, place, seed, length, rate):
    """The arm and the seed under which a network stands, told by its loss."""
    own = networks["judged"] & np.isclose(networks["loss"], loss_of(place, seed, length, rate))
    ((cell, found),) = networks.loc[own, ["cell", "seed"]].itertuples(index=False)
    return cell, found


def test_the_networks_of_a_seed_move_together_in_all_tables_and_only_within_their_group():
    tables, found = study(), Counter()
    for number in range(12):
        drawn = draw(tables, number)
        for place, seed in product(range(3), range(SEEDS)):
            places = {
                named
                for name, column in (("gradients", "kept"), ("extrapolation", "loss"))
                for own in [drawn[name][np.isclose(drawn[name][column], place + seed / 100)]]
                for named in own[["cell", "seed"]].itertuples(index=False, name=None)
            }
            places |= {stands(drawn["networks"], place, seed, *each) for each in product(LENGTHS, RATES)}
            (moved,) = places
            assert moved == ("gru", seed) if place == 2 else moved[0] in ("lstm", "tanh")
            found[place, moved[0], moved[1] == seed] += 1
    assert found[0, "tanh", False] > 15
    assert found[0, "lstm", True] > 0
    assert found[2, "gru", True] == 12 * SEEDS


def test_pilots_stay():
    networks = draw(study(), 3)["networks"]
    pilots = networks[~networks["judged"]]
    assert pilots.groupby("cell")["loss"].unique().map(list).to_dict() == {"lstm": [0.0], "tanh": [1.0], "gru": [2.0]}


def test_seeds_that_an_arm_lacks_stay():
    tables = study()
    networks = tables["networks"]
    lacking = networks["cell"].eq("tanh") & networks["seed"].eq(2) & networks["length"].eq(8)
    tables |= {"networks": networks[~lacking].reset_index(drop=True)}
    for number in range(6):
        drawn = draw(tables, number)["networks"]
        assert stands(drawn, 0, 2, 4, 0.01) == ("lstm", 2)
        assert stands(drawn, 1, 2, 4, 0.01) == ("tanh", 2)


def test_draws_are_the_same_for_the_same_stream_and_differ_between_streams():
    tables = study()
    first, again, other = (draw(tables, number)["networks"]["cell"].tolist() for number in (1, 1, 2))
    assert first == again != other


def test_every_seed_gets_the_rate_that_the_others_of_its_job_choose_in_its_new_arm():
    drawn = draw(study(), 5)["networks"]
    judged = drawn[drawn["judged"] & drawn["cell"].ne("gru")]
    changed = 0
    for (_, _, first), rows in judged.groupby(["cell", "length", judged["seed"].ge(3)]):
        outcomes = [
            NetworkOutcome(r["seed"], True, r["learning_rate"], RunStatus(r["status"]), r["update"], 0.0, 0.0)
            for r in rows.to_dict("records")
        ]
        assert len({outcome.seed for outcome in outcomes}) == 3, first
        rates = choose_learning_rates(outcomes)
        assert [r["learning_rate"] == rates[r["seed"]] for r in rows.to_dict("records")] == rows["chosen"].tolist()
        changed += sum(rate != 0.01 for rate in rates.values())
    assert changed > 0


def test_a_displaced_arm_does_at_each_length_what_it_did_two_places_before():
    tables = study()
    plain = draw(tables, 4)["networks"]
    displaced = draw(tables, 4, ARMS[0])["networks"]
    of_plain, of_displaced = (
        {key: sorted(rows["loss"]) for key, rows in frame[frame["judged"]].groupby(["cell", "length"])}
        for frame in (plain, displaced)
    )
    for length, source in zip(LENGTHS, (4, 4, 4, 8), strict=True):
        assert of_displaced["lstm", length] == of_plain["lstm", source]
        for cell in ("tanh", "gru"):
            assert of_displaced[cell, length] == of_plain[cell, length]


def ratio(first=LSTM, second=TANH, region=LONGER, *settings):
    return main("memory", Length(first) / Length(second), region, *(settings or (HERE,)))


def memories(lstm, tanh, n=12, setting=HERE):
    """Networks of which those of an arm solve lengths up to their own, seed by seed."""
    lengths = [4, 6, 8, 11, 16, 23, 32]
    rows = [
        (table, row | {"update": 100 if row["status"] == "solved" else 900, "loss": 1.0})
        for arm, own_lengths in ((LSTM, lstm), (TANH, tanh))
        for length in lengths
        for seed, longest in enumerate(own_lengths)
        for table, row in success(setting, arm, {length: 1 if longest >= length else 0}, n=1)
        for row in [row | {"seed": seed}]
    ]
    pilots = [
        ("networks", group(setting, arm) | {"seed": 1000 + k, "length": 4, "chosen": True, "status": "solved"})
        for arm in (LSTM, TANH)
        for k in range(5)
    ]
    runs = [("runs", group(setting, arm) | {"run": arm.cell, "first_seed": 0}) for arm in (LSTM, TANH)]
    return tables_of([*rows, *pilots, *runs])


SPREAD = [11, 16, 23, 16, 11, 23, 16, 16, 11, 23, 16, 11]


@pytest.mark.slow
def test_a_true_difference_is_supported_and_hardly_ever_on_shuffled_arms():
    tables = memories([2 * length for length in SPREAD], [length / 2 for length in SPREAD])
    claim = own(*ratio())
    assert claim.judge(tables)[0] is Verdict.SUPPORTED
    assert claim.is_supported(tables)
    found = control(claim, tables, 60)
    assert found.shuffles == 60
    assert found.share == found.supporting / 60 <= MOST_SUPPORTING
    assert found.groups == (Group(((HERE, "lstm", "none"), (HERE, "tanh", "none"))),)


@pytest.mark.slow
def test_arms_in_settings_of_their_own_are_shuffled_between_these():
    """Twice as many pairs at four times the width: one cell in two experiments."""
    rows = [
        (table, row | {"update": 100 if row["status"] == "solved" else 900})
        for setting, more in (("wide", 2), ("narrow", 1))
        for length in (3, 4, 5, 7, 9)
        for seed, pairs in enumerate([1, 2, 3, 2, 1, 3, 2, 2, 1, 3, 2, 1])
        for table, row in success(setting, GRU, {length: 1 if more * pairs >= length - 1 else 0}, n=1)
        for row in [row | {"seed": seed}]
    ]
    runs = [("runs", group(setting, GRU) | {"run": setting, "first_seed": 0}) for setting in ("wide", "narrow")]
    tables = tables_of([*rows, *runs])
    evidence = Pairs(GRU.within("wide")) / Pairs(GRU.within("narrow"))
    claim = own(*(replace(test, works=()) for test in main("pairs", evidence, LONGER)))
    assert claim.judge(tables)[0] is Verdict.SUPPORTED
    found = control(claim, tables, 60)
    assert found.groups == (Group((("wide", "gru", "none"), ("narrow", "gru", "none"))),)
    assert found.share <= MOST_SUPPORTING


class Sure(LengthRatio):
    """A ratio that claims to be known exactly."""

    def find(self, place):
        found = super().find(place)
        return found._replace(effect=Interval(*[found.effect.estimate] * 3))


@pytest.mark.slow
def test_a_judgement_that_is_too_sure_is_found_out():
    tables = memories([2 * length for length in SPREAD], [length / 2 for length in SPREAD])
    sure = own(*main("memory", Sure(Length(LSTM), Length(TANH)), LONGER, HERE))
    assert 0.3 < control(sure, tables, 40).share < 0.7


@pytest.mark.slow
def test_a_claim_of_likeness_is_controlled_with_one_arm_displaced():
    tables = memories(SPREAD, SPREAD)
    claim = own(*ratio(region=SIMILAR_LENGTH))
    assert claim.judge(tables)[0] is Verdict.SUPPORTED
    found = control(claim, tables, 30)
    assert found.groups[0].displaced == (HERE, "lstm", "none")
    assert found.share == 0.0


@pytest.mark.slow
def test_shuffles_alone_would_support_a_claim_of_likeness():
    """That is why an arm is displaced: without it most shuffles would say that the arms are alike, and rightly."""
    tables = memories(SPREAD, SPREAD)
    shuffled = ShuffledTables(tables, [Group(ARMS[:2])], ARMS[:2])
    claim = own(*ratio(region=SIMILAR_LENGTH))
    supporting = sum(claim.is_supported(shuffled.draw(generator(number, "test"))) for number in range(12))
    assert supporting >= 9


def test_why_a_claim_has_no_control():
    assert control(own(*main("factor", Measure("late_factor", TANH), SHRINKS, HERE)), EMPTY, 1).without == NO_ARMS
    assert control(CLAIMS["gru-fewer-parameters"], EMPTY, 1).without == NO_ARMS
    assert control(own(*ratio()), EMPTY, 1).without == NO_RUNS
    alike = own(*main("accuracy", Accuracy(GRU) - Accuracy(LSTM), SIMILAR_ACCURACY, HERE))
    networks = study()["networks"].assign(accuracy=0.5, chosen=True)
    networks = networks[networks["learning_rate"].eq(0.01)]
    assert control(alike, EMPTY | {"networks": networks}, 1).without == NOT_OF_LENGTHS
    assert math.isnan(control(own(*ratio()), EMPTY, 1).share)


def test_the_registered_claims_that_compare_are_those_that_name_two_arms():
    comparing = {claim.id for claim in registered_claims() if any(compares(t) for t in claim.tests if t.kind == "main")}
    assert {
        "gates-cure-vanishing", "relu-cures-vanishing", "gru-similar", "clipping-cures-exploding",
        "tbptt-cures-exploding", "three-gates", "radius-sets-memory", "orthogonal-lengthens-memory",
        "forget-bias-lengthens-memory", "regulariser-lengthens-memory", "normalisation-lengthens-memory",
        "linear-recurrences-cannot-track", "pairs-bounded-by-state",
    } <= comparing  # fmt: skip
    assert not comparing & {
        "eigen-power", "gru-fewer-parameters", "short-memory", "weights-jump", "cell-state-highway",
        "remembering-need-not-extrapolate",
    }  # fmt: skip


def test_arms_that_are_compared_through_others_are_one_group():
    tables = memories(SPREAD, SPREAD) | {"gates": EMPTY["gates"]}
    networks = tables["networks"]
    gru = networks[networks["cell"].eq("tanh")].assign(cell="gru")
    tables |= {"networks": pd.concat([networks, gru], ignore_index=True)}
    claim = own(*ratio(LSTM, TANH), *main("other", Length(GRU) / Length(TANH), LONGER, HERE))
    (found,) = control(claim, tables, 2).groups
    assert set(found.arms) == set(ARMS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gates-cure-vanishing", "relu-cures-vanishing", "gru-similar"])
def test_whether_a_claim_is_supported_is_what_its_verdict_says(name):
    claim, generator_of = CLAIMS[name], np.random.default_rng(5)
    mains = replace(claim, tests=tuple(test for test in claim.tests if test.kind == "main" and not test.optional))
    said = Counter()
    for _ in range(8):
        middles = {
            arm: float(np.exp(generator_of.uniform(np.log(8), np.log(25)))) for arm in {a[1:] for a in arms_of(mains)}
        }
        spread = generator_of.choice([0.0, 0.05])
        tables = drawn_tables(
            arms_of(mains),
            lambda arm: falling(middles[arm[1:]] * (1 + spread)),  # noqa: B023
            generator_of,
            distance_of=lambda arm: 0.1 if arm[1] == "relu" else 1.0,
        )
        supported = mains.judge(tables)[0] in (Verdict.SUPPORTED, Verdict.CONDITIONAL)
        assert mains.is_supported(tables) == supported
        said[supported] += 1
    assert said[False] > 0
