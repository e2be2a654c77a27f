"""Lags at which the transport of small changes of the state is measured."""

LAGS = (1, 2, 5, 10, 20, 50, 100, 200)
"""Lags k (steps) of ds_T/ds_{T-k}; Lyapunov exponents are taken over as many last steps as the largest has."""

TRANSPORT_LAG = 100
"""The lag among them that tables and claims report (steps)."""
