"""Figures of the report, drawn from tables and test results without computing statistics."""
