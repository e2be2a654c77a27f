import json
from pathlib import Path

import pytest
from published_rows import ROW

from gradient_horizon.errors import PublishedError
from gradient_horizon.literature.rows import read_rows, unread
from gradient_horizon.statistics.shares import share

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "report" / "published.json"


def written(folder, *rows):
    file = folder / "published.json"
    file.write_text(json.dumps({"unread": ["le2015"], "rows": rows}))
    return file


def test_fifteen_results_or_more_of_six_publications_or_more_are_shipped():
    rows = read_rows(SHIPPED)
    assert len(rows) >= 15
    assert len({row.cite for row in rows}) >= 6
    assert not {row.cite for row in rows} & {*unread(SHIPPED)}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"place": {"en": "", "pl": ""}},
            r"published row 'a-row': place.en: String should have at least 1 character, got",
        ),
        (
            {"place": None},
            r"published row 'a-row': place: Input should be a valid dictionary or instance of Texts, got 'None'",
        ),
        ({"conditions": {"en": "x"}}, r"published row 'a-row': conditions.pl: Field required"),
        ({"conditions": {"en": "", "pl": "x"}}, r"published row 'a-row': conditions.en: String should have at least 1"),
        ({"read": "memory"}, r"published row 'a-row': read: Input should be 'pdf', 'text' or 'code', got 'memory'"),
        ({"trials": None}, r"published row 'a-row': the row: .* must have either trials, or low and high"),
        ({"low": 0.5, "high": 1}, r"published row 'a-row': the row: .* must have either trials, or low and high"),
        ({"ours": {"measure": "guess"}}, r"published row 'a-row': ours: .*'guess'"),
        ({"cite": "Pascanu"}, r"published row 'a-row': cite: String should match pattern .*, got 'Pascanu'"),
        (
            {"value": 7, "trials": None, "low": 0, "high": 9},
            r"published row 'a-row': the row: .* from 0 to 1 where it is",
        ),
        ({"value": 0.37}, r"published row 'a-row': the row: .* must be a share of whole trials"),
        ({"value": "1.0"}, r"published row 'a-row': value: Input should be a valid number, got '1.0'"),
        ({"value": True}, r"published row 'a-row': value: Input should be a valid number, got 'True'"),
        ({"trials": 0}, r"published row 'a-row': trials: Input should be greater than or equal to 1, got '0'"),
        (
            {"trials": None, "low": 1, "high": 0.5},
            r"published row 'a-row': the row: .* must have a value from low to high",
        ),
        (
            {"unit": "updates"},
            r"published row 'a-row': the row: .* must be a share of whole trials where it has trials",
        ),
        (
            {"unit": "loss", "trials": None, "low": 0, "high": 2},
            r"published row 'a-row': the row: .* must have the unit share for its measure",
        ),
        ({"budget": 0}, r"published row 'a-row': budget: Input should be greater than or equal to 1, got '0'"),
        ({"place": {"en": "  ", "pl": "x"}}, r"published row 'a-row': place.en: String should have at least 1"),
        ({"colour": "red"}, r"published row 'a-row': colour: Extra inputs are not permitted, got 'red'"),
    ],
)
def test_a_row_that_is_incomplete_or_odd_is_refused_by_its_name(tmp_path, changed, message):
    with pytest.raises(PublishedError, match=message):
        read_rows(written(tmp_path, ROW | changed))


@pytest.mark.parametrize("key", ["place", "conditions", "value", "cite", "ours"])
def test_a_row_without_a_key_is_refused_by_its_name(tmp_path, key):
    without = {name: value for name, value in ROW.items() if name != key}
    with pytest.raises(PublishedError, match=rf"published row 'a-row': {key}: Field required"):
        read_rows(written(tmp_path, without))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"published.json must be JSON that can be read, got JSONDecodeError"),
        ("[]", r"published.json must have the keys unread and rows, got \[\]"),
        ('{"rows": []}', r"published.json must have the keys unread and rows"),
        ('{"unread": [], "rows": [1]}', r"published.json: rows must be a list of mappings, got \[1\]"),
    ],
)
def test_a_file_that_is_no_list_of_rows_is_named(tmp_path, content, message):
    (tmp_path / "published.json").write_text(content)
    with pytest.raises(PublishedError, match=message):
        read_rows(tmp_path / "published.json")


def test_two_rows_of_one_name_are_refused(tmp_path):
    with pytest.raises(PublishedError, match="the ids of published rows must differ, got 'a-row' twice"):
        read_rows(written(tmp_path, ROW, ROW))


def test_the_values_that_count_as_the_same_are_given_or_those_of_as_many_trials(tmp_path):
    other = ROW | {"id": "other", "value": 0.2, "trials": None, "low": 0.1, "high": 0.3}
    of_trials, given = read_rows(written(tmp_path, ROW | {"value": 0.2}, other))
    assert of_trials.region == share(1, 5)[1:]
    assert of_trials.region == pytest.approx((0.0362, 0.6245), abs=1e-4)
    assert given.region == (0.1, 0.3)
