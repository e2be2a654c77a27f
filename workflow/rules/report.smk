rule report:
    """The report: verdicts, figures and tables put together with the prose of report/."""
    input:
        study="results/plan/study.json",
        runs="results/plan/runs.txt",
        tables=pipeline.table_files,
        claims=pipeline.claim_files,
        provenance=pipeline.every("results/runs/{run}/provenance.json"),
        figures=pipeline.every_figure,
        src=pipeline.sources("reporting"),
        prose=pipeline.report_sources,
    output:
        "results/report/{language}/report.html",
    log:
        "results/logs/report/{language}.log",
    params:
        commit=pipeline.commit,
    shell:
        "python -m gradient_horizon report --language {wildcards.language} --results results --sources report --commit {params.commit:q} --out {output} > {log} 2>&1"
