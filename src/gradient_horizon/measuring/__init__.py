"""Measures taken on saved networks, so that a new one never retrains."""
