"""Named axes of every tensor of the engine, as types; checked in tests.

time     steps of a sequence, first step first
seed     independent networks of an ensemble (a seed at a learning rate is a network)
feature  units of a layer; `row`: units of all blocks of a cell; `column`: [h; x; 1], what a step sees
batch    sequences of one update
"""

from jaxtyping import Float, Num
from torch import Tensor

States = Float[Tensor, "time seed feature batch"]
State = Float[Tensor, "seed feature batch"]
Weights = Float[Tensor, "seed row column"]
PerStep = Float[Tensor, "time seed"]
PerNetwork = Float[Tensor, " seed"]
Targets = Num[Tensor, "seed batch"]
