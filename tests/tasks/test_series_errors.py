"""What is wrong with a CSV file, or with what is asked of it, in one sentence with file, line and column."""

import numpy as np
import pytest
from written_csv import columns, labelled, series, write

LENGTHS = (5,)


def said(task, lengths=LENGTHS):
    return list(task.problems(lengths))


def text(tmp_path, content, **parameters):
    file = tmp_path / "series.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return [each.removeprefix(f"{tmp_path}/") for each in said(series(file, **parameters))]


def lines(*rows):
    return "wave,noise\n" + "".join(f"{row}\n" for row in rows)


GOOD = [f"{value},{-value % 7}" for value in range(40)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({3: 1e308, 4: -1e308, 5: 1.7e308, 6: 1.7e308}, "got numbers from -1e+308 to 1.7e+308"),
        ({3: 1e200}, "a deviation over training that is a finite number above 0, got numbers from 0 to 1e+200"),
        ({39: 1e308}, "must be within 3e+38 deviations of the rows for training (9.23309), got 1e+308"),
        ({39: -1.7e308, 38: 1}, "got -1.7e+308"),
        ({row: 1e-300 * row for row in range(40)}, "got numbers from 0 to 3.1e-299"),
    ],
)
def test_numbers_too_large_or_too_small_to_be_standardised_are_a_sentence_and_no_warning(tmp_path, change, said):
    numbers = {row: float(row) for row in range(40)} | change
    (problem,) = text(tmp_path, lines(*(f"{value!r},{row % 7}" for row, value in numbers.items())))
    assert problem.startswith("series.csv, column 'wave': must ")
    assert said in problem


def test_a_good_file_has_no_problem(tmp_path):
    assert text(tmp_path, lines(*GOOD)) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "series.csv must have a line with the names of columns, and rows below it, got an empty file"),
        ("\n \n", "series.csv must have a line with the names of columns, and rows below it, got an empty file"),
        ("wave,noise\n", "series.csv must have rows below the names of its columns, got none"),
        ("1.5,2\n3,4\n", "series.csv must name its columns in the first line, got numbers: 1.5, 2"),
        (
            "wave;noise\n1;2\n",
            "series.csv must have commas between columns, got 'wave;noise' in its first line; for semicolons, give "
            "delimiter: ';'",
        ),
        ("wave,noise,wave\n1,2,3\n", "series.csv must give each column a name of its own, got 'wave' 2 times"),
        (lines("1,2", "3", "4,5"), "series.csv, line 3: must have 2 cells, as the first line, got 1"),
        ("wave,nose\n1,2\n", "series.csv must have the column 'noise' (input), got wave, nose. Did you mean 'nose'?"),
        (lines("1,2", "", "x,5"), "series.csv, line 4, column 'wave': must be a number, got 'x'"),
        (lines("1,2", ",5", ",6"), "series.csv, line 3, column 'wave': must be a number, got nothing (and 1 more in "
         "this column)"),
        (lines("1,2", "3,NaN"), "series.csv, line 3, column 'noise': must be a number, got 'NaN': missing"),
        (lines("1,2", "3,inf"), "series.csv, line 3, column 'noise': must be a finite number, got 'inf'"),
        (lines("1,2", "1_0,2"), "series.csv, line 3, column 'wave': must be a number, got '1_0'"),
        (
            'wave,noise\n"1,5",2\n',
            "series.csv, line 2, column 'wave': must be a number, got '1,5'; for decimal commas, give decimal: ','",
        ),
        (
            lines(*(f"{value},3" for value in range(40))),
            "series.csv, column 'noise': must vary over the rows for training, got 3 in all 32 of them",
        ),
        (
            lines(*GOOD[:20]),
            "series.csv: the file must have at least 6 rows (5 of a window, and the one after it), got 4 rows held "
            "out; shorten the windows, or give another `held_out`",
        ),
        (b"wave,noise\n\xff,2\n", "series.csv must be text in UTF-8, as CSV, got other bytes (invalid start byte)"),
        (b'wave,noise\n"1,2\n', "series.csv, line 2: must be CSV, got unexpected end of data"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_named_in_one_sentence(tmp_path, content, sentence):
    assert text(tmp_path, content) == [sentence]


def test_the_first_fault_of_each_column_is_named(tmp_path):
    assert text(tmp_path, lines("a,b", "c,2")) == [
        "series.csv, line 2, column 'wave': must be a number, got 'a' (and 1 more in this column)",
        "series.csv, line 2, column 'noise': must be a number, got 'b'",
    ]


def test_a_missing_file_is_named_with_the_folder_that_paths_start_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said(series("data/none.csv")) == [
        f"data/none.csv must be a file, got none there (paths start at {tmp_path})"
    ]
    assert said(series(".")) == [". must be a file that can be read, got Is a directory"]
    assert said(series("a\0b")) == ["csv: must be the path of a file, got 'a\\x00b' (embedded null byte)"]


@pytest.mark.parametrize("number", ["1.234", "1.234,5", "-.5"])
def test_with_decimal_commas_a_point_in_a_number_is_refused_with_its_line(tmp_path, number):
    rows = [row.replace(",", ";") for row in GOOD]
    content = "\n".join(["wave;noise", *rows[:3], f"{number};1", *rows[3:]])
    assert text(tmp_path, content, delimiter=";", decimal=",") == [
        f"series.csv, line 5, column 'wave': must be a number, got {number!r} with a point, where ',' is the decimal "
        "mark"
    ]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"target": "wafe"},
            "series.csv must have the column 'wafe' (target), got step, wave, noise. Did you mean 'wave'?",
        ),
        ({"id": "who"}, "series.csv must have the column 'who' (id), got step, wave, noise."),
        ({"time": "noise"}, "series.csv, line 3, column 'noise': must be later than in the row before, got "),
        ({"split": "id"}, "split: id must go with `id`, the column that tells series apart, got none"),
        (
            {"windows": "last"},
            "windows: last must go with split: id, since one window of a series cannot be in two parts",
        ),
        (
            {"predict": "last"},
            "input: must not have the target 'wave' with predict: last: it shows the answer",
        ),
        ({"input": ["wave", "wave"]}, "input: must name each column once, got 'wave' 2 times"),
        ({"solved": {"accuracy": 0.9}}, "solved: must be a loss with predict: next, got an accuracy"),
        (
            {"predict": "class", "input": "wave", "target": "noise"},
            "series.csv, line 2, column 'noise': must be a class, as text or a whole number, got ",
        ),
        ({"id": "noise"}, "id: must be a column that is neither input nor target, got 'noise'"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_the_file_is_named_in_one_sentence(tmp_path, parameters, sentence):
    (problem,) = said(series(write(tmp_path, columns()), **parameters))
    assert problem.removeprefix(f"{tmp_path}/").startswith(sentence)


CLASSES = {"input": "x", "target": "label", "predict": "class", "id": "who"}


def class_problems(tmp_path, table, lengths=LENGTHS, **more):
    return [
        each.removeprefix(f"{tmp_path}/") for each in said(series(write(tmp_path, table), **CLASSES | more), lengths)
    ]


def relabelled(*labels):
    table = labelled()
    return table | {"label": np.array(labels)[table["who"] % len(labels)]}


@pytest.mark.parametrize("labels", [("1", "01"), ("+1", "1"), ("1.0", "1"), ("1e1", "10")])
def test_a_class_that_is_one_number_is_written_in_one_way(tmp_path, labels):
    first, second = sorted(labels)
    assert class_problems(tmp_path, relabelled(*labels)) == [
        f"series.csv, column 'label': must have one way of writing each class, got {first!r} and {second!r} for the "
        "same number"
    ]


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (("10", "9", "-1"), ["-1", "9", "10"]),
        (("--1", "+-1"), ["+-1", "--1"]),
        (("01", "1", "a"), ["01", "1", "a"]),
        (("9007199254740993", "9007199254740992"), ["9007199254740992", "9007199254740993"]),
    ],
)
def test_classes_have_one_order_whole_numbers_by_size_and_others_by_letters(tmp_path, labels, order):
    assert class_problems(tmp_path, relabelled(*labels), held_out=0.5) == []
    assert list(series(tmp_path / "series.csv", **CLASSES).data.classes) == order


def test_classes_must_be_in_both_parts(tmp_path):
    table = labelled()
    assert class_problems(tmp_path, table) == []
    held_out = next(iter(series(tmp_path / "series.csv", **CLASSES).data.parts.held_out))
    rare = np.where(np.arange(96) // 8 == held_out.start // 8, "rare", table["label"])
    assert class_problems(tmp_path, table | {"label": rare}) == [
        "series.csv, column 'label': every class must be among the rows for training, got 'rare' only in those held "
        "out (windows of 5 rows); give another `held_out`, or more rows of this class"
    ]
    assert class_problems(tmp_path, table, held_out=0.01) == [
        "series.csv, column 'label': the rows held out must have 2 classes, got only 'b' (windows of 5 rows); give a "
        "larger `held_out`, or more rows"
    ]
    assert class_problems(tmp_path, table | {"label": ["a"] * 96}) == [
        "series.csv, column 'label': must have 2 to 1000 classes, got only 'a'"
    ]
    assert class_problems(tmp_path, table | {"label": ["", *table["label"][1:]]}) == [
        "series.csv, line 2, column 'label': must be a class, got nothing"
    ]


def test_series_must_be_long_enough_whole_and_at_least_two(tmp_path):
    table = labelled()
    assert class_problems(tmp_path, table, (5, 9)) == [
        "series.csv: series '1' must have at least 9 rows (9 of a window), got 8 rows; shorten the windows, or leave "
        "such series out"
    ]
    mixed = table | {"who": [1, *table["who"][1:]]}
    assert class_problems(tmp_path, mixed) == [
        "series.csv, line 10, column 'who': must have the rows of a series one after another, got '1' again; sort the "
        "rows, or give the column `time` that says their order"
    ]
    assert class_problems(tmp_path, table | {"who": [7] * 96}) == [
        "split: id must have at least 2 series, got 1; give `id`, or split: time"
    ]
    assert class_problems(tmp_path, table | {"who": ["", *table["who"][1:]]}) == [
        "series.csv, line 2, column 'who': must name a series, got nothing"
    ]


def test_times_must_be_later_from_row_to_row_and_of_one_kind(tmp_path):
    days = [f"2026-01-{day:02d}" for day in range(1, 32)]
    table = {"day": days, "wave": np.arange(31), "noise": -np.arange(31) % 7}

    def problems(days):
        return [
            each.removeprefix(f"{tmp_path}/")
            for each in said(series(write(tmp_path, table | {"day": days}), time="day"))
        ]

    assert problems(days) == []
    assert problems([days[0], *days[:30]]) == [
        "series.csv, line 3, column 'day': must be later than in the row before, got '2026-01-01'; sort the rows by "
        "'day', and leave no time twice"
    ]
    assert problems([*days[:30], "soon"]) == [
        "series.csv, line 32, column 'day': must be a number, or a date and time such as 2026-01-31T12:00, got 'soon'"
    ]
