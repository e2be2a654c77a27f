rule figure:
    """One figure, drawn from tables and verdicts."""
    input:
        tables=pipeline.table_files,
        claims=pipeline.claim_files,
        src=pipeline.figure_sources,
    output:
        "results/{part}figures/{language}/{figure}.svg",
    log:
        "results/{part}logs/figures/{language}/{figure}.log",
    shell:
        "python -m gradient_horizon figure --name {wildcards.figure} --language {wildcards.language} --tables results/{wildcards.part}tables --claims results/{wildcards.part}claims --out {output} > {log} 2>&1"


rule interactive:
    """One interactive figure, specified from tables."""
    input:
        tables=pipeline.table_files,
        src=pipeline.interactive_sources,
    output:
        "results/{part}figures/{language}/{figure}.vl.json",
    log:
        "results/{part}logs/figures/{language}/{figure}.vl.log",
    shell:
        "python -m gradient_horizon interactive --name {wildcards.figure} --language {wildcards.language} --tables results/{wildcards.part}tables --out {output} > {log} 2>&1"
