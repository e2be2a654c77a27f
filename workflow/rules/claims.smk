published_files = ["published.parquet", "published.csv"]
folder_files = [f"{claim}/{name}" for claim in pipeline.claims for name in CLAIM_FILES]
folders_of_rows = [f"{claim}/{ROWS}" for claim in pipeline.claims]


rule claims:
    """The verdict on every claim, and the outcome of every test behind it."""
    input:
        study="results/{part}plan/study.json",
        tables=multiext("results/{part}tables/", *table_files),
        prose=expand(
            shipped("report/{language}/{name}.json"),
            language=LANGUAGES,
            name=["claims", "evidence", "names", "words"],
        ),
    output:
        multiext("results/{part}claims/", *claim_files),
    log:
        "results/{part}logs/claims.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(800),
        runtime=pipeline.resources.minutes_of_reader(3),
    params:
        code=pipeline.code("claims"),
    message:
        "claims {wildcards.part}: judges them"
    shell:
        "python -m gradient_horizon claims --study {input.study} --tables results/{wildcards.part}tables --out results/{wildcards.part}claims > {log} 2>&1"


rule published:
    """Published results beside ours: the rows of report/published.json, with our numbers that are kept beside it."""
    input:
        claims=multiext("results/{part}claims/", *claim_files),
        rows=shipped("report/published.json"),
        ours=shipped("report/published/ours.json"),
    output:
        multiext("results/{part}tables/", *published_files),
    log:
        "results/{part}logs/published.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes(500),
        runtime=pipeline.resources.minutes(3),
    params:
        code=pipeline.code("published"),
    message:
        "published {wildcards.part}: sets published results beside ours"
    shell:
        "python -m gradient_horizon published --claims results/{wildcards.part}claims --out results/{wildcards.part}tables > {log} 2>&1"


rule folders:
    """A folder per claim with which others can check it: contract, command, runs, rows, verdict and limits."""
    input:
        study="results/{part}plan/study.json",
        runs="results/{part}plan/runs.csv",
        tables=multiext("results/{part}tables/", *table_files),
        claims=multiext("results/{part}claims/", *claim_files),
        prose=expand(
            shipped("report/{language}/{name}.json"),
            language=LANGUAGES,
            name=["claims", "evidence", "folders", "names", "words"],
        ),
        design=shipped("report/fresh/design.json"),
    output:
        expand("results/{{part}}claims/{file}", file=folder_files),
        directory(expand("results/{{part}}claims/{folder}", folder=folders_of_rows)),
    log:
        "results/{part}logs/folders.log",
    threads: 1
    resources:
        mem_mb=pipeline.resources.megabytes_of_reader(800),
        runtime=pipeline.resources.minutes_of_reader(3),
    params:
        code=pipeline.code("folders"),
    message:
        "folders {wildcards.part}: writes a folder for each claim"
    shell:
        "python -m gradient_horizon claim-folders --results results/{wildcards.part} --out results/{wildcards.part}claims > {log} 2>&1"
