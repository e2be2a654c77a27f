"""The report: numbers, verdicts and figures put together with the prose of report/."""
