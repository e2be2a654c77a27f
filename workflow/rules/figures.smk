rule figure:
    """One figure, drawn from tables and verdicts in all languages."""
    input:
        tables=pipeline.table_files,
        claims=pipeline.claim_files,
        words=expand("report/{language}/figures/{{figure}}.json", language=LANGUAGES),
        src=pipeline.code_of_figure,
    output:
        expand("results/{{part}}figures/{language}/{{figure}}.svg", language=LANGUAGES),
    log:
        "results/{part}logs/figures/{figure}.log",
    shell:
        "python -m gradient_horizon figure --name {wildcards.figure} --tables results/{wildcards.part}tables --claims results/{wildcards.part}claims --sources report --out results/{wildcards.part}figures > {log} 2>&1"


rule interactive:
    """One interactive figure, specified from tables in all languages."""
    input:
        tables=pipeline.table_files,
        words=expand("report/{language}/figures/{{figure}}.json", language=LANGUAGES),
        src=pipeline.code_of_interactive,
    output:
        expand(
            "results/{{part}}figures/{language}/{{figure}}.vl.json", language=LANGUAGES
        ),
    log:
        "results/{part}logs/figures/{figure}.vl.log",
    shell:
        "python -m gradient_horizon interactive --name {wildcards.figure} --tables results/{wildcards.part}tables --sources report --out results/{wildcards.part}figures > {log} 2>&1"
