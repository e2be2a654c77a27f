"""Tests of a claim on memories whose outcomes are set, with estimates that fit them."""

import math

INSIDE, OUTSIDE, ACROSS = "inside", "outside", "across"
ANSWERS = {
    "pass": (INSIDE, INSIDE),
    "fail": (OUTSIDE, OUTSIDE),
    "depends": (INSIDE, OUTSIDE),
    "unclear": (ACROSS, ACROSS),
}


def effects(low, high):
    """An estimate with its interval and its outcome: inside a region of ratios, outside it, and across its end."""
    inside = (low * 2, low * 1.5, low * 3) if math.isinf(high) else (1.0, 0.9, 1.1)
    return {
        INSIDE: (*inside, "pass"),
        OUTSIDE: (low / 2, low / 3, low / 1.5, "fail"),
        ACROSS: (low * 1.2, low / 2, low * 3, "unclear"),
    }


def answered(tests, claim, how):
    """The tests where each main question of the claim is answered so: pass, fail, depends or unclear."""
    tests = tests.copy()
    columns = ["effect", "effect_low", "effect_high", "outcome"]
    stated = tests[tests["claim"].eq(claim) & tests["kind"].isin(["main", "pooled"])]
    for _, rows in stated.groupby("test"):
        informative = rows[rows["silence"].eq("")]
        for place, (index, row) in enumerate(informative.iterrows()):
            first, others = ANSWERS[how]
            given = effects(row["threshold_low"], row["threshold_high"])[first if place == 0 else others]
            tests.loc[index, columns] = given
            tests.loc[index, "effect_censored"] = "no"
    return tests
