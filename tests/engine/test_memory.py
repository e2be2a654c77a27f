import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import re
from pathlib import Path
import numpy as np
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine.layout import Layout
from gradient_horizon.engine.passes import Passes

steps, hidden = {steps}, {hidden}
passes = Passes(LSTM(), steps=steps, hidden=hidden, inputs=10, batch=32)
draw = np.random.default_rng(0)
inputs = draw.standard_normal((steps, 10, 32), dtype=np.float32)
for network in range(5):
    weight = draw.standard_normal(Layout(LSTM(), hidden, 10).shape, dtype=np.float32) / np.float32(hidden**0.5)
    passes.load(inputs)
    assert (passes.backward(passes.forward(weight)).hidden[-1] > 0).all()
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())  # ru_maxrss would count the parent's
print(passes.segment, 1024 * int(peak[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
@pytest.mark.parametrize(
    ("steps", "hidden", "limit", "is_cut"),
    [(1000, 128, 0.6e9, False), (10_000, 32, 1e9, False), (10_000, 128, 1e9, True)],
)
def test_long_sequences_of_wide_networks_stay_small(steps, hidden, limit, is_cut):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(steps=steps, hidden=hidden)], capture_output=True, text=True, check=True
    )
    segment, resident = map(float, done.stdout.split())
    assert (segment < steps) == is_cut
    assert resident < limit
