import pytest
from report_study import LANGUAGES, PROSE, ROOT

from gradient_horizon.reporting import typesetting
from gradient_horizon.reporting.box import box, least_accuracy
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study

MAIN = '#import "layout.typ": *\n#import "box.typ": *\n#set document(title: "box")\n#task-box()\n'


@pytest.fixture(scope="module")
def study():
    return validated_study(read_yaml(ROOT / "config.yaml"))


def of_language(language, study):
    return box(PROSE, Wording(PROSE, language), study)


def terms(made):
    return {each["term"]: each["text"] for each in made["terms"]}


def test_the_criterion_is_that_of_the_task():
    assert least_accuracy() == 0.95


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_box_has_at_most_130_words(study, language):
    made = of_language(language, study)
    texts = [made["title"], *made["labels"].values(), *(text for each in made["terms"] for text in each.values())]
    assert 80 <= sum(len(text.split()) for text in texts) <= 130


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        (
            "en",
            ["32 units", "T from 5 to 80", "12 seeds", "batches of 32", "at most 1,500 updates", "0.001, 0.003, 0.01"],
        ),
        ("pl", ["jednostek 32", "T od 5 do 80", "ziaren 12", "po 32", "najwyżej 1500", "0,001; 0,003; 0,01"]),
    ],
)
def test_the_numbers_are_those_of_the_plan(study, language, numbers):
    text = of_language(language, study)["terms"][-1]["text"]
    assert [number for number in numbers if number not in text] == []


def test_a_number_moved_in_the_plan_is_moved_in_the_box(study):
    first = study.experiments[0].model_copy(
        update={"updates": 777, "lengths": (6, 9), "batch_size": 3, "hidden_size": 21}
    )
    moved = study.model_copy(update={"experiments": (first, *study.experiments[1:])})
    text = terms(of_language("en", moved))["Setting"]
    assert "21 units, T from 6 to 9, 12 seeds, batches of 3, at most 777 updates" in text


def test_a_study_that_trains_nothing_has_no_setting(study):
    experiments = tuple(each.model_copy(update={"updates": 0}) for each in study.experiments)
    untrained = study.model_copy(update={"experiments": experiments})
    assert list(terms(of_language("en", untrained))) == ["Recall", "Solved", "Remembers T steps", "95 % interval"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_formats_say_it_and_draw_the_sequence(study, language, tmp_path):
    made = of_language(language, study)
    (tmp_path / "figures").mkdir()
    with typesetting.staged(PROSE, {"box": made, "values": {}, "figures": {}}, tmp_path / "figures") as root:
        (root / "main.typ").write_text(MAIN, encoding="utf-8")
        page = typesetting.body(root, language)
    assert page.count("--at:") == len(made["sequence"]["noise"]) == 10
    assert f"--at:{min(made['sequence']['noise'])}" in page
    assert all(each["text"].replace("\u00a0", "&nbsp;") in page.replace("\u00a0", "&nbsp;") for each in made["terms"])
    assert made["labels"]["symbol"] in page
