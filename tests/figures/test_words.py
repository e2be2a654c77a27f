import re

import numpy as np
import pandas as pd
import pytest
from drawing import PROSE, draw, every_test, texts_of
from forest_answers import ANSWERS, answered
from hand_made_tables import EMPTY

from gradient_horizon import registries
from gradient_horizon.claims.informative import Silence
from gradient_horizon.figures.draw import figure_words
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.catalogue import TABLES
from gradient_horizon.tasks.digits import Digits, PermutedDigits

FIGURES = tuple(registries.FIGURES)
OUTCOMES = ("pass", "fail", "unclear")
MIXTURES = 60


def leaves(words, path=()):
    """Every text with its keys."""
    for key, word in words.items():
        if isinstance(word, dict):
            yield from leaves(word, (*path, key))
        else:
            yield (*path, key), word


class Recording(Words):
    """Words that note the keys of those that are read."""

    def __init__(self, words, read, path=()):
        super().__init__(
            (key, Recording(word, read, (*path, key)) if isinstance(word, dict) else word)
            for key, word in words.items()
        )
        self.read, self.path = read, path

    def __getitem__(self, key):
        self.read.add((*self.path, key))
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.read.add((*self.path, key))
        return super().get(key, default)


def fields(word):
    """What a text leaves open, in the order of the alphabet."""
    return sorted(re.findall(r"{(\w+)}", str(word)))


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_alt_text_caption_and_the_same_words_in_both_languages(name):
    english, polish = (texts_of(name, language) for language in LANGUAGES)
    assert set(english) == set(polish) == {"alt", "caption", "data", "words"}
    words = dict(leaves(polish["words"]))
    assert {key: fields(word) for key, word in leaves(english["words"])} == {
        key: fields(word) for key, word in words.items()
    }
    for texts in (english, polish):
        assert len(texts["alt"]) > 60
        named = re.findall(r"(?:Data: tables?|Dane: tabel[ae]) ([\w, ]+)\.$", texts["data"])
        assert named
        assert set(re.split(r", | and | i ", named[0])) <= {*TABLES, "tests"}


def test_there_are_words_of_the_registered_figures_only():
    for language in LANGUAGES:
        assert {file.name for file in (PROSE / language / "figures").iterdir()} == {f"{n}.json" for n in FIGURES}


def special_tables(tables):
    """Tables by figure for the words that depend on what is in them."""
    horizons = tables["horizons"]

    def all_horizons(horizon):
        return {"horizons": horizons.assign(memory_horizon=[horizon] * len(horizons))}

    def renamed(table, column, old, new):
        return {table: tables[table].assign(**{column: tables[table][column].replace(old, new)})}

    def times(factor):
        """All mean profiles and their intervals, times a factor."""
        means = tables["profile_means"]
        ends = [f"relative_gradient{end}" for end in ("", "_low", "_high")]
        return {"profile_means": means.assign(**{end: means[end] * factor for end in ends})}

    tracked = tables["success"][tables["success"]["experiment"].eq("s3-32")]
    elsewhere = [
        tracked[tracked["cell"].ne("lru")].assign(experiment=name) for name in ("s3-64", "parity-last", "s3-last")
    ]

    return {
        "state-tracking": ({"success": pd.concat([tables["success"], *elsewhere])},),
        "then-and-now": (all_horizons(Censored.at_least(80)),),
        "profiles-then-and-now": (
            times(1e-12),
            times(1e12),
            {"profile_means": tables["profile_means"].assign(relative_gradient_low=1e-9)},
            {"success": EMPTY["success"]},
        ),
        "time-to-solve": ({"networks": tables["networks"].assign(status="unsolved")},),
        "horizon-in-training": ({"gradients": tables["gradients"].assign(solved=False)},),
        "memory-map": (
            *map(all_horizons, (Censored.at_least(80), Censored.at_most(5), Censored.exactly(20))),
            {
                "horizons": horizons.assign(
                    memory_horizon=[
                        Censored.exactly(20) if remedy == "none" else Censored.at_least(80)
                        for remedy in horizons["remedy"]
                    ]
                )
            },
        ),
        "trained": (
            *map(all_horizons, (Censored.at_least(80), Censored.at_most(5), Censored.exactly(20))),
            {"runs": tables["runs"][tables["runs"]["experiment"].eq("my-other")]},
            {"success": with_rising_shares(tables["success"])},
        ),
        "gradient-heat-map": (
            {"horizons": horizons[horizons["remedy"].eq("none")]},
            {"hidden_gradients": tables["hidden_gradients"].assign(gradient=0.0, n=0)},
        ),
        "digits": (
            renamed("baselines", "baseline", "majority class", "logistic regression on the last row read"),
            {"success": tables["success"][tables["success"]["cell"].eq("gru")]},
        ),
        "spectra": (
            {"theory": tables["theory"][tables["theory"]["moment"].eq("initial")]},
            {"theory": EMPTY["theory"]},
            {"profile_means": tables["profile_means"][tables["profile_means"]["networks"].ne("solved")]},
        ),
        "agreement": (renamed("agreement", "first", "gradient_horizon_initial", "gradient_horizon_trained"),),
        "prediction": tuple(
            {"prediction_agreement": tables["prediction_agreement"].assign(**changed)}
            for changed in (
                {"correlation_low": -0.1, "behind_low": 0.1},
                {"correlation_low": np.nan},
                {"correlation_low": 0.1, "behind_low": 0.1},
                {"correlation_low": 0.1, "behind_low": -0.1, "resampled": "remedy"},
            )
        ),
        "theory": (renamed("theory", "theory", "mean gate", "spectral norm"),),
    }


def with_rising_shares(success):
    shortest = success.groupby("experiment")["length"].transform("min")
    return success.assign(solved_share=success["length"].gt(shortest).astype(float))


def outcomes(name, answers):
    """Tests that all come out alike, then mixtures of outcomes; those of a forest as each of its questions can."""
    if name.startswith("forest-"):
        yield from (answered(answers, name.removeprefix("forest-"), how) for how in ANSWERS)
    yield from (every_test(outcome) for outcome in OUTCOMES)
    random = np.random.default_rng(0)
    for _ in range(MIXTURES):
        tests = every_test("pass").copy()
        tests["outcome"] = random.choice(OUTCOMES, len(tests))
        yield tests


@pytest.mark.parametrize("name", list(registries.FIGURES))
def test_every_word_of_a_figure_is_read(tables, one_network, answers, name):
    read = set()
    words = Recording(figure_words(name, PROSE, "en"), read)
    wanted = {key for key, _ in leaves(texts_of(name, "en")["words"])}
    for special in (EMPTY, *special_tables(tables).get(name, ())):
        draw(name, one_network | special, "en", words=words)
    for tests in outcomes(name, answers):
        if wanted <= read:
            break
        draw(name, one_network, "en", tests, words)
    assert wanted - read == set()


def test_the_words_that_forests_share_are_all_read_and_alike_in_both_languages(tables, answers):
    english, polish = (read_words(PROSE / language / "forests.json") for language in LANGUAGES)
    assert {key: fields(word) for key, word in leaves(english)} == {key: fields(word) for key, word in leaves(polish)}
    of_measures = {Silence.NOBODY_SOLVED_IT, Silence.TOO_FEW_MEASURED}
    assert set(english["silent"]) == set(Silence) - {Silence.NONE, Silence.NO_RUNS} - of_measures
    name, read = "forest-gates-cure-vanishing", set()
    words = Recording(figure_words(name, PROSE, "en"), read)
    for silence in english["silent"]:
        silent = answers.assign(silence=answers["silence"].mask(answers["setting"].eq("adding-32"), silence))
        draw(name, tables, "en", silent, words)
    draw(name, EMPTY, "en", every_test("unclear"), words)
    assert {("forests", *key) for key, _ in leaves(english)} <= read


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", [Digits, PermutedDigits])
def test_the_criterion_of_the_digits_has_its_words(task, language):
    assert task.solved_when in texts_of("digits", language)["words"]["criteria"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(registries.FIGURES))
def test_captions_and_alt_texts_are_short_and_name_nothing_of_the_configuration(name, language):
    texts = texts_of(name, language)
    assert len(texts["caption"].split()) <= 45
    assert len(texts["alt"].split()) <= 40
    assert not re.search(r"[a-z]+-[a-z]*\d|configuration|konfiguracj", texts["alt"])
