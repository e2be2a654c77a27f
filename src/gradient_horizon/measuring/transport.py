"""Transport of small changes of the full state s = (h, further states) along a trajectory."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from gradient_horizon.measuring.jacobians import Jacobians
from gradient_horizon.measuring.recording import Recording

Products = Float[Tensor, "lag network batch after before"]


def transport_products(jacobians: Jacobians, lags: Sequence[int]) -> Products:
    """ds_T/ds_{T-k} for each lag k, T being the last step; raises ValueError for a lag below 0 or before the start.

    Entries below 1e-308 come out as 0.
    """
    _check_lags(lags, len(jacobians))
    product = torch.eye(jacobians.shape[3], dtype=jacobians.dtype).expand(jacobians.shape[1:])
    products = {0: product}
    for lag in range(1, max(lags, default=0) + 1):
        product = product @ jacobians[-lag]
        if lag in lags:
            products[lag] = product
    return torch.stack([products[lag] for lag in lags])


def memory_products(products: Products, hidden: int) -> Float[Tensor, "lag network batch hidden hidden"]:
    """dm_T/dm_{T-k} on all paths; m is the last further state (the LSTM's c), h for cells that have none."""
    return products[..., -hidden:, -hidden:]


def gated_transport(
    recording: Recording, lags: Sequence[int], *, sequences: int | None = None
) -> Float[Tensor, "lag network hidden batch"] | None:
    """dm_T/dm_{T-k} on the path through m alone, per unit: the product of the forget or update gates.

    None for cells without such a gate. Raises ValueError as `transport_products` does.
    """
    _check_lags(lags, recording.steps)
    kept = recording.gates.get("keep")
    if kept is None:
        return None
    products = [torch.ones_like(kept[0, ..., :sequences])]
    for lag in range(1, max(lags, default=0) + 1):
        products.append(products[-1] * kept[-lag, ..., :sequences])
    return torch.stack([products[lag] for lag in lags])


def _check_lags(lags: Sequence[int], steps: int) -> None:
    for lag in lags:
        if not 0 <= lag <= steps:
            raise ValueError(f"lag must be from 0 to the {steps} steps of the trajectory, got {lag}")
