"""What came after the lecture, under the same tests: starts and regularisers that are said to lengthen memory."""

import numpy as np
import pandas as pd

from gradient_horizon.claims.base import Claim, Finding, Region, Test
from gradient_horizon.claims.comparisons import longer, nearer_to_one
from gradient_horizon.claims.evidence import NOTHING, Runs, at_moment, seed_geometric_mean
from gradient_horizon.tables.catalogue import Tables

WITHIN_TWO_PER_CENT = Region(0.98, 1.02)
TRANSPORT_LAG = 100

TANH, RELU = Runs("memory", "tanh"), Runs("memory-relu", "relu")
LSTM, GRU = Runs("memory-gates", "lstm"), Runs("memory-gates", "gru")
ORTHOGONAL = Runs("memory-orthogonal", "tanh", "orthogonal")
KEPT = Runs("memory-orthogonal", "tanh", "orthogonal-kept")
IDENTITY = Runs("memory-identity", "relu", "identity")
BIASED, CHRONO = Runs("memory-gate-bias", "lstm", "forget-bias-1"), Runs("memory-gate-bias", "lstm", "chrono")
CHRONO_GRU = Runs("memory-gate-bias-gru", "gru", "chrono")
CONSTANT_FLOW = Runs("memory-constant-flow", "tanh", "constant-flow")
NORMALISED = Runs("memory-normalised", "tanh", "layer-normalised")

STARTS = Claim(
    id="orthogonal-lengthens-memory",
    section="after the lecture",
    quote_pl="Ortogonalna (lub jednostkowa) początkowa macierz W nie pozwala gradientowi zaniknąć i wydłuża pamięć "
    "(Saxe i in. 2014; Le i in. 2015; Henaff i in. 2016).",
    quote_en="An orthogonal (or identity) initial W keeps the gradient from vanishing and lengthens memory (Saxe et al. "
    "2014; Le et al. 2015; Henaff et al. 2016).",
    figure="memory-map",
    tests=(
        longer(
            "memory-horizon",
            "main",
            ORTHOGONAL,
            TANH,
            question="Does a tanh network that starts orthogonal remember longer than as PyTorch initialises it?",
            if_pass="a tanh network that starts orthogonal remembers {effect} times as long",
            if_fail="a tanh network that starts orthogonal remembers only {effect} times as long",
        ),
        nearer_to_one(
            "decay-factor",
            "main",
            Runs("flow-start", "tanh", "orthogonal"),
            Runs("flow", "tanh"),
            moment="initial",
            question="Does an orthogonal start bring the decay factor at least half way to 1?",
            if_pass="its decay factor is {effect} times as far from 1",
            if_fail="its decay factor is still {effect} times as far from 1",
        ),
        longer(
            "identity",
            "boundary",
            IDENTITY,
            RELU,
            question="Does a ReLU network that starts from the identity remember longer than as PyTorch initialises it?",
            if_pass="a ReLU network that starts from the identity remembers {effect} times as long",
            if_fail="a ReLU network that starts from the identity remembers only {effect} times as long",
        ),
        longer(
            "kept",
            "boundary",
            KEPT,
            TANH,
            question="Does it remember longer when W is kept orthogonal throughout training?",
            if_pass="with W kept orthogonal throughout training it remembers {effect} times as long",
            if_fail="with W kept orthogonal throughout training it remembers only {effect} times as long",
        ),
    ),
)


def _sigmoid_power(tables: Tables, biases: tuple[int, ...]) -> Finding:
    """What is left of c per step over what the sigmoid of the bias says, networks of all biases together."""
    ratios = []
    for bias in biases:
        runs = Runs("flow-gate-bias", "lstm", f"forget-bias-{bias}")
        left = at_moment(tables, runs, "memory_transport", moment="initial")
        ratios.append(left ** (1 / TRANSPORT_LAG) * (1 + np.exp(-bias)))
    values = pd.concat(ratios)
    return seed_geometric_mean(values) if len(values) else NOTHING


BIASES = Claim(
    id="forget-bias-lengthens-memory",
    section="after the lecture",
    quote_pl="Bramka zapominania otwarta na początku (przesunięcie 1 lub inicjalizacja chrono) wydłuża pamięć (Gers i in. "
    "2000; Jozefowicz i in. 2015; Tallec i Ollivier 2018).",
    quote_en="A forget gate that starts open (a bias of 1, or chrono initialisation) lengthens memory (Gers et al. 2000; "
    "Jozefowicz et al. 2015; Tallec & Ollivier 2018).",
    figure="memory-map",
    tests=(
        longer(
            "bias-1",
            "main",
            BIASED,
            LSTM,
            question="Does an LSTM with a forget bias of 1 remember longer than as PyTorch initialises it?",
            if_pass="with a forget bias of 1 an LSTM remembers {effect} times as long",
            if_fail="with a forget bias of 1 an LSTM remembers only {effect} times as long",
        ),
        longer(
            "chrono",
            "main",
            CHRONO,
            BIASED,
            question="Does chrono initialisation lengthen it further?",
            if_pass="chrono initialisation makes it {effect} times longer still",
            if_fail="chrono initialisation makes it only {effect} times as long as a bias of 1 does",
        ),
        longer(
            "chrono-gru",
            "boundary",
            CHRONO_GRU,
            GRU,
            question="Does chrono initialisation lengthen the memory of a GRU, too?",
            if_pass="a GRU with chrono initialisation remembers {effect} times as long",
            if_fail="a GRU with chrono initialisation remembers only {effect} times as long",
        ),
        Test(
            id="sigmoid-power",
            kind="boundary",
            question="Is what is left of c after k steps the sigmoid of the bias to the power of k, before training?",
            table="gradients",
            rows="experiment flow-gate-bias, cell lstm, remedies forget-bias-1, -2, -3 and -5, moment initial",
            statistic="geometric mean over networks of memory_transport^(1/100) over sigmoid(bias) (Student on logarithms)",
            unit="-",
            region=WITHIN_TWO_PER_CENT,
            why="Two per cent a step, as for the linear networks; gates are not quite constant.",
            measure=lambda tables: _sigmoid_power(tables, (1, 2, 3, 5)),
            if_pass="the sigmoid of the bias says what is left of c per step ({effect} times)",
            if_fail="what is left of c per step is {effect} times the sigmoid of the bias",
        ),
    ),
)

REGULARISER = Claim(
    id="regulariser-lengthens-memory",
    section="after the lecture",
    quote_pl="Regularyzacja normy gradientu, która wymaga stałego przepływu gradientu w czasie, wydłuża pamięć (Pascanu, "
    "Mikolov i Bengio 2013).",
    quote_en="A regulariser of the gradient's norm that asks for constant flow over time lengthens memory (Pascanu, "
    "Mikolov & Bengio 2013).",
    figure="memory-map",
    tests=(
        longer(
            "memory-horizon",
            "main",
            CONSTANT_FLOW,
            TANH,
            question="Does a tanh network that is trained with the regulariser remember longer?",
            if_pass="with the regulariser a tanh network remembers {effect} times as long",
            if_fail="with the regulariser a tanh network remembers only {effect} times as long",
        ),
        nearer_to_one(
            "decay-factor",
            "boundary",
            CONSTANT_FLOW,
            TANH,
            moment="final",
            question="Is its decay factor after training at most half as far from 1?",
            if_pass="after training its decay factor is {effect} times as far from 1",
            if_fail="after training its decay factor is still {effect} times as far from 1",
        ),
        longer(
            "against-orthogonal",
            "boundary",
            CONSTANT_FLOW,
            ORTHOGONAL,
            question="Does it do more for memory than an orthogonal start?",
            if_pass="it does more than an orthogonal start ({effect} times)",
            if_fail="an orthogonal start does more (with the regulariser T50 is {effect} times that)",
        ),
    ),
)

NORMALISATION = Claim(
    id="normalisation-lengthens-memory",
    section="after the lecture",
    quote_pl="Normalizacja warstw stabilizuje dynamikę stanu ukrytego i pomaga przy długich sekwencjach (Ba, Kiros i Hinton "
    "2016).",
    quote_en="Layer normalisation stabilises the dynamics of the hidden state and helps with long sequences (Ba, Kiros & "
    "Hinton 2016).",
    figure="memory-map",
    tests=(
        longer(
            "memory-horizon",
            "main",
            NORMALISED,
            TANH,
            question="Does a layer-normalised tanh network remember longer?",
            if_pass="with layer normalisation a tanh network remembers {effect} times as long",
            if_fail="with layer normalisation a tanh network remembers only {effect} times as long",
        ),
        nearer_to_one(
            "decay-factor",
            "boundary",
            NORMALISED,
            TANH,
            moment="initial",
            question="Is its decay factor before training at most half as far from 1?",
            if_pass="before training its decay factor is {effect} times as far from 1",
            if_fail="before training its decay factor is still {effect} times as far from 1",
        ),
    ),
)
