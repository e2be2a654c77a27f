"""Measures taken on saved networks, so that a new measure retrains nothing."""
