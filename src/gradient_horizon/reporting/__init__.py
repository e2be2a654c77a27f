"""The report: tables, verdicts and figures put together with the prose of report/, as HTML and PDF."""
