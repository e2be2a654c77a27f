"""Figures: each draws tables and computes no statistic."""
