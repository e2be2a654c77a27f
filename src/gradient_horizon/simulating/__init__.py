"""Simulated studies whose truths are known: how often intervals cover them, and how often tests decide rightly."""
