"""Ctrl-C at a batch: it goes on at the first, and ends at the second."""

import signal

import pytest

from gradient_horizon.pipeline.interruption import finish_when_interrupted


@pytest.fixture(autouse=True)
def handled():
    """SIGINT as in a terminal; what the tests run in may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_ctrl_c_is_said_and_ends_nothing_and_the_second_ends_the_process(capsys):
    finish_when_interrupted()
    signal.raise_signal(signal.SIGINT)
    assert capsys.readouterr().out == "interrupted: this batch is finished first; a second Ctrl-C ends it\n"
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_where_a_shell_lets_it_be_ignored_it_stays_so():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    finish_when_interrupted()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
