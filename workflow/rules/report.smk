poster_files = ["poster.pdf", "poster.svg", "preview.png"]
what_a_report_shows = [
    "results/{part}plan/study.json",
    "results/{part}plan/runs.csv",
    "results/{part}made_of.json",
    *(f"results/{{part}}tables/{name}" for name in table_files),
    *(f"results/{{part}}claims/{name}" for name in claim_files),
    *(f"results/{{part}}tables/{name}" for name in published_files),
    *(
        f"results/{{part}}figures/{{language}}/{name}{form}.svg"
        for name in pipeline.figures
        for form in ("", ".narrow")
    ),
    "results/{part}live.json",
]


rule page:
    """The report in one language as an HTML page: verdicts, figures and tables with the prose of report/."""
    input:
        made=what_a_report_shows,
        prose=pipeline.report_sources,
    output:
        report(
            "results/{part}report/{language}/report.html",
            category="Report · Raport",
            labels={"language · język": "{language}", "form · postać": "HTML"},
        ),
    log:
        "results/{part}logs/report/{language}.html.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(1200),
        runtime=pipeline.resources.minutes_of_reader(10),
    params:
        commit=pipeline.commit,
        code=pipeline.code("page"),
    message:
        "page {wildcards.part}{wildcards.language}: makes the report as HTML"
    shell:
        "python -m gradient_horizon page --language {wildcards.language} --results results/{wildcards.part} --commit {params.commit:q} --out {output} > {log} 2>&1"


rule pdf:
    """The same as a PDF; apart, so that what stops one of them leaves the other there."""
    input:
        made=what_a_report_shows,
        prose=pipeline.report_sources,
    output:
        report(
            "results/{part}report/{language}/report.pdf",
            category="Report · Raport",
            labels={"language · język": "{language}", "form · postać": "PDF"},
        ),
    log:
        "results/{part}logs/report/{language}.pdf.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(1500),
        runtime=pipeline.resources.minutes_of_reader(10),
    params:
        commit=pipeline.commit,
        code=pipeline.code("pdf"),
    message:
        "pdf {wildcards.part}{wildcards.language}: makes the report as PDF"
    shell:
        "python -m gradient_horizon pdf --language {wildcards.language} --results results/{wildcards.part} --commit {params.commit:q} --out {output} > {log} 2>&1"


rule poster:
    """One page of the report to be hung up, as PDF and as SVG, and the picture that a link to the report shows."""
    input:
        made=what_a_report_shows,
        prose=pipeline.report_sources,
    output:
        expand("results/{{part}}report/{{language}}/{name}", name=poster_files),
    log:
        "results/{part}logs/report/{language}.poster.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(1200),
        runtime=pipeline.resources.minutes_of_reader(10),
    params:
        commit=pipeline.commit,
        code=pipeline.code("poster"),
    message:
        "poster {wildcards.part}{wildcards.language}: sets the report on one page"
    shell:
        "python -m gradient_horizon poster --language {wildcards.language} --results results/{wildcards.part} --commit {params.commit:q} --out results/{wildcards.part}report/{wildcards.language} > {log} 2>&1"


rule methods:
    """What the study did as a paragraph to be pasted, with the bibliography of what it cites."""
    input:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.csv",
        made_of="results/{part}made_of.json",
        tests="results/{part}claims/tests.parquet",
        prose=[
            shipped("report/citations.json"),
            shipped("report/methods.bib"),
            shipped("report/references.bib"),
            *expand(
                shipped("report/{language}/{name}.json"),
                language=LANGUAGES,
                name=["methods", "words"],
            ),
        ],
    output:
        expand(
            "results/{{part}}report/{language}/methods.{kind}",
            language=LANGUAGES,
            kind=["tex", "bib"],
        ),
    log:
        "results/{part}logs/methods.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes(600),
        runtime=pipeline.resources.minutes(3),
    params:
        code=pipeline.code("methods"),
    message:
        "methods {wildcards.part}: writes the paragraph on methods with its bibliography"
    shell:
        "python -m gradient_horizon methods --results results/{wildcards.part} --out results/{wildcards.part}report > {log} 2>&1"


rule complete:
    """Says that all runs of this part of the study are there, or names those that failed, and fails."""
    input:
        made_of="results/{part}made_of.json",
    output:
        "results/{part}complete.txt",
    log:
        "results/{part}logs/complete.log",
    localrule: True
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes(200),
        runtime=pipeline.resources.minutes(3),
    params:
        failures=f"results/{pipeline.study.name}/logs/failed",
    message:
        "complete {wildcards.part}: looks whether all runs are there"
    shell:
        "python -m gradient_horizon complete --made-of {input.made_of} --failures {params.failures:q} --out {output} > {log} 2>&1"
