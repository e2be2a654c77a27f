"""The one dictionary of names that readers see, in both languages."""

from pathlib import Path

import pytest
import yaml
from numerals import numerals

from gradient_horizon import registries
from gradient_horizon.errors import ReportError
from gradient_horizon.language.display_names import DisplayNames, read_names
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.language.words import Words, read_words
from gradient_horizon.tasks.parameters import parameters_of
from gradient_horizon.training.optimisers import OPTIMISERS

ROOT = Path(__file__).parents[2]
PROSE = ROOT / "report"
NAMES = {language: DisplayNames.read(PROSE, language) for language in LANGUAGES}
WORDS = {language: read_names(PROSE, language) for language in LANGUAGES}
CONFIGURED = [
    yaml.safe_load(file.read_text()) for file in (ROOT / "config.yaml", *ROOT.glob("workflow/presets/*.yaml"))
]
EXPERIMENTS = {each["name"] for shipped in CONFIGURED for each in shipped.get("experiments", ())}
REMEDIES = {name for shipped in CONFIGURED for name in shipped.get("remedies", ())} - {"none"}
FITS = 28
"""Characters of a label."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_has_its_names_and_nothing_else_has(language):
    words = WORDS[language]
    assert set(words["cells"]) == set(registries.CELLS)
    assert set(words["tasks"]) == set(registries.TASKS)
    assert set(words["remedies"]) == REMEDIES
    assert set(words["settings"]) == EXPERIMENTS
    assert set(words["optimisers"]) == set(OPTIMISERS)
    assert set(words["gates"]) <= set(words["cells"])
    assert all(set(forms) == {"short", "one", "many"} for forms in words["cells"].values())
    assert all(set(forms) == {"short", "long"} for forms in words["remedies"].values())
    assert all({"short", "phrase"} <= set(forms) <= {"short", "phrase", "arm"} for forms in words["settings"].values())


@pytest.mark.parametrize(
    "group", ["cells", "remedies", "settings", "tasks", "parameters", "measures", "optimisers", "gates"]
)
def test_both_languages_name_the_same_and_with_the_same_numbers(group):
    english, polish = (WORDS[language][group] for language in ("en", "pl"))
    assert list(english) == list(polish)
    for name in english:
        forms = [given if isinstance(given, Words) else {"": given} for given in (english[name], polish[name])]
        assert list(forms[0]) == list(forms[1]), name
        for form in forms[0]:
            assert forms[0][form].strip(), (name, form)
            if group == "remedies":
                assert numerals(forms[0][form]) == numerals(forms[1][form]), (name, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_names_fit_a_label_and_tell_apart(language):
    names, words = NAMES[language], WORDS[language]
    for short, group in ((names.cell, "cells"), (names.setting, "settings"), (names.task, "tasks")):
        shown = [short(name) for name in words[group]]
        assert max(map(len, shown)) <= FITS, group
    assert max(map(len, map(names.remedy, words["remedies"]))) <= FITS
    assert len({names.cell(name) for name in words["cells"]}) == len(words["cells"])
    shipped = {each["name"] for each in CONFIGURED[0]["experiments"]} - {"powers-bounded"}
    assert len({names.setting(name) for name in shipped}) == len(shipped)
    of_config = [name for name in CONFIGURED[0]["remedies"] if name != "none"]
    assert len({names.remedy(name) for name in of_config}) == len(of_config)


@pytest.mark.parametrize(
    ("language", "width", "short", "phrase"),
    [
        ("en", 32, "recall, 32 units", "in recall with 32 units"),
        ("en", 16, "recall, 16 units", "in recall with 16 units"),
        ("pl", 32, "przypominanie, 32 jednostki", "w przypominaniu z 32 jednostkami"),
        ("pl", 16, "przypominanie, 16 jednostek", "w przypominaniu z 16 jednostkami"),
    ],
)
def test_a_setting_has_the_width_that_a_study_gives_it(language, width, short, phrase):
    names = DisplayNames.read(PROSE, language, {"recall-32": width})
    assert (names.setting("recall-32"), names.setting_phrase("recall-32")) == (short, phrase)
    assert names.setting("recall-64") == NAMES[language].setting("recall-64")


def test_networks_have_a_short_name_and_two_phrases():
    english, polish = NAMES["en"], NAMES["pl"]
    assert english.network("tanh", "none") == "tanh"
    assert english.network("lstm", "chrono") == "LSTM + chrono"
    assert english.network_phrase("lstm", "chrono") == "an LSTM with chrono initialisation"
    assert english.networks_phrase("relu", "none") == "ReLU networks"
    assert english.remedy("none") == ""
    assert polish.network("relu", "identity") == "ReLU + W jednostkowa"
    assert polish.network_phrase("lstm", "chrono") == "sieć LSTM z inicjalizacją chrono"
    assert polish.networks_phrase("tanh", "radius-0.9") == "sieci tanh o promieniu 0,9"


def test_settings_have_a_short_name_and_phrases():
    english = NAMES["en"]
    assert english.setting("recall-32") == "recall, 32 units"
    assert english.setting_phrase("recall-32") == "in recall with 32 units"
    assert english.setting_of_network("recall-37") == "with 37 units"
    assert english.setting_of_network("recall-64") == "(recall, 64 units)"
    assert english.task("selective-recall") == "selective recall"
    assert english.measure("gradient_horizon") == "gradient horizon"
    assert english.optimiser("adam") == "Adam"


def test_what_only_a_configuration_has_is_shown_as_written_there():
    english = NAMES["en"]
    assert english.network("of_mine:Cell", "mine") == "of_mine:Cell + mine"
    assert english.network_phrase("of_mine:Cell", "mine") == "a network of of_mine:Cell with remedy mine"
    assert english.networks_phrase("of_mine:Cell", "none") == "networks of of_mine:Cell"
    assert english.task("of_mine:Task") == "of_mine:Task"
    assert english.setting("mine-32") == "mine-32"
    assert english.setting_phrase("mine-32") == "in mine-32"


def test_a_task_is_shown_with_its_parameters_and_a_file_by_its_name_and_target():
    english, polish = NAMES["en"], NAMES["pl"]
    assert english.task("recall {symbols: 4}") == "recall (symbols: 4)"
    assert polish.task("recall {noise: 0.5, symbols: 4}") == "przypominanie (szum: 0,5, symbole: 4)"
    assert polish.task("adding {marks: anywhere}") == "dodawanie (znaczniki: gdziekolwiek)"
    assert english.task("of_mine:Task {alphabet: 4}") == "of_mine:Task (alphabet: 4)"
    assert english.task("csv {csv: data/series.csv, input: [a], target: b}") == "series.csv: b"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_of_a_shipped_task_has_a_name(language):
    tasks = (registries.load(registries.TASKS, "task", name) for name in registries.TASKS)
    assert {name for task in tasks for name in parameters_of(task).model_fields} <= set(WORDS[language]["parameters"])


@pytest.mark.parametrize(("group", "ask"), [("cells", "cell"), ("tasks", "task")])
def test_a_registered_name_without_words_stops_the_build_with_its_name_and_the_file(group, ask):
    words = read_words(PROSE / "en" / "names.json")
    name = next(iter(words[group]))
    del words[group][name]
    names = DisplayNames(words, PROSE / "en" / "names.json")
    with pytest.raises(ReportError, match=rf"{group}.*en/names\.json, got no '{name}'"):
        getattr(names, ask)(name)


@pytest.mark.parametrize(("ask", "name"), [("measure", "foresight"), ("optimiser", "lion")])
def test_a_measure_or_an_optimiser_without_words_stops_the_build(ask, name):
    with pytest.raises(ReportError, match=name):
        getattr(NAMES["en"], ask)(name)
