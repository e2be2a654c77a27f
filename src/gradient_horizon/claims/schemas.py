"""Schemas of what is judged: verdicts, and the tests behind them."""

from gradient_horizon.tables.schema import Column, Schema

EFFECT = (
    Column("statistic", "text", "-", "what was estimated"),
    Column("unit", "text", "-", "its unit"),
    Column("n", "count", "seeds", "seeds of each arm, the fewest of any; 0: this study has none"),
    Column("effect", "number", "see unit", "the estimate"),
    Column("effect_censored", "text", "-", "no: the estimate itself; left or right: it is at most or at least this"),
    Column(
        "effect_low", "number", "see unit", "lower end of its interval: 95 %, for conditions all of a claim together"
    ),
    Column("effect_high", "number", "see unit", "upper end of its interval"),
    Column("threshold_low", "number", "see unit", "the test passes at values from here"),
    Column("threshold_high", "number", "see unit", "to here"),
)

VERDICTS = Schema(
    "verdicts",
    "a claim; its effect is that of the test that decides",
    (
        Column("order", "count", "-", "place in the report"),
        Column("claim", "text", "-", "id of the claim"),
        Column("section", "text", "-", "section of the lecture"),
        Column("quote_pl", "text", "-", "the lecture's words"),
        Column("quote_en", "text", "-", "their translation"),
        Column(
            "verdict",
            "text",
            "-",
            "supported, supported with conditions, depends on, holds only if, refuted or inconclusive",
        ),
        Column("condition", "text", "-", "what it rests on"),
        *EFFECT,
        Column("tests_passed", "count", "-", "tests that passed"),
        Column("tests_failed", "count", "-", "tests that failed"),
        Column(
            "tests_unclear", "count", "-", "tests whose interval straddles the threshold, or whose setting says nothing"
        ),
        Column("figure", "text", "-", "figure that shows the evidence"),
    ),
    ("order",),
)

TESTS = Schema(
    "tests",
    "a test of a claim",
    (
        Column("order", "count", "-", "place in the report"),
        Column("claim", "text", "-", "id of the claim"),
        Column("test", "text", "-", "id of the test"),
        Column(
            "kind",
            "text",
            "-",
            "main (the claim as stated), pooled (main, over all informative settings), condition (one thing changed), "
            "mechanism (why) or check (a fact of algebra or software)",
        ),
        Column(
            "setting", "text", "-", "the experiment in config.yaml that it is asked in; empty: in none, or over all"
        ),
        Column("question", "text", "-", "what was asked"),
        Column("table", "text", "-", "table that holds the rows"),
        Column("rows", "text", "-", "the rows"),
        *EFFECT[:-2],
        Column("first", "censored", "see statistic", "the first of two quantities that are compared"),
        Column("second", "censored", "see statistic", "what it is held against"),
        *EFFECT[-2:],
        Column("why", "text", "-", "why that threshold"),
        Column(
            "silence",
            "text",
            "-",
            "why the setting says nothing: no runs, nobody solved it, too few measured, no pilots, nothing works, "
            "floor, ceiling; empty: it does",
        ),
        Column("outcome", "text", "-", "pass, fail or unclear"),
        Column(
            "networks_needed", "number", "seeds", "so many of each arm would decide it; empty: decided, or none would"
        ),
    ),
    ("order",),
)
