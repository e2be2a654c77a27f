rule claims:
    """The verdict on every claim, and the outcome of every test behind it."""
    input:
        tables=multiext("results/{part}tables/", *table_files),
        prose=expand(
            "report/{language}/{name}.json",
            language=LANGUAGES,
            name=["claims", "evidence", "words"],
        ),
    output:
        multiext("results/{part}claims/", *claim_files),
    log:
        "results/{part}logs/claims.log",
    params:
        code=pipeline.code("claims"),
    message:
        "claims {wildcards.part}: judges them"
    shell:
        "python -m gradient_horizon claims --tables results/{wildcards.part}tables --sources report --out results/{wildcards.part}claims > {log} 2>&1"
