rule report:
    """The report in one language, as a page and as a PDF: verdicts, figures and tables with the prose of report/."""
    input:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.txt",
        tables=pipeline.table_files,
        claims=pipeline.claim_files,
        provenance=pipeline.every("results/runs/{run}/provenance.json"),
        figures=pipeline.every_figure,
        src=pipeline.sources("reporting", "numbers.py"),
        prose=pipeline.report_sources,
    output:
        html="results/{part}report/{language}/report.html",
        pdf="results/{part}report/{language}/report.pdf",
    log:
        "results/{part}logs/report/{language}.log",
    params:
        commit=pipeline.commit,
    shell:
        "python -m gradient_horizon report --language {wildcards.language} --runs results --results results/{wildcards.part} --sources report --commit {params.commit:q} --out results/{wildcards.part}report/{wildcards.language} > {log} 2>&1"


rule durations:
    """How long the jobs behind the report took, on the machine that ran them; no two studies take equally long."""
    input:
        runs="results/{part}plan/runs.txt",
        tables=pipeline.table_files,
        src=pipeline.sources("durations.py"),
    output:
        "results/{part}durations.csv",
    log:
        "results/{part}logs/durations.log",
    shell:
        "python -m gradient_horizon durations --runs {input.runs} --results results --out {output} > {log} 2>&1"
