"""The claims of the lecture: quotes, tests with their thresholds, verdicts."""
