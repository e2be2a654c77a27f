from pathlib import Path

import pytest
import yaml

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import called, read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.origins import Origins

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"


@pytest.fixture
def refusal(tmp_path):
    """The message that refuses config.yaml with this text laid over it."""

    def of(text):
        overlay = tmp_path / "mine.yaml"
        overlay.write_text(text)
        with pytest.raises(ConfigError) as refused:
            validated_study(read_yaml(CONFIG, overlay), [CONFIG, overlay])
        return str(refused.value).splitlines()

    return of


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title: a\ndefaults:\n  seeds: 0\n", "defaults.seeds: must be at least 1, got 0 (mine.yaml, line 3)"),
        ("seeds: 4\n", "'seeds' belongs under `defaults` or in an experiment. (mine.yaml, line 1)"),
        (
            "experiments:\n  - name: a\n    task: recal\n    cells: [tanh]\n",
            "Did you mean 'recall'? (mine.yaml, line 3)",
        ),
        (
            "experiments:\n  - name: a\n    task: recall\n    cells:\n      - tanh\n      - lsmt\n",
            "Did you mean 'lstm'? (mine.yaml, line 6)",
        ),
        (
            "experiments:\n  - name: a\n    cells: [tanh]\n",
            "experiments.0.task: must be given, got nothing (mine.yaml, line 2)",
        ),
        ("defaults: {lengths: [1]}\n", "defaults.lengths.0: must be at least 2, got 1 (mine.yaml, line 1)"),
    ],
)
def test_a_problem_of_an_overlay_names_the_overlay_and_its_line(refusal, text, problem):
    first, *problems = refusal(text)
    assert first == "config.yaml with mine.yaml laid over it cannot be run as written:"
    assert len(problems) == 1
    assert problems[0].endswith(problem), problems


def test_a_problem_of_the_file_below_names_that(tmp_path):
    config, overlay = tmp_path / "config.yaml", tmp_path / "mine.yaml"
    config.write_text(CONFIG.read_text().replace("seeds: 12 ", "seeds: -1 ", 1))
    overlay.write_text("title: mine\n")
    line = next(n for n, each in enumerate(config.read_text().splitlines(), 1) if "seeds: -1" in each)
    with pytest.raises(ConfigError, match=f"got -1 \\(config.yaml, line {line}\\)"):
        validated_study(read_yaml(config, overlay), [config, overlay])


def test_what_the_command_line_gives_is_in_no_file():
    config = read_yaml(CONFIG)
    config["defaults"]["seeds"] = 0
    with pytest.raises(ConfigError) as refused:
        validated_study(config, [CONFIG])
    assert refused.value.problems == ("defaults.seeds: must be at least 1, got 0",)


def test_a_setting_that_an_experiment_has_from_the_defaults_is_found_there(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("defaults: {seeds: 1}\nexperiments:\n- {name: b,\n   task: c}\n")
    origins = Origins([file], yaml.safe_load(file.read_text()))
    assert origins.told("experiments.0.seeds: x") == "experiments.0.seeds: x (a.yaml, line 1)"
    assert origins.told("experiments.0.task: x") == "experiments.0.task: x (a.yaml, line 4)"
    assert origins.told("experiments.0.unknown: x") == "experiments.0.unknown: x (a.yaml, line 3)"
    assert origins.told("no key at all") == "no key at all"


def test_merged_keys_are_found_where_the_anchor_stands(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("x-all: &all\n  task: recall\nexperiments:\n- <<: *all\n  name: b\n")
    origins = Origins([file], yaml.safe_load(file.read_text()))
    assert origins.told("experiments.0.task: x").endswith("(a.yaml, line 2)")


def test_a_list_of_an_overlay_replaces_the_places_of_the_one_below(tmp_path):
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text("a:\n- b\n- c\n")
    other.write_text("\n\n\na: [b]\n")
    origins = Origins([one, other], {"a": ["b"]})
    assert origins.told("a.1: x") == "a.1: x (other.yaml, line 4)"


def test_files_are_called_by_their_names():
    assert called([]) == "config.yaml"
    assert called([Path("config.yaml"), Path("a/b.yaml"), Path("c.yaml")]) == (
        "config.yaml with b.yaml and c.yaml laid over it"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "defaults: {lengths: [010, 020]}",
            "must be written without zeros in front (10), or in quotes, if it is text, got 010",
        ),
        (
            "defaults: {lengths: [08, 09]}",
            "must be written without zeros in front (8), or in quotes, if it is text, got 08",
        ),
        (
            "defaults: {seeds: -01_0}",
            "must be written without zeros in front (10), or in quotes, if it is text, got -01_0",
        ),
        (
            "limits: {hours: 1:30}",
            "must be one number, since YAML takes 1:30 as 90, or in quotes, if it is text, got 1:30",
        ),
        ("limits: {hours: 1:30.5}", "must be one number, since YAML takes 1:30.5 as 90.5, or in quotes"),
        ("defaults: {updates: yes}", "must be true, false or a number, or in quotes, if it is text, got yes"),
        ("title: NO", "must be true, false or a number, or in quotes, if it is text, got NO"),
        ("title: On", "must be true, false or a number, or in quotes, if it is text, got On"),
        ("# nothing\n", "must be keys with values, got none but comments"),
        ("", "must be keys with values, got none"),
    ],
)
def test_what_yaml_reads_as_something_else_is_refused_with_what_was_meant(refusal, text, problem):
    assert any(problem in each for each in refusal(text)), refusal(text)


@pytest.mark.parametrize(
    "text", ["title: '010'", 'title: "yes"', "title: norway", "x-a: [1.5, 0, 0.5, 1e-3, -0.5, 0x10]"]
)
def test_what_yaml_reads_as_written_is_accepted(tmp_path, text):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(text)
    assert validated_study(read_yaml(CONFIG, overlay), [CONFIG, overlay])


def test_a_typo_in_the_defaults_is_said_once(refusal):
    _, *problems = refusal("defaults: {lenghts: [5]}")
    assert len(problems) == 1
    assert problems[0].endswith("Did you mean 'lengths'? (mine.yaml, line 1)")


def test_keys_that_begin_with_x_hold_what_aliases_repeat(tmp_path):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("x-cells: &cells [tanh, gru]\nexperiments:\n- {name: a, task: recall, cells: *cells}\n")
    study = validated_study(read_yaml(CONFIG, overlay), [CONFIG, overlay])
    assert study.experiments[0].cells == ("tanh", "gru")
