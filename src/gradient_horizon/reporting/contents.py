"""All that a report shows, in one language and with every number formatted: what Typst and the page are made from."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gradient_horizon.claims.base import Verdict
from gradient_horizon.claims.judge import TESTS, VERDICTS
from gradient_horizon.claims.selection import experiments_behind
from gradient_horizon.claims.stability import STABILITY, Agreement
from gradient_horizon.config import Study
from gradient_horizon.errors import ReportError
from gradient_horizon.plan import expand
from gradient_horizon.reporting import provenance
from gradient_horizon.reporting.answer import answer
from gradient_horizon.reporting.grid import (
    Cell,
    Column,
    cell,
    estimate_cell,
    grid,
    interval_cell,
    number_cell,
)
from gradient_horizon.reporting.published import published
from gradient_horizon.reporting.strip import strip
from gradient_horizon.reporting.wording import COLOURS, VERDICT_LOOKS, Wording
from gradient_horizon.tables.contracts import load_tables

AFTER_THE_LECTURE = "after the lecture"


def contents(results: Path, home: Path, sources: Path, language: str, commit: Mapping[str, str]) -> dict[str, Any]:
    """The report's data, from the results of a study or of a part of it; `home` is the folder that has all runs.

    Raises ReportError or KeyError where a word, a text or a value is missing.
    """
    wording = Wording(sources, language)
    words, numbers = wording.words, wording.numbers
    tables = load_tables(results / "tables")
    verdicts, tests = VERDICTS.load(results / "claims"), TESTS.load(results / "claims")
    study = json.loads((results / "plan" / "study.json").read_text(encoding="utf-8"))
    runs = (results / "plan" / "runs.txt").read_text(encoding="utf-8").split()
    expected = len(expand(Study.model_validate(study)))
    found, networks = len(tables["runs"]), len(tables["networks"])
    stability = STABILITY.load(results / "claims")
    unstable = _unstable(stability, wording)
    claims = {
        row["claim"]: _claim(wording, row, tests[tests["claim"].eq(row["claim"])].to_dict("records"), unstable)
        for row in verdicts.to_dict("records")
    }
    counts = Counter(claim["verdict"]["style"] for claim in claims.values())
    missing = int(tests["n"].eq(0).sum())
    runs_of = words["runs_of"].format(found=numbers.integer(found), expected=numbers.integer(expected))
    return {
        "language": language,
        "title": words["title"],
        "subtitle": words["subtitle"],
        "study_title": study["title"],
        "commit": commit["commit"],
        "day": [int(part) for part in commit["day"].split("-")] if commit["day"] else None,
        "facts": " · ".join(
            filter(
                None,
                (
                    f"{words['study']} {study['title']}",
                    f"{words['preset']} {commit['preset']}",
                    f"{words['commit']} {commit['commit']}",
                    numbers.day(commit["day"]),
                    runs_of,
                    numbers.counted(networks, words["networks"]),
                ),
            )
        ),
        "notices": [
            *(
                [words["partial"].format(found=numbers.integer(found), expected=numbers.integer(expected))]
                if found != expected
                else []
            ),
            *(
                [words["tests_without_runs"].format(missing=numbers.integer(missing), tests=len(tests))]
                if missing
                else []
            ),
        ],
        "answer": answer(wording, verdicts, tests, tables["horizons"]),
        "counts": [
            {"style": style, "word": words["verdicts"][style], "n": numbers.integer(counts[style])}
            for _, style in VERDICT_LOOKS.values()
            if counts[style]
        ],
        "claims": claims,
        "groups": _groups(wording, claims, lambda section: section != AFTER_THE_LECTURE),
        "after": _groups(wording, claims, lambda section: section == AFTER_THE_LECTURE),
        "figures": _figures(results, sources, language),
        "tables": {
            **_tables(results, home, sources, wording, tables, claims, tests, study, runs),
            "stability": _stability_table(wording, claims, stability),
        },
        "stability": _stability(wording, stability),
        "values": {
            "runs": numbers.integer(found),
            "networks": numbers.integer(networks),
            "tests": numbers.integer(len(tests)),
            "claims": numbers.integer(len(claims)),
        },
        "config": json.dumps(study, indent=1, ensure_ascii=False),
    }


def _claim(
    wording: Wording, row: Mapping[str, Any], tests: list[dict[str, Any]], unstable: Mapping[str, str]
) -> dict[str, Any]:
    words = wording.words
    verdict = wording.verdict(row["verdict"])
    deciding = _deciding(row["verdict"], tests)
    missing = sum(test["n"] == 0 for test in tests)
    notices = [words["without_runs"].format(missing=missing, tests=len(tests))] if missing else []
    notices += [unstable[row["claim"]]] if row["claim"] in unstable else []
    own_runs = any(experiments_behind(test["rows"]) for test in tests)
    title = wording.title(row["claim"])
    return {
        "id": row["claim"],
        "title": title,
        "section": row["section"],
        "group": words["groups"][row["section"]],
        "quote": row["quote_pl"] if wording.language == "pl" else row["quote_en"],
        "original": row["quote_pl"],
        "verdict": verdict,
        "condition": wording.condition(row["verdict"], tests),
        "notices": notices,
        "refuters": [
            words["passes_at"].format(
                question=wording.texts(test["claim"], test["test"]).question,
                region=wording.region(test["threshold_low"], test["threshold_high"], test["unit"]),
            )
            for test in tests
            if test["kind"] == "main"
        ],
        "figure": row["figure"],
        "strip": _strip(wording, deciding, COLOURS[verdict["style"]]),
        "strip_title": _strip_title(wording, deciding),
        "numbers": _numbers(wording, deciding),
        "run_note": words["run_note" if own_runs else "run_nothing"],
        "run_commands": [
            f".venv/bin/snakemake --cores 2 results/only/{row['claim']}/report/{wording.language}/report.html",
        ]
        if own_runs
        else [".venv/bin/python -m gradient_horizon powers --out powers.json"],
    }


def _deciding(verdict: str, tests: list[dict[str, Any]]) -> dict[str, Any]:
    """The test that made the verdict: the first main test that failed or stayed unclear, or just the first."""
    wanted = {Verdict.ONLY_IF: "fail", Verdict.REFUTED: "fail", Verdict.INCONCLUSIVE: "unclear"}.get(Verdict(verdict))
    candidates = [test for test in tests if test["kind"] == "main" and test["outcome"] == wanted]
    return (candidates or tests)[0]


def _strip(wording: Wording, test: Mapping[str, Any], colour: str) -> str:
    region = (test["threshold_low"], test["threshold_high"])
    effect = (test["effect"], test["effect_low"], test["effect_high"])
    return strip(*effect, region, colour, _strip_title(wording, test))


def _strip_title(wording: Wording, test: Mapping[str, Any]) -> str:
    return str(
        wording.words["strip"].format(
            statistic=wording.texts(test["claim"], test["test"]).statistic,
            estimate=wording.estimate(test["effect"], test["unit"]),
            interval=wording.numbers.interval(test["effect_low"], test["effect_high"], test["unit"]),
            region=wording.region(test["threshold_low"], test["threshold_high"], test["unit"]),
        )
    )


def _numbers(wording: Wording, test: Mapping[str, Any]) -> str:
    if test["n"] == 0:
        return str(wording.words["not_run"])
    count = wording.words["networks_n"].format(n=wording.numbers.integer(test["n"]))
    return f"{estimate_cell(wording, test, 'effect', test['unit'])['text']}, {count}"


def _groups(wording: Wording, claims: Mapping[str, Any], wanted: Any) -> list[dict[str, Any]]:
    sections = dict.fromkeys(claim["section"] for claim in claims.values())
    return [
        {
            "id": section.replace(" ", "-"),
            "title": wording.words["groups"][section],
            "claims": [name for name, claim in claims.items() if claim["section"] == section],
        }
        for section in sections
        if wanted(section)
    ]


def _unstable(stability: pd.DataFrame, wording: Wording) -> dict[str, str]:
    """A sentence for every claim whose verdict does not come out the same on two disjoint halves of the seeds."""
    sentences = {Agreement.UNDECIDED.value: "undecided_on_half", Agreement.CONTRADICTED.value: "unstable"}
    return {
        row["claim"]: wording.words[sentences[row["agreement"]]].format(
            even=wording.verdict(row["verdict_even"])["word"],
            odd=wording.verdict(row["verdict_odd"])["word"],
            tests=row["contradicted"],
        )
        for row in stability.to_dict("records")
        if row["agreement"] in sentences
    }


def _stability(wording: Wording, stability: pd.DataFrame) -> str:
    """How many claims keep their verdict on disjoint halves of the seeds, and how many are contradicted."""
    count = Counter(stability["agreement"])
    return str(
        wording.words["stability"].format(
            claims=wording.numbers.integer(len(stability)),
            same=wording.numbers.integer(count[Agreement.SAME.value]),
            undecided=wording.numbers.integer(count[Agreement.UNDECIDED.value]),
            contradicted=wording.numbers.integer(count[Agreement.CONTRADICTED.value]),
        )
    )


def _stability_table(wording: Wording, claims: Mapping[str, Any], stability: pd.DataFrame) -> dict[str, Any]:
    columns = [
        Column("claim", width=1.3),
        *(Column(name, width=1) for name in ("all_seeds", "even", "odd", "agreement")),
    ]
    rows = [
        [
            cell(claims[row["claim"]]["title"], link=f"claim-{row['claim']}"),
            *(cell(wording.verdict(row[name])["word"]) for name in ("verdict", "verdict_even", "verdict_odd")),
            cell(wording.words["agreements"][row["agreement"]]),
        ]
        for row in stability.to_dict("records")
    ]
    return grid(wording, "stability", columns, rows)


def _figures(results: Path, sources: Path, language: str) -> dict[str, Any]:
    """Alt text and caption of every figure that was drawn, and the interactive ones that stand beside it."""
    texts = json.loads((sources / "figures.json").read_text(encoding="utf-8"))
    folder = results / "figures" / language
    drawn = sorted(file.stem for file in folder.glob("*.svg"))
    untold = [name for name in drawn if name not in texts]
    if untold:
        raise ReportError(f"figures.json must have alt text and caption of every figure, got none of {untold}")
    specified = sorted(file.name.removesuffix(".vl.json") for file in folder.glob("*.vl.json"))
    beside = {
        name: [{"name": each, **texts[each][language]} for each in specified if texts[each]["beside"] == name]
        for name in drawn
    }
    return {name: {**texts[name][language], "interactive": beside[name]} for name in drawn}


def _tables(
    results: Path,
    home: Path,
    sources: Path,
    wording: Wording,
    tables: Mapping[str, pd.DataFrame],
    claims: Mapping[str, Any],
    tests: pd.DataFrame,
    study: Mapping[str, Any],
    runs: list[str],
) -> dict[str, Any]:
    made = {
        "verdicts": _verdict_table(wording, claims),
        "horizons": _horizons(wording, tables),
        "others": _others(wording, tables),
        **{f"tests-{name}": _test_table(wording, claim, tests) for name, claim in claims.items()},
        **_provenance(results, home, wording, study, runs),
        "memories": _memories(wording, tables["memories"]),
        "agreement": _agreement(wording, tables["agreement"]),
        "theory": _theory(wording, tables["theory"]),
    }
    rows = published(wording, json.loads((sources / "published.json").read_text(encoding="utf-8")), tests, tables)
    if rows:
        columns = [Column("source"), Column("published", width=2), Column("ours", width=2), Column("verdict_published")]
        made["published"] = grid(wording, "published", columns, rows)
    return made


def _verdict_table(wording: Wording, claims: Mapping[str, Any]) -> dict[str, Any]:
    columns = [Column("claim", width=2), Column("verdict"), Column("deciding", width=1.5)]
    rows = [
        [
            cell(claim["title"], link=f"claim-{name}"),
            cell(claim["verdict"]["word"], verdict=claim["verdict"]),
            cell(claim["numbers"], strip=claim["strip"], alt=claim["strip_title"]),
        ]
        for name, claim in claims.items()
    ]
    return grid(wording, "verdicts", columns, rows)


def _test_table(wording: Wording, claim: Mapping[str, Any], tests: pd.DataFrame) -> dict[str, Any]:
    words = wording.words
    columns = [
        Column("question", width=1),
        Column("kind"),
        Column("n", number=True),
        Column("estimate", number=True),
        Column("passes_at", number=True),
        Column("outcome"),
    ]
    rows: list[list[Cell]] = []
    for test in tests[tests["claim"].eq(claim["id"])].to_dict("records"):
        texts = wording.texts(test["claim"], test["test"])
        detail = words["test_detail"].format(
            statistic=texts.statistic[:1].upper() + texts.statistic[1:],
            table=test["table"],
            rows=wording.rows(test["rows"]),
            why=texts.why,
        )
        region = wording.numbers.region(test["threshold_low"], test["threshold_high"], test["unit"])
        rows.append(
            [
                cell(texts.question, detail=detail),
                cell(words["kinds"][test["kind"]]),
                number_cell(wording, test["n"]),
                estimate_cell(wording, test, "effect", test["unit"]),
                cell(region),
                cell(words["outcomes"][test["outcome"]], outcome=test["outcome"]),
            ]
        )
    return grid(wording, "tests", columns, rows) | {"caption": words["captions"]["tests"].format(title=claim["title"])}


def _horizons(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Networks tried on recall at three lengths or more, those that remember longest first."""
    horizons, success = tables["horizons"], tables["success"]
    rows = horizons[horizons["policy"].eq("chosen") & horizons["task"].eq("recall")]
    tried = (
        success[success["policy"].eq("chosen")]
        .groupby(["experiment", "cell", "remedy"], as_index=False)["length"]
        .nunique()
    )
    rows = rows.merge(tried[tried["length"].ge(3)], on=["experiment", "cell", "remedy"])
    columns = [
        Column("network", width=1.4),
        Column("experiment", width=1.1),
        Column("updates", number=True),
        Column("n", number=True),
        Column("memory_horizon", number=True),
        Column("interval", number=True),
    ]
    cells = []
    order = {"by": ["memory_horizon", "experiment", "cell", "remedy"], "ascending": [False, True, True, True]}
    for row in rows.sort_values(**order).to_dict("records"):
        shown = number_cell(wording, row["memory_horizon"])
        shown["text"] = {"right": ">\u00a0", "left": "<\u00a0"}.get(row["censored"], "") + shown["text"]
        cells.append(
            [
                cell(wording.network(row["cell"], row["remedy"])),
                cell(row["experiment"], code=True),
                number_cell(wording, row["updates"]),
                number_cell(wording, row["n"]),
                shown,
                interval_cell(wording, row["memory_horizon_low"], row["memory_horizon_high"]),
            ]
        )
    return grid(wording, "horizons", columns, cells)


def _others(wording: Wording, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    success, baselines = tables["success"], tables["baselines"]
    rows = success[success["policy"].eq("chosen") & success["task"].ne("recall")]
    trivial = baselines[baselines["rank"].eq(0)].set_index(["task", "length"])
    columns = [
        Column("task", width=1),
        Column("network", width=1.4),
        Column("length", number=True),
        Column("solved", number=True),
        Column("loss", number=True),
        Column("accuracy", number=True),
        Column("baseline", width=1),
    ]
    numbers = wording.numbers
    cells = []
    for row in rows.to_dict("records"):
        base = trivial.loc[(row["task"], row["length"])]
        cells.append(
            [
                cell(row["task"]),
                cell(wording.network(row["cell"], row["remedy"])),
                number_cell(wording, row["length"]),
                cell(
                    f"{row['solved']} / {row['n']} "
                    f"[{numbers.interval(row['solved_share_low'], row['solved_share_high'], 'share')}]",
                    row["solved_share"],
                ),
                number_cell(wording, row["loss"]),
                number_cell(wording, row["accuracy"], "share"),
                cell(f"{base['baseline']}: {numbers.number(float(base['loss']))}"),
            ]
        )
    return grid(wording, "others", columns, cells)


def _memories(wording: Wording, memories: pd.DataFrame) -> dict[str, Any]:
    names = ("gradient_horizon_initial", "gradient_horizon_trained", "memory_capacity", "context_needed", "gate_time")
    columns = [
        Column("network", width=1.2),
        Column("experiment", width=1.1),
        Column("length", number=True),
        *(Column(name, number=True) for name in (*names, "memory_horizon")),
    ]
    rows = [
        [
            cell(wording.network(row["cell"], row["remedy"])),
            cell(row["experiment"], code=True),
            *(number_cell(wording, row[name]) for name in ("length", *names, "memory_horizon")),
        ]
        for row in memories.to_dict("records")
    ]
    return grid(wording, "memories", columns, rows)


def _agreement(wording: Wording, agreement: pd.DataFrame) -> dict[str, Any]:
    """Pairs of definitions, those that agree most first, and the network over which each pair parts."""
    columns = [
        Column("first", width=1),
        Column("second", width=1),
        Column("n", number=True),
        Column("correlation", number=True),
        Column("apart", width=1.5),
    ]
    measures = wording.words["measures"]
    rows = [
        [
            cell(measures[row["first"]]),
            cell(measures[row["second"]]),
            number_cell(wording, row["n"]),
            estimate_cell(wording, row, "correlation", "-"),
            cell(_apart(wording, row)),
        ]
        for row in agreement.sort_values(["correlation", "first", "second"], ascending=[False, True, True]).to_dict(
            "records"
        )
    ]
    return grid(wording, "agreement", columns, rows)


def _apart(wording: Wording, row: Mapping[str, Any]) -> str:
    experiment, _, network = row["apart"].partition(": ")
    cell_name, _, remedy = network.partition(", ")
    if not network:
        return "–"
    first, second = (wording.numbers.number(row[f"apart_{which}"]) for which in ("first", "second"))
    return str(
        wording.words["apart"].format(
            network=wording.network(cell_name, remedy), experiment=experiment, first=first, second=second
        )
    )


def _theory(wording: Wording, theory: pd.DataFrame) -> dict[str, Any]:
    """Networks as they were initialised, over long sequences: what each formula predicts and what was measured."""
    rows = theory[theory["moment"].eq("initial") & theory["experiment"].str.startswith("flow")]
    columns = [
        Column("network", width=1),
        Column("theory", width=1.6),
        *(Column(name, number=True) for name in ("n", "predicted", "measured", "ratio")),
    ]
    cells = [
        [
            cell(wording.network(row["cell"], row["remedy"])),
            cell(wording.words["theories"][row["theory"]]),
            number_cell(wording, row["n"]),
            number_cell(wording, row["predicted"]),
            number_cell(wording, row["measured"]),
            estimate_cell(wording, row, "ratio", "-"),
        ]
        for row in rows.to_dict("records")
    ]
    return grid(wording, "theory", columns, cells)


def _provenance(
    results: Path, home: Path, wording: Wording, study: Mapping[str, Any], runs: list[str]
) -> dict[str, Any]:
    numbers, words = wording.numbers, wording.words
    facts = provenance.run_facts(home, runs)
    stages = provenance.stages(home, runs)
    experiments = [
        [
            cell(each["name"], code=True),
            cell(each["task"]),
            cell(", ".join(each["cells"])),
            cell(", ".join(each["remedies"])),
            cell(", ".join(map(str, each["lengths"]))),
            cell(f"{each['seeds']} + {each['selection_seeds'] if len(each['learning_rates']) > 1 else 0}"),
            cell(f"{each['optimiser']}: {'; '.join(map(numbers.number, each['learning_rates']))}"),
            number_cell(wording, each["updates"]),
            cell(", ".join(each["always"])),
        ]
        for each in study["experiments"]
    ]
    columns = [
        Column("experiment", width=1.3),
        Column("task", width=1),
        Column("cells", width=0.9),
        Column("remedies", width=1.5),
        Column("lengths", width=0.8),
        Column("seeds", width=0.7),
        Column("training", width=1.1),
        Column("updates", number=True),
        Column("always", width=0.9),
    ]
    return {
        "provenance": grid(
            wording,
            "provenance",
            [Column("what", width=1), Column("value", width=2)],
            [[cell(k), cell(v)] for k, v in facts],
        ),
        "durations": grid(
            wording,
            "durations",
            [Column("stage", width=1), *(Column(name, number=True, width=1) for name in ("jobs", "time", "longest"))],
            [
                [
                    cell(words["stages"][stage.name]),
                    number_cell(wording, stage.jobs),
                    cell(numbers.duration(stage.total), stage.total),
                    cell(numbers.duration(stage.longest), stage.longest),
                ]
                for stage in stages
            ],
        ),
        "experiments": grid(wording, "experiments", columns, experiments),
        "remedies": grid(
            wording,
            "remedies",
            [Column("remedy", width=1), Column("changes", width=2)],
            [[cell(name, code=True), cell(_changes(numbers, changes))] for name, changes in study["remedies"].items()],
        ),
        "manifest": grid(
            wording,
            "manifest",
            [Column("file", width=1), Column("sha256")],
            [
                [cell(file, code=True), cell(digest, code=True)]
                for file, digest in provenance.manifest(results, wording.language)
            ],
        ),
    }


def _changes(numbers: Any, changes: list[Mapping[str, Any]]) -> str:
    def shown(value: Any) -> str:
        return numbers.number(value) if isinstance(value, int | float) and math.isfinite(value) else str(value)

    return (
        "; ".join(
            " ".join([change["change"], *(f"{key} {shown(value)}" for key, value in change.items() if key != "change")])
            for change in changes
        )
        or "–"
    )
