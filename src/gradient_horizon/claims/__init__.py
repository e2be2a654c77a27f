"""The claims of the lecture: their tests with thresholds, and the verdicts that follow from a study's tables."""
