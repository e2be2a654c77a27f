rule page:
    """The report in one language as an HTML page: verdicts, figures and tables with the prose of report/."""
    input:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.txt",
        tables=pipeline.table_files,
        claims=pipeline.claim_files,
        provenance=pipeline.every("results/runs/{run}/provenance.json"),
        figures=pipeline.every_figure,
        src=pipeline.code("report"),
        prose=pipeline.report_sources,
    output:
        "results/{part}report/{language}/report.html",
    log:
        "results/{part}logs/report/{language}.html.log",
    params:
        commit=pipeline.commit,
    shell:
        "python -m gradient_horizon page --language {wildcards.language} --runs results --results results/{wildcards.part} --sources report --commit {params.commit:q} --out {output} > {log} 2>&1"


rule pdf:
    """The same as a PDF; apart, so that what stops one of them leaves the other there."""
    input:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.txt",
        tables=pipeline.table_files,
        claims=pipeline.claim_files,
        provenance=pipeline.every("results/runs/{run}/provenance.json"),
        figures=pipeline.every_figure,
        src=pipeline.code("report"),
        prose=pipeline.report_sources,
    output:
        "results/{part}report/{language}/report.pdf",
    log:
        "results/{part}logs/report/{language}.pdf.log",
    params:
        commit=pipeline.commit,
    shell:
        "python -m gradient_horizon pdf --language {wildcards.language} --runs results --results results/{wildcards.part} --sources report --commit {params.commit:q} --out {output} > {log} 2>&1"


rule durations:
    """How long the jobs behind the report took, on the machine that ran them; no two studies take equally long."""
    input:
        runs="results/{part}plan/runs.txt",
        tables=pipeline.table_files,
        src=pipeline.code("durations"),
    output:
        "results/{part}durations.csv",
    log:
        "results/{part}logs/durations.log",
    shell:
        "python -m gradient_horizon durations --runs {input.runs} --results results --out {output} > {log} 2>&1"
