"""The report of a study that does not ask all of the lecture's claims: what it trained, and which part it is."""

import pytest
from hand_made_tables import EMPTY, frame
from report_study import PROSE

from gradient_horizon.claims.informative import Silence
from gradient_horizon.claims.judge import judge_all
from gradient_horizon.claims.registered import registered_claims
from gradient_horizon.claims.schemas import TESTS, VERDICTS
from gradient_horizon.reporting.answer import answer
from gradient_horizon.reporting.asked import asked_elsewhere, asks_all, claims_shown
from gradient_horizon.reporting.heading import Extent, heading, notices, part_of
from gradient_horizon.reporting.trained import trained_table
from gradient_horizon.reporting.wording import Wording
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.tables.success import rising_arms

LANGUAGES = ("en", "pl")
MINE = {"experiment": "mine", "task": "adding", "cell": "gru", "remedy": "none"}
CHOSEN = MINE | {"policy": "chosen", "n": 4}
OF_LECTURE = [claim.id for claim in registered_claims() if claim.preset is None]
STUDY = {"name": "smoke", "title": "Mine", "experiments": [{"name": "recall-32"}]}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims")
    judge_all(EMPTY, PROSE, folder)
    return VERDICTS.load(folder), TESTS.load(folder)


def with_runs(tests, claim, kind):
    """The tests, those of this kind of this claim not silent for want of runs."""
    found = tests["claim"].eq(claim) & tests["kind"].eq(kind)
    return tests.assign(silence=tests["silence"].mask(found, Silence.FLOOR))


@pytest.mark.parametrize(
    ("claim", "kind", "shown"),
    [
        ("gru-similar", "main", ["gru-similar"]),
        ("gates-cure-vanishing", "condition", []),
        ("below-one-vanishes", "main", ["eigen-power", "below-one-vanishes"]),
    ],
)
def test_a_claim_is_shown_where_a_main_question_of_it_has_runs_and_algebra_beside_its_section(
    judged, claim, kind, shown
):
    verdicts, tests = judged
    runs = frame("runs", [MINE | {"run": "one"}])
    found = with_runs(with_runs(tests, claim, kind), "eigen-power", "main")
    assert claims_shown(verdicts, found, runs) == shown
    assert not asks_all(shown)
    assert asks_all(OF_LECTURE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_line_names_what_is_not_asked_and_who_asks_it(language):
    wording = Wording(PROSE, language)
    (none,) = asked_elsewhere(wording, [])
    assert f" {len(OF_LECTURE)}" in none
    assert "config.yaml" in none
    first, *of_presets = asked_elsewhere(wording, OF_LECTURE[1:])
    assert wording.texts.title(OF_LECTURE[0]) in first
    assert wording.texts.title(OF_LECTURE[1]) not in first
    assert of_presets == asked_elsewhere(wording, OF_LECTURE)
    assert all("workflow/presets/modern.yaml" in line for line in of_presets)


@pytest.mark.parametrize(
    ("language", "row"),
    [
        (
            "en",
            [
                "mine: adding",
                "GRU",
                "5: 4/4; 20: 1/4",
                "11 [5 to 20]",
                "≥ 12",
                "0.25",
                "–",
                "predict the mean: 0.167 · remember one value: 0.1",
                "1",
            ],
        ),
        (
            "pl",
            [
                "mine: dodawanie",
                "GRU",
                "5: 4/4; 20: 1/4",
                "11 [5; 20]",
                "≥ 12",
                "0,25",
                "–",
                "średnia: 0,167 · jedna zapamiętana wartość: 0,1",
                "1",
            ],
        ),
    ],
)
def test_the_row_of_an_arm_says_how_far_it_learns_and_how_it_ends_at_the_longest_length(language, row):
    success = [
        CHOSEN | {"length": 5, "solved": 4, "loss": 0.01, "diverged": 0},
        CHOSEN | {"length": 20, "solved": 1, "loss": 0.25, "diverged": 1},
        CHOSEN | {"length": 20, "policy": "any", "solved": 4, "loss": 0.0},
    ]
    t50 = {"memory_horizon": 11, "memory_horizon_low": 5, "memory_horizon_high": 20}
    initial = MINE | {"moment": "initial", "length": 20}
    tables = EMPTY | {
        "runs": frame("runs", [MINE | {"run": "one", "length": 5}, MINE | {"run": "two", "length": 20}]),
        "success": frame("success", success),
        "horizons": frame("horizons", [CHOSEN | t50]),
        "gradients": frame(
            "gradients",
            [
                initial | {"seed": 0, "gradient_horizon": 10},
                initial | {"seed": 1, "gradient_horizon": Censored.at_least(14)},
                initial | {"seed": 0, "length": 5, "gradient_horizon": 3},
                initial | {"seed": 0, "moment": "final", "gradient_horizon": 1},
            ],
        ),
        "baselines": frame(
            "baselines",
            [
                {"task": "adding", "length": length, "rank": rank, "baseline": name, "loss": loss}
                for length in (5, 20)
                for rank, name, loss in ((0, "predict the mean", 1 / 6), (1, "remember one value", 0.1))
            ],
        ),
    }
    (found,) = trained_table(Wording(PROSE, language), tables, every=False)["rows"]
    assert [each["text"].replace("\N{NO-BREAK SPACE}", " ") for each in found] == row


@pytest.mark.parametrize(("every", "shown"), [(False, ["mine: adding"]), (True, ["mine: adding", "recall, 32 units"])])
def test_experiments_that_claims_read_are_in_the_table_only_where_not_all_claims_are_asked(every, shown):
    lecture = {"experiment": "recall-32", "task": "recall", "cell": "tanh", "remedy": "none", "hidden_size": 32}
    runs = frame("runs", [MINE | {"run": "one"}, lecture | {"run": "two"}])
    rows = trained_table(Wording(PROSE, "en"), EMPTY | {"runs": runs}, every=every)["rows"]
    assert [row[0]["text"] for row in rows] == shown
    assert all(cell["text"] == "–" for row in rows for cell in row[2:])


def test_the_answer_of_a_study_of_other_settings_says_who_remembers_farthest_in_each(judged):
    verdicts, tests = (table.iloc[:0] for table in judged)
    horizons = [
        CHOSEN | {"memory_horizon": Censored.at_least(20)},
        CHOSEN | {"cell": "tanh", "memory_horizon": 7},
        CHOSEN | {"experiment": "other", "memory_horizon": 3},
        CHOSEN | {"policy": "any", "cell": "lstm", "memory_horizon": 1},
    ]
    networks = frame("networks", [MINE | {"seed": 0}, MINE | {"seed": 1, "experiment": "other"}])
    said = answer(Wording(PROSE, "en"), verdicts, tests, frame("horizons", horizons), networks, EMPTY["success"])
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in said] == [
        "This study: 2 networks trained (2 experiments).",
        "Farthest in mine: GRU, T50 ≥ 20 steps; the least: tanh, 7 steps.",
        "In other, T50 of GRU is 3 steps.",
    ]


@pytest.mark.parametrize(
    ("part", "title", "said"),
    [
        ("recall-32", "recall, 16 units · Mine", "its experiment recall, 16 units alone, 9 of the study’s 13 runs"),
        (
            "gru-similar",
            "“The GRU is often as good” · Mine",
            "what the claim “The GRU is often as good” rests on, 9 of",
        ),
    ],
)
def test_the_report_of_a_part_says_which_part_of_which_study_and_how_many_of_the_runs(tmp_path, part, title, said):
    wording = Wording(PROSE, "en", widths={"recall-32": 16})
    results = tmp_path / "smoke" / "only" / part
    assert part_of(results, "smoke") == part
    assert part_of(results, "other") == part_of(tmp_path / "smoke", "smoke") == ""
    assert heading(wording, STUDY, part, asks_all=False)["title"] == title
    (notice,) = notices(wording, STUDY, part, Extent(9, 13, ()))
    assert said in notice
    assert "“Mine” (results/smoke)" in notice


def test_a_whole_study_has_a_notice_only_for_runs_that_are_not_there():
    wording = Wording(PROSE, "en")
    assert notices(wording, STUDY, "", Extent(13, 13, ())) == []
    partial, failed = notices(wording, STUDY, "", Extent(12, 13, ("mine-7",)))
    assert partial == "This report is partial: it rests on 12 of 13 runs."
    assert "mine-7" in failed


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "In mine, T50 of all is ≥ 20 steps."), ("pl", "W układzie „mine” T50 wszystkich to ≥ 20 kroków.")],
)
def test_where_all_remember_as_far_none_is_said_to_get_farthest(judged, language, told):
    verdicts, tests = judged
    rows = [CHOSEN | {"cell": name, "memory_horizon": Censored.at_least(20)} for name in ("gru", "tanh")]
    trained = frame("horizons", rows), frame("networks", [MINE | {"run": "one"}]), EMPTY["success"]
    _, farthest = answer(Wording(PROSE, language), verdicts.iloc[:0], tests, *trained)
    assert farthest.replace("\N{NO-BREAK SPACE}", " ") == told


RISING = [CHOSEN | {"length": length, "solved_share": share} for length, share in ((10, 0.0), (20, 2 / 6), (30, 1.0))]
FALLING = [row | {"cell": "lstm", "solved_share": 1 - row["solved_share"]} for row in RISING]


@pytest.mark.parametrize(
    ("shares", "rises"),
    [((0, 2 / 6, 1), True), ((0.5, 0, 1), False), ((0, 1, 0.5), False), ((1, 0, 1), False), ((1, 0.4, 0), False)],
)
def test_shares_rise_where_more_than_half_solve_the_longest_length_and_fewer_the_shortest(shares, rises):
    rows = [row | {"solved_share": share} for row, share in zip(reversed(RISING), reversed(shares), strict=True)]
    arms = rising_arms(frame("success", [*rows, *(row | {"policy": "any"} for row in FALLING)]))
    assert arms == ({("mine", "adding", "gru", "none")} if rises else frozenset())


def test_no_t50_is_shown_of_shares_that_rise_and_it_is_said_why(judged):
    verdicts, tests = (table.iloc[:0] for table in judged)
    wording, success = Wording(PROSE, "en"), frame("success", RISING + FALLING)
    cells = [CHOSEN | {"cell": cell, "memory_horizon": Censored.at_most(10)} for cell in ("gru", "lstm")]
    horizons = frame("horizons", cells)
    runs = frame("runs", [MINE | {"cell": cell, "run": cell} for cell in ("gru", "lstm")])
    table = trained_table(wording, EMPTY | {"runs": runs, "success": success, "horizons": horizons}, every=False)
    assert [row[3]["text"][:1] for row in table["rows"]] == ["–", "≤"]
    assert table["caption"].endswith(wording.words["no_t50"])
    networks = frame("networks", [MINE | {"run": "one"}])
    said = answer(wording, verdicts, tests, horizons, networks, success)[1:]
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in said] == [
        "In mine, T50 of LSTM is ≤ 10 steps.",
        "Left out in mine: networks that solve longer sequences more often than shorter ones, of which T50 says "
        "nothing.",
    ]
    (alone,) = answer(wording, verdicts, tests, horizons.iloc[:1], networks, success)[1:]
    assert alone == "In mine, longer sequences are solved more often than shorter ones, and T50 says nothing."


def test_values_that_are_shown_alike_are_said_to_be_alike(judged):
    verdicts, tests = (table.iloc[:0] for table in judged)
    rows = [CHOSEN | {"cell": cell, "memory_horizon": steps} for cell, steps in (("gru", 14.1), ("tanh", 13.9))]
    networks = frame("networks", [MINE | {"run": "one"}])
    said = answer(Wording(PROSE, "en"), verdicts, tests, frame("horizons", rows), networks, EMPTY["success"])
    assert said[1].replace("\N{NO-BREAK SPACE}", " ") == "In mine, T50 of all is 14 steps."
