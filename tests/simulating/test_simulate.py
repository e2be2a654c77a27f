"""The requirements are met by the statistics, and by none that decide nothing or cover too little."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from gradient_horizon.simulating.requirements import SEEDS_NEEDED, simulate, unmet
from gradient_horizon.statistics.intervals import Interval

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FEW = 10


def rows(page):
    """The tables of a page without their rates: what was asked, and with how many seeds."""
    lines = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for place, cell in enumerate(cells) if "%" not in cell and not (len(cells) == 6 and place == 5)]
        for cells in lines
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("simulated") / "simulated.md"
    command = [sys.executable, "-m", "gradient_horizon", "simulate", "--draws", "200", "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False), out.read_text(encoding="utf-8")


def test_two_hundred_draws_meet_all_requirements(made):
    done, page = made
    assert done.returncode == 0, page
    assert done.stdout.strip() == page.strip()


def test_the_committed_page_has_the_rows_of_today_from_as_many_draws_as_make_simulate_draws(made):
    committed = (ROOT / "docs" / "simulated.md").read_text(encoding="utf-8")
    assert rows(committed) == rows(made[1])
    assert len(rows(committed)) > 100
    assert "2000 drawn studies" in committed
    assert "All requirements are met" in committed


def test_a_method_that_calls_everything_inconclusive_fails_for_its_power():
    found = unmet(simulate(FEW, lambda interval: Interval(interval.estimate, -math.inf, math.inf)))
    assert all(": found in 0.0%" in sentence for sentence in found)
    assert {sentence.split(", n =")[0] for sentence in found} == set(SEEDS_NEEDED)


def test_a_method_that_covers_too_little_fails_for_each_quantity():
    def narrowed(interval):
        estimate, low, high = interval
        return Interval(estimate, estimate - 0.4 * (estimate - low), estimate + 0.4 * (high - estimate))

    sentences = unmet(simulate(FEW, narrowed))
    short = {sentence.split(": covered in")[0].split(", n =")[0] for sentence in sentences if ": covered" in sentence}
    assert {"share", "difference of shares", "T50", "mean length", "mean", "rank correlation"} <= short


def test_a_method_that_leans_to_one_side_fails_for_its_wrong_decisions():
    def leaning(interval):
        return interval._replace(low=interval.low + 0.9 * (interval.estimate - interval.low))

    sentences = unmet(simulate(FEW, leaning))
    assert any("without an effect, wholly above it" in sentence for sentence in sentences)
    assert not any("wholly below it" in sentence for sentence in sentences)
