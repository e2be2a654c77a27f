import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import re
from pathlib import Path
import torch
from gradient_horizon.cells.lstm import LSTM
from gradient_horizon.engine.segments import Sequences

torch.set_num_threads(1)
cell, steps = LSTM(), {steps}
sequences = Sequences(cell, steps=steps, networks=5, hidden=128, inputs=10, batch=32)
draw = torch.Generator().manual_seed(0)
sequences.inputs.normal_(generator=draw)
weight = torch.randn(5, *cell.layout(128, 10).shape, generator=draw) / 128**0.5
back = sequences.backward(weight, sequences.forward(weight).clone())
assert (back.hidden[-1] > 0).all()
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())  # ru_maxrss would count the parent's
print(sequences.segment, 1024 * int(peak[1]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
@pytest.mark.parametrize(("steps", "limit", "is_cut"), [(1000, 1.2e9, False), (10_000, 2e9, True)])
def test_long_sequences_of_wide_networks_stay_small(steps, limit, is_cut):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(steps=steps)], capture_output=True, text=True, check=True
    )
    segment, resident = map(float, done.stdout.split())
    assert (segment < steps) == is_cut
    assert resident < limit
