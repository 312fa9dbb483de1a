"""The scorecard: every published claim, judged.

Inputs: config/claims.yaml and the netCDF files that its claims name.
Outputs: <results>/claims.csv.
"""


rule score_claims:
    input:
        metrics=[f"<results>/{name}" for name in claim_files()],
        claims="config/claims.yaml",
    output:
        report("<results>/claims.csv", category="Scorecard", caption="../report/claims.rst"),
    log:
        "<results>/logs/claims.log",
    benchmark:
        "<results>/timings/claims.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        files=claim_files(),
        code=code_of("score_claims"),
    script:
        "../scripts/score_claims.py"
