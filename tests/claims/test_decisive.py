"""Every test of every claim, in every setting: it can pass, fail and stay open, and reads the rows that it names."""

from dataclasses import replace
from functools import cache

import pytest
from decisive_tables import TESTS, decisive
from decoys import with_decoys, without_arms

from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.informative import silence
from gradient_horizon.claims.registered import registered_claims

pytestmark = pytest.mark.slow

NAMES = list(TESTS)


@cache
def tables(name):
    return decisive(TESTS[name][1])


def judged_alone(name, given):
    claim, test = TESTS[name]
    _, (result,) = replace(claim, tests=(replace(test, optional=False),)).judge(given)
    return result


def test_names_tell_the_tests_of_all_settings_apart():
    assert len(TESTS) == sum(len(claim.tests) for claim in registered_claims())
    assert any(test.optional for _, test in TESTS.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_table_makes_it_pass_one_fail_one_leaves_it_open(name):
    results = [judged_alone(name, given) for given in tables(name)]
    assert [result.outcome for result in results] == ["pass", "fail", "unclear"]
    assert {result.silence for result in results} <= {"", "no runs"}


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_the_rows_that_it_names_and_no_others(name):
    _, test = TESTS[name]
    given = tables(name)[0]
    disturbed = with_decoys(given, test)
    assert sum(map(len, disturbed.values())) > sum(map(len, given.values()))
    found = [test.evidence.find(Place(each, test.setting)) for each in (given, disturbed)]
    assert found[0] == found[1]
    assert found[0].n > 0
    assert [silence(test, Place(each, test.setting)) for each in (given, disturbed)] == ["", ""]
    assert test.evidence.find(Place(without_arms(disturbed, test), test.setting)).n == 0


@pytest.mark.parametrize("name", NAMES)
def test_it_names_the_tables_that_it_reads(name):
    _, test = TESTS[name]
    named = {key: table for key, table in tables(name)[0].items() if key in test.evidence.tables}
    assert test.evidence.find(Place(named, test.setting)).n > 0
