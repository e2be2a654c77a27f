"""Stages of training at which the weights of every network are saved; everything later is measured on these."""

STAGES = ("initial", "half", "final")
"""Before the first update, after half of the budget, and when the network leaves."""
