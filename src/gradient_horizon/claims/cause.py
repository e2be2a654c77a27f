"""Section 1 of the lecture: powers of W as the cause."""

import numpy as np

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.evidence import (
    NOTHING,
    Runs,
    at_moment,
    ordered,
    ordered_up_to_limit,
    seed_geometric_mean,
    seed_mean,
)
from gradient_horizon.statistics import Censored, geometric_mean, mean_of_censored, share
from gradient_horizon.tables.catalogue import Tables

SMALL_ERROR = 1e-8
NEARLY_ALL = Region(low=0.95)
WITHIN_TWO_PER_CENT = Region(0.98, 1.02)
TENFOLD = Region(high=10)
SHRINKS = Region(high=1)
GROWS = Region(low=1)
STRAIGHT = Region(low=0.99)
EXPONENTIAL = Region(low=0)
CLEAR_ORDER = Region(low=0.5)
FACTOR_TWO = Region(0.5, 2)
HORIZON_LEVEL = 0.01

RADII = ("0.3", "0.45", "0.6", "0.75", "0.9", "1.2", "1.6")
BELOW, ABOVE = ("0.5", "0.8", "0.9", "0.95"), ("1.05", "1.2", "1.5")
STRAIGHT_CELLS = ("linear", "tanh", "lstm", "gru")


def _powers(tables: Tables, kind: str) -> Finding:
    rows = tables["powers"]
    errors = rows.loc[rows["kind"].eq(kind), "error"]
    return Finding(share(int((errors <= SMALL_ERROR).sum()), len(errors)), len(errors)) if len(errors) else NOTHING


def _power_test(test_id: str, kind: str, matrices: str, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,  # type: ignore[arg-type]
        table="powers",
        rows=f"kind {matrices}",
        statistic=f"share of matrices whose error stays below {SMALL_ERROR:g} up to t = 100 (Wilson)",
        unit="share",
        region=NEARLY_ALL,
        why="1e-8 is half of float64's digits; 95 of 100, so that one unlucky matrix does not decide.",
        measure=lambda tables: _powers(tables, matrices),
        **texts,
    )


POWERS = Claim(
    id="eigen-power",
    section="cause",
    quote_pl="Po t krokach czasowych: W^t = V · diag(λ)^t · V^{-1}",
    quote_en="After t time steps: W^t = V · diag(λ)^t · V^{-1}",
    figure="radius",
    tests=(
        _power_test(
            "random",
            "main",
            "random",
            question="Does the identity give the powers of random matrices in floating point?",
            if_pass="for {effect} of random matrices the eigenvalues give every power up to 100",
            if_fail="for only {effect} of random matrices the eigenvalues give every power up to 100",
        ),
        _power_test(
            "defective",
            "boundary",
            "defective",
            question="Does it still do so for matrices that cannot, or can hardly, be diagonalised?",
            if_pass="it does so for matrices that can hardly be diagonalised, too",
            if_fail="for matrices that cannot, or can hardly, be diagonalised it does so in {effect} of cases only",
        ),
    ),
)


def _late_factor(tables: Tables, runs: Runs, radius: float) -> Finding:
    return seed_geometric_mean(at_moment(tables, runs, "late_factor", moment="initial") / radius)


def _follows_radius(radius: str) -> Test:
    runs = Runs("powers", "linear", f"radius-{radius}")
    return Test(
        id=f"linear-{radius}",
        kind="main",
        question=f"Does the gradient of a linear network with spectral radius {radius} change by that factor each step?",
        table="gradients",
        rows=f"{runs}, moment initial",
        statistic="geometric mean over seeds of late_factor over the radius (Student on logarithms)",
        unit="-",
        region=WITHIN_TWO_PER_CENT,
        why="Two per cent a step; lags 100 to 300, where transients of a random matrix are over.",
        measure=lambda tables: _late_factor(tables, runs, float(radius)),
        if_pass=f"at radius {radius} the factor per step is {{effect}} times the radius",
        if_fail=f"at radius {radius} the factor per step is {{effect}} times the radius",
    )


def _bounded(radius: str, region: Region, **texts: str) -> Test:
    runs = Runs("powers-bounded", "tanh", f"radius-{radius}")
    return Test(
        id=f"tanh-{radius}",
        kind="boundary",
        table="gradients",
        rows=f"{runs}, moment initial",
        statistic="geometric mean over seeds of late_factor (Student on logarithms)",
        unit="per step",
        region=region,
        why="A factor of 1 a step divides shrinking from growing.",
        measure=lambda tables: _late_factor(tables, runs, 1.0),
        **texts,
    )


NON_NORMAL = Runs("powers", "linear", "non-normal-0.9")

VANISHES = Claim(
    id="below-one-vanishes",
    section="cause",
    quote_pl="Jeśli |λ| < 1 (wartości własne < 1): λ^t → 0 przy dużym t → zanikanie gradientu",
    quote_en="If |λ| < 1 (eigenvalues < 1): λ^t → 0 for large t → vanishing gradient",
    figure="radius",
    tests=(
        *(_follows_radius(radius) for radius in BELOW),
        Test(
            id="non-normal",
            kind="boundary",
            question="Does a non-normal matrix with all eigenvalues below 1 vanish without growing more than tenfold first?",
            table="gradients",
            rows=f"{NON_NORMAL}, moment initial",
            statistic="geometric mean over seeds of transient_growth (Student on logarithms)",
            unit="-",
            region=TENFOLD,
            why="A gradient that first grows tenfold would explode long before it vanishes.",
            measure=lambda tables: seed_geometric_mean(
                at_moment(tables, NON_NORMAL, "transient_growth", moment="initial")
            ),
            if_pass="a non-normal matrix grows the gradient no more than {effect} times first",
            if_fail="a non-normal matrix with eigenvalues of 0.9 first grows the gradient {effect} times",
        ),
        _bounded(
            "0.9",
            SHRINKS,
            question="Does the gradient of a tanh network vanish at radius 0.9, where the norm of W is above 1?",
            if_pass="a tanh network's gradient vanishes, too ({effect} per step)",
            if_fail="a tanh network's gradient does not vanish ({effect} per step)",
        ),
    ),
)

EXPLODES = Claim(
    id="above-one-explodes",
    section="cause",
    quote_pl="Jeśli |λ| > 1: λ^t → ∞ → eksplozja gradientu",
    quote_en="If |λ| > 1: λ^t → ∞ → exploding gradient",
    figure="radius",
    tests=(
        *(_follows_radius(radius) for radius in ABOVE),
        *(
            _bounded(
                radius,
                GROWS,
                question=f"Does the gradient of a tanh network grow at radius {radius}, too?",
                if_pass=f"a tanh network's gradient grows at radius {radius}, too ({{effect}} per step)",
                if_fail=f"a tanh network's gradient shrinks even at radius {radius} ({{effect}} per step): "
                "its units saturate",
            )
            for radius in ("1.05", "1.5", "3")
        ),
    ),
)


def _straight(test_id: str, kind: str, runs: Runs, moment: str, **texts: str) -> Test:
    return Test(
        id=test_id,
        kind=kind,  # type: ignore[arg-type]
        table="gradients",
        rows=f"{runs}, moment {moment}, longest length",
        statistic="mean over seeds of r_squared (Student)",
        unit="-",
        region=STRAIGHT,
        why="On a logarithmic axis 99 % of the variation along the lags is then a straight line.",
        measure=lambda tables: seed_mean(at_moment(tables, runs, "r_squared", moment=moment)),
        **texts,
    )


def _beats_power_law(cell: str) -> Test:
    runs = Runs("flow", cell)
    return Test(
        id=f"{cell}-power-law",
        kind="main",
        question=f"Does an exponential describe the {cell} network's gradient better than a power of the lag?",
        table="gradients",
        rows=f"{runs}, moment initial",
        statistic="mean over seeds of aic_gain (Student)",
        unit="-",
        region=EXPONENTIAL,
        why="Both have two parameters; the sign of the difference in AIC chooses.",
        measure=lambda tables: seed_mean(at_moment(tables, runs, "aic_gain", moment="initial")),
        if_pass=f"for {cell} an exponential describes it better than a power law",
        if_fail=f"for {cell} a power law describes it better",
    )


EXPONENTIAL_IN_LENGTH = Claim(
    id="exponential-in-length",
    section="cause",
    quote_pl="Efekt jest wykładniczy względem długości sekwencji.",
    quote_en="The effect is exponential in the length of the sequence.",
    figure="profiles",
    tests=(
        *(
            _straight(
                cell,
                "main",
                Runs("flow", cell),
                "initial",
                question=f"Is the logarithm of the {cell} network's gradient a straight line over 200 steps?",
                if_pass=f"for {cell} it is a straight line over 200 steps (R² {{effect}})",
                if_fail=f"for {cell} it is no straight line over 200 steps (R² {{effect}})",
            )
            for cell in STRAIGHT_CELLS
        ),
        *(_beats_power_law(cell) for cell in STRAIGHT_CELLS),
        *(
            _straight(
                f"{cell}-after-training",
                "boundary",
                Runs(experiment, cell),
                "final",
                question=f"Is it still one for the {cell} network after training?",
                if_pass=f"for {cell} it is a straight line after training, too (R² {{effect}})",
                if_fail=f"for {cell} it is no straight line any more after training (R² {{effect}})",
            )
            for experiment, cell in (("memory", "tanh"), ("memory-gates", "lstm"), ("memory-gates", "gru"))
        ),
        _straight(
            "chrono",
            "boundary",
            Runs("flow-gate-bias", "lstm", "chrono"),
            "initial",
            question="Is it one for the LSTM with chrono initialisation, which mixes many time scales?",
            if_pass="with the many time scales of chrono initialisation it is one, too (R² {effect})",
            if_fail="with the many time scales of chrono initialisation it is none (R² {effect})",
        ),
    ),
)


def _radius_runs(radius: str) -> Runs:
    return Runs("radius", "tanh", f"radius-{radius}")


def _radius_and_horizon(tables: Tables) -> Finding:
    pairs = [
        (float(radius), value)
        for radius in RADII
        for value in at_moment(tables, _radius_runs(radius), "gradient_horizon", moment="initial")
    ]
    return ordered_up_to_limit(pairs)


def _longest_solved(tables: Tables, radius: str) -> list[float]:
    """For every judged seed the longest length that it solved, 0 for none."""
    rows = _radius_runs(radius).of(tables["networks"])
    rows = rows[rows["judged"] & rows["chosen"]]
    return list(rows["length"].where(rows["status"].eq("solved"), 0).groupby(rows["seed"]).max().astype(float))


def _radius_and_memory(tables: Tables) -> Finding:
    return ordered([(float(radius), value) for radius in RADII for value in _longest_solved(tables, radius)])


def _memory_over_prediction(tables: Tables) -> Finding:
    """T50 over ln(0.01) / ln(radius), the lag at which the power of the radius is 1 %; radii below 1, each once."""
    ratios: list[Censored] = []
    for radius in (name for name in RADII if float(name) < 1):
        rows = _radius_runs(radius).of(tables["horizons"])
        rows = rows[rows["policy"].eq("chosen")]
        predicted = float(np.log(HORIZON_LEVEL) / np.log(float(radius)))
        ratios += [horizon.times(1 / predicted) for horizon in rows["memory_horizon"]]
    return Finding(mean_of_censored(ratios, geometric_mean), len(ratios)) if len(ratios) > 1 else NOTHING


RADIUS = Claim(
    id="radius-sets-memory",
    section="cause",
    quote_pl="RNN klasyczne cierpią na brak pamięci długoterminowej przez mnożenie macierzy wag.",
    quote_en="Classic RNNs lack long-term memory because weight matrices are multiplied.",
    figure="radius",
    tests=(
        Test(
            id="gradient-horizon",
            kind="main",
            question="Does the gradient of a tanh network reach further back, the larger the spectral radius of W?",
            table="gradients",
            rows="experiment radius, moment initial, longest length",
            statistic="Spearman's rank correlation of radius and gradient horizon over seeds (Fisher's z)",
            unit="-",
            region=CLEAR_ORDER,
            why="Below one half the radius would explain less than a quarter of the order.",
            measure=_radius_and_horizon,
            if_pass="the larger the spectral radius, the further back the gradient reaches (rank correlation {effect})",
            if_fail="the spectral radius does not order how far back the gradient reaches (rank correlation {effect})",
        ),
        Test(
            id="memory",
            kind="main",
            question="Do networks learn to remember longer, the larger the spectral radius that W starts with?",
            table="networks",
            rows="experiment radius, judged seeds at the chosen learning rate",
            statistic="Spearman's rank correlation of radius and longest length solved, over seeds (Fisher's z)",
            unit="-",
            region=CLEAR_ORDER,
            why="The same one half.",
            measure=_radius_and_memory,
            if_pass="the larger it is, the longer networks learn to remember (rank correlation {effect})",
            if_fail="it does not order how long networks learn to remember (rank correlation {effect})",
        ),
        Test(
            id="prediction",
            kind="boundary",
            question="Does the radius alone predict the memory horizon within a factor of 2?",
            table="horizons",
            rows="experiment radius, radii below 1, policy chosen",
            statistic="geometric mean over radii of T50 over ln(0.01)/ln(radius) (Student on logarithms)",
            unit="-",
            region=FACTOR_TWO,
            why="A prediction that misses by more than a factor of 2 is of no use for choosing a network.",
            measure=_memory_over_prediction,
            if_pass="the radius alone predicts T50 within a factor of 2 ({effect} times)",
            if_fail="the radius alone does not predict T50, which is {effect} times what it says",
        ),
    ),
)
