"""Calibrations by more and more data against the alignment of the fields: active_learning App. A.

Inputs: the block agreement of a study that learns the strength.
Outputs: <results>/{study}/agreement.nc, <results>/figures/{study}/agreement.png and .pdf.
"""


rule calibrate_by_many_data:
    output:
        "<results>/{study}/agreement.nc",
    log:
        "<results>/logs/{study}/agreement.log",
    benchmark:
        "<results>/timings/{study}/agreement.tsv"
    wildcard_constraints:
        study=studies_that_learn("strength"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        settings=blocks("replicates", "times", "plume", "truth", "model", "noise", "belief", "agreement"),
        code=code_of("calibrate_by_many_data"),
    script:
        "../scripts/calibrate_by_many_data.py"


rule draw_agreement:
    input:
        "<results>/{study}/agreement.nc",
    output:
        report("<results>/figures/{study}/agreement.png", category="{study}", caption="../report/agreement.rst"),
        "<results>/figures/{study}/agreement.pdf",
    log:
        "<results>/logs/figures/{study}/agreement.log",
    benchmark:
        "<results>/timings/figures/{study}/agreement.tsv"
    wildcard_constraints:
        study=studies_that_learn("strength"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_agreement"),
    script:
        "../scripts/draw_agreement.py"
