"""Named axes of tensors that hold many networks at once, as types; checked in tests.

time     steps of a sequence, first step first
instant  the states before the first step, then those after each step
network  independent networks: a seed at a learning rate is a network
feature  units of a layer; `row`: units of all blocks of a cell; `column`: [h; x; 1], the input of a step
batch    sequences of one update
"""

from jaxtyping import Float, Num
from torch import Tensor

States = Float[Tensor, "time network feature batch"]
Instants = Float[Tensor, "instant network feature batch"]
State = Float[Tensor, "network feature batch"]
Weights = Float[Tensor, "network row column"]
PerNetwork = Float[Tensor, " network"]
Targets = Num[Tensor, "network batch"]
