"""Schemas of what is judged: verdicts, the tests behind them, and how verdicts stand on half of the seeds."""

from gradient_horizon.tables.schema import Column, Schema

EFFECT = (
    Column("statistic", "text", "-", "what was estimated"),
    Column("unit", "text", "-", "its unit"),
    Column("n", "count", "networks", "networks that it rests on; 0: this study has none"),
    Column("effect", "number", "see unit", "the estimate"),
    Column("effect_censored", "text", "-", "no: the estimate itself; left or right: it is at most or at least this"),
    Column("effect_low", "number", "see unit", "lower end of its 95 % interval"),
    Column("effect_high", "number", "see unit", "upper end of its 95 % interval"),
    Column("threshold_low", "number", "see unit", "the test passes at values from here"),
    Column("threshold_high", "number", "see unit", "to here"),
)

VERDICTS = Schema(
    "verdicts",
    "a claim; its effect is that of the first main test",
    (
        Column("order", "count", "-", "place in the report"),
        Column("claim", "text", "-", "id of the claim"),
        Column("section", "text", "-", "section of the lecture"),
        Column("quote_pl", "text", "-", "the lecture's words"),
        Column("quote_en", "text", "-", "their translation"),
        Column("verdict", "text", "-", "supported, supported with conditions, holds only if, refuted or inconclusive"),
        Column("condition", "text", "-", "what it depends on"),
        *EFFECT,
        Column("tests_passed", "count", "-", "tests that passed"),
        Column("tests_failed", "count", "-", "tests that failed"),
        Column("tests_unclear", "count", "-", "tests whose interval straddles the threshold, or that have no runs"),
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
        Column("kind", "text", "-", "main (the claim as stated) or boundary (under other conditions)"),
        Column("question", "text", "-", "what was asked"),
        Column("table", "text", "-", "table that holds the rows"),
        Column("rows", "text", "-", "the rows"),
        *EFFECT,
        Column("why", "text", "-", "why that threshold"),
        Column("outcome", "text", "-", "pass, fail or unclear"),
        Column(
            "networks_needed", "number", "networks", "so many would decide a test that is unclear; empty: none would"
        ),
    ),
    ("order",),
)

STABILITY = Schema(
    "stability",
    "a claim, judged on the seeds with even numbers and on those with odd ones",
    (
        Column("order", "count", "-", "place in the report"),
        Column("claim", "text", "-", "id of the claim"),
        Column("verdict", "text", "-", "on all seeds"),
        Column("verdict_even", "text", "-", "on seeds with even numbers"),
        Column("verdict_odd", "text", "-", "on seeds with odd numbers"),
        Column(
            "agreement",
            "text",
            "-",
            "same verdict; undecided on half of the seeds: no test passes on one half and fails on the other; "
            "contradicted",
        ),
        Column("contradicted", "text", "-", "tests that pass on one half and fail on the other"),
    ),
    ("order",),
)
