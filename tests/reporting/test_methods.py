"""The paragraph on methods: of just what was run, with numbers from the configuration, and every citation resolved."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from gradient_horizon import registries
from gradient_horizon.claims.registered import registered_claims, registered_test
from gradient_horizon.claims.schemas import TESTS
from gradient_horizon.errors import ReportError
from gradient_horizon.language.numbers import LANGUAGES
from gradient_horizon.reporting.latex import cite, to_latex
from gradient_horizon.reporting.methods import BIBLIOGRAPHIES, Done, Methods, bibliography, cited
from gradient_horizon.reporting.statistics_used import NAMES, statistics_used
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Settings
from gradient_horizon.study.plan import expand

ROOT = Path(__file__).parents[2]
PROSE = ROOT / "report"
CONFIG = read_yaml(ROOT / "config.yaml")
WORDS = {language: json.loads((PROSE / language / "methods.json").read_text()) for language in LANGUAGES}
CITATIONS = json.loads((PROSE / "citations.json").read_text())
VERSIONS = {"gradient-horizon": ["0.1.0"], "numpy": ["2.4.6"], "torch": ["2.13.0+cpu"]}
EXPERIMENT = {"name": "recall-32", "task": "recall", "cells": ["tanh"]}


def study_of(*experiments, **defaults):
    given = {"experiments": list(experiments), "defaults": CONFIG["defaults"] | {"lengths": [5, 20]} | defaults}
    return expand(validated_study(CONFIG | given))


def made_tests(*rows):
    blank = {"n": 12, "kind": "main", "effect_censored": "no"}
    names = ("claim", "test", "n", "kind")
    made = [{"order": k, **blank, **dict(zip(names, row, strict=False))} for k, row in enumerate(rows)]
    missing = {column.name: None for column in TESTS.columns if column.kind == "censored"}
    empty = {column.name: "" for column in TESTS.columns if column.kind == "text"}
    numbers = {column.name: 0.0 for column in TESTS.columns if column.kind == "number"}
    return TESTS.frame(missing | empty | numbers | row for row in made)


LENGTHS_COMPARED = (("gates-cure-vanishing", "lstm"), ("gates-cure-vanishing", "lstm", 12, "pooled"))


def paragraph(runs, *, language="en", tests=LENGTHS_COMPARED, prose=PROSE, further=()):
    return Methods(prose, language).paragraph(Done(runs, made_tests(*tests), VERSIONS, further))


def keys(text):
    return set(cited(text))


def entries(text):
    return set(re.findall(r"^@\w+\{(\w+),", text, re.MULTILINE))


def test_a_study_without_gru_does_not_cite_its_paper_and_one_with_it_does():
    without = paragraph(study_of(EXPERIMENT | {"cells": ["tanh", "lstm"]}))
    assert "cho2014" not in without
    assert "GRU" not in without
    assert "gers2000" in keys(without)
    with_it = paragraph(study_of(EXPERIMENT | {"cells": ["tanh", "gru"]}))
    assert "cho2014" in keys(with_it)
    assert "gers2000" not in with_it
    assert keys(with_it) - keys(without) == {"cho2014"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cited_key_has_its_entry_and_every_entry_is_cited(language):
    text = paragraph(expand(validated_study(CONFIG)), language=language, tests=ALL_TESTS)
    assert len(keys(text)) > 25
    assert entries(bibliography(PROSE, text)) == keys(text)
    small = paragraph(study_of(EXPERIMENT), language=language)
    assert entries(bibliography(PROSE, small)) == keys(small) < keys(text)


ALL_TESTS = [(claim.id, test.id) for claim in registered_claims() for test in claim.tests]


def test_both_languages_cite_the_same_and_name_the_same_numbers():
    runs = expand(validated_study(CONFIG))
    english, polish = (paragraph(runs, language=language, tests=ALL_TESTS) for language in LANGUAGES)
    assert keys(english) == keys(polish)
    assert english != polish
    plain = [re.sub(r"~?\\cite\{[^}]*\}", "", text).replace("~", "") for text in (english, polish)]
    found = [sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text))) for text in plain]
    assert found[0] == found[1]
    assert len(found[0]) > 60


def test_numbers_come_from_the_configuration():
    rates = {"learning_rates": [0.002, 0.05], "optimiser": "momentum", "always": ["clipped-tightly"]}
    seeds = {"seeds": 7, "seeds_per_job": 4, "pilot_seeds": 3, "lengths": [6, 11]}
    sizes = {"batch_size": 64, "evaluation_sequences": 128, "evaluate_every": 25}
    runs = study_of(EXPERIMENT | {"hidden_size": 48, "updates": 700} | rates, **seeds, **sizes)
    text = paragraph(runs)
    for said in (
        "48 units wide",
        "at lengths of 6 to 11 steps",
        "with 64 sequences per update",
        "at learning rates of 0.002 or 0.05",
        "gradient descent with momentum 0.9~\\cite{polyak1964}",
        "for at most 700 updates",
        "on 128 fresh sequences, tested every 25 updates",
        "gradients clipped to a norm of 0.1~\\cite{pascanu2013}",
        "had 7 independent seeds",
        "34 networks in 4 runs",  # at two rates, 7 judged seeds of each length and 3 pilots of one, in two jobs each
        "on 3 pilot seeds",
    ):
        assert said in text, said
    assert "Adam" not in text
    assert "Further networks" not in text


def test_alternatives_are_listed_once_and_in_order():
    runs = study_of(
        EXPERIMENT | {"cells": {"lstm": ["forget-bias-5", "forget-bias-1"]}},
        EXPERIMENT | {"name": "other", "hidden_size": 64, "updates": 600, "task": "adding", "always": []},
        EXPERIMENT | {"name": "wide", "hidden_size": 128, "updates": 0, "lengths": [9]},
    )
    text = paragraph(runs)
    assert "32, 64 or 128 units wide" in text
    assert "an initial bias of 1 or 5~\\cite{gers2000,jozefowicz2015}" in text
    assert "for at most 600 or 1,500 updates" in text
    assert "Further networks, at lengths of 9 steps, were measured without training." in text
    polish = paragraph(runs, language="pl")
    assert "liczba jednostek: 32; 64 lub 128" in polish
    assert "600 lub 1500" in polish


def test_measures_that_only_some_experiments_ask_for_are_told_where_they_are():
    runs = study_of(EXPERIMENT)
    said = "trained networks were tested on sequences several times as long"
    assert said in paragraph(runs, further={"extrapolation"})
    assert said not in paragraph(runs)


def test_later_cells_tasks_and_changes_cite_their_papers():
    text = paragraph(
        study_of(
            EXPERIMENT | {"cells": {"slstm": ["none"], "cornn": ["none"], "euler": ["antisymmetric"]}, "always": []},
            EXPERIMENT | {"name": "tracked", "task": "s3", "cells": ["min-gru"], "always": []},
        )
    )
    for said in (
        "sLSTM in its stabilised form~\\cite{beck2024}",
        "coupled oscillatory units (coRNN)~\\cite{rusch2021}",
        "tanh units as Euler steps of a differential equation~\\cite{chang2019}",
        "the antisymmetric part alone is trained (diffusion 0.1)~\\cite{chang2019}",
        "(the word problem of S3)~\\cite{merrill2024,liu2023}",
    ):
        assert said in text, said
    assert entries(bibliography(PROSE, text)) == keys(text)


def test_a_study_without_changes_says_that_weights_are_pytorch_s():
    text = paragraph(study_of(EXPERIMENT | {"always": []}))
    assert "Weights start as PyTorch's by default." in text
    assert "some or all runs" not in text


def test_parameters_that_may_be_left_out_are_named_as_set_or_not():
    arms = EXPERIMENT | {"cells": {"tanh": ["normal-0.01", "normal-sparse"]}}
    text = paragraph(study_of(arms))
    assert "deviation 0.01 with zero biases" in text
    assert "(recurrent inputs per unit: 15 or not set; spectral radius: 0.95 or not set)" in text


def test_a_study_whose_claims_have_no_runs_names_no_statistics():
    text = paragraph(study_of(EXPERIMENT), tests=[("gates-cure-vanishing", "lstm", 0)])
    assert "wilson1927" not in text
    assert "claims were judged" not in text
    assert paragraph(study_of(EXPERIMENT), tests=[]) == text


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([("gates-cure-vanishing", "lstm")], ["shares", "mean-lengths", "combined"]),
        ([("short-memory", "memory-horizon")], ["shares", "half-lengths"]),
        ([("radius-sets-memory", "prediction-0.3", 5, "condition")], ["shares", "half-lengths", "conditions"]),
        ([("clipping-cures-exploding", "relu-fewer-diverge")], ["shares", "differences"]),
        ([("early-steps-do-not-learn", "early-share", 9)], ["student"]),
        ([("early-steps-do-not-learn", "early-share", 10)], ["resampled"]),
        ([("radius-sets-memory", "memory", 12)], ["resampled", "orders"]),
        ([("eigen-power", "random")], ["shares"]),
        ([("gru-similar", "accuracy", 12)], ["combined", "resampled"]),
        ([("early-steps-do-not-learn", "early-share", 12, "pooled")], ["combined", "resampled"]),
        ([("gru-fewer-parameters", "weights")], []),
        ([("pairs-bounded-by-state", "gru")], ["shares", "mean-pairs", "combined"]),
        ([("remembering-need-not-extrapolate", "gru")], ["shares"]),
        ([("remembering-need-not-extrapolate", "left-by-gru", 9, "mechanism")], ["student"]),
        ([("gates-cure-vanishing", "lstm", 0)], []),
    ],
)
def test_the_statistics_are_those_of_the_tests_that_have_runs(rows, wanted):
    assert statistics_used(made_tests(*rows), registered_test) == wanted


def test_tasks_are_named_with_their_parameters_and_a_file_by_what_is_predicted_from_it():
    csv = {"csv": "data/series.csv", "input": ["wave", "drive"], "target": "rise", "predict": "last"}
    tasks = [{"task": "recall", "task_parameters": {"symbols": 4}}, {"task": "csv", "task_parameters": csv}]
    runs = [replace(run, **task) for task in tasks for run in study_of(EXPERIMENT)]
    assert "delayed recall of one symbol across noise~\\cite{hochreiter1997} (symbols: 4) and" in paragraph(runs)
    said = "and prediction of the value of rise at the end of windows of wave, drive in data of the authors' own"
    assert f"{said} (series.csv), at lengths of" in paragraph(runs)


def test_a_class_of_the_user_s_own_is_named_without_a_citation(tmp_path, monkeypatch):
    (tmp_path / "of_mine.py").write_text(
        "from gradient_horizon.cells.tanh import Tanh\n\n\nclass Odd_Cell(Tanh):\n    '''Mine.'''\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    text = paragraph(study_of(EXPERIMENT | {"cells": ["of_mine:Odd_Cell"]}))
    assert "with the authors' own Odd\\_Cell, 32 units wide" in text
    assert "elman1990" not in text


@pytest.mark.parametrize(
    ("kind", "registry"),
    [("cells", registries.CELLS), ("tasks", registries.TASKS), ("changes", registries.CHANGES)],
)
def test_all_that_is_registered_has_words_and_sources(kind, registry):
    words = "changes_by_name" if kind == "changes" else kind
    assert set(CITATIONS[kind]) == set(registry)
    for language in LANGUAGES:
        assert set(WORDS[language][words]) == set(registry)


def test_all_optimisers_precisions_statistics_and_further_measures_have_words_and_sources():
    fields = (Settings.model_fields[name].annotation for name in ("optimiser", "precision"))
    optimisers, precisions = (set(get_args(annotation)) for annotation in fields)
    assert set(CITATIONS["optimisers"]) == optimisers
    assert set(CITATIONS["statistics"]) == set(NAMES)
    for language in LANGUAGES:
        assert set(WORDS[language]["optimisers"]) == optimisers
        assert set(WORDS[language]["precisions"]) == precisions
        assert set(WORDS[language]["statistics"]) == set(NAMES)
        assert set(WORDS[language]["further"]) == set(registries.MEASURES)


def test_every_source_has_one_entry_and_the_entries_of_methods_alone_are_all_of_use():
    known = [entries((PROSE / name).read_text()) for name in BIBLIOGRAPHIES]
    wanted = {key for group in CITATIONS.values() for sources in group.values() for key in sources}
    assert known[0] & known[1] == set()
    assert wanted <= known[0] | known[1]
    assert known[1] <= wanted


def test_both_languages_have_the_same_words_with_the_same_places():
    def places(content):
        if isinstance(content, dict):
            return {key: places(value) for key, value in content.items()}
        return sorted(re.findall(r"\{(\w+)\}", content))

    assert places(WORDS["en"]) == places(WORDS["pl"])


@pytest.mark.parametrize("group", ["optimisers", "cells", "tasks", "changes"])
def test_what_has_no_words_yet_goes_by_its_name(group, tmp_path):
    for name in ("citations.json", "en/methods.json", "en/names.json", "en/words.json"):
        content = json.loads((PROSE / name).read_text())
        for words in (group, "changes_by_name" if group == "changes" else group):
            if name in ("citations.json", "en/methods.json") and words in content and isinstance(content[words], dict):
                content[words] = {}
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    name = {"optimisers": "adam", "cells": "tanh", "tasks": "recall", "changes": "clip-norm"}[group]
    assert re.search(rf"\b{name}\b", paragraph(study_of(EXPERIMENT), prose=tmp_path))


def test_a_source_without_an_entry_stops_the_build_with_its_key():
    with pytest.raises(ReportError, match="nobody1900"):
        bibliography(PROSE, r"Said before~\cite{elman1990,nobody1900}.")


def test_signs_of_latex_are_escaped_and_numbers_keep_their_form():
    text = f"a_b 5 % of 3 · 10⁻⁴{cite(['x1900', 'y2000'])}, 1\u00a0500 – −2 {{}} & #"
    assert to_latex(text) == (r"a\_b 5 \% of 3 $\cdot$ 10$^{-4}$~\cite{x1900,y2000}, 1~500 -- $-$2 \{\} \& \#")
    assert to_latex(f"none{cite([])}.") == "none."
