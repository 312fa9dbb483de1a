"""Joint design over the source's position and strength: the reference for the studies that learn the strength.

Inputs: the block joint of a study; for the comparison its metrics.
Outputs: <results>/{study}/joint.nc, costs.csv (a benchmark), <results>/figures/{study}/joint and marginals (.png, .pdf).
"""


rule run_joint_design:
    output:
        "<results>/{study}/joint.nc",
    log:
        "<results>/logs/{study}/joint.log",
    benchmark:
        "<results>/timings/{study}/joint.tsv"
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
        settings=blocks(
            "replicates",
            "times",
            "plume",
            "truth",
            "model",
            "noise",
            "belief",
            "experiment",
            "discrepancy_experiment",
            "joint",
        ),
        code=code_of("run_joint_design"),
    script:
        "../scripts/run_joint_design.py"


rule compare_costs:
    output:
        report("<results>/{study}/costs.csv", category="{study}", caption="../report/joint.rst"),
    log:
        "<results>/logs/{study}/costs.log",
    benchmark:
        "<results>/timings/{study}/costs.tsv"
    wildcard_constraints:
        study=studies_that_learn("strength"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=blocks(
            "times",
            "plume",
            "truth",
            "model",
            "noise",
            "belief",
            "experiment",
            "reupdate",
            "discrepancy_experiment",
            "indicator",
            "calibration",
            "joint",
        ),
        code=code_of("compare_costs"),
    script:
        "../scripts/compare_costs.py"


rule draw_marginals:
    input:
        "<results>/{study}/joint.nc",
    output:
        report("<results>/figures/{study}/marginals.png", category="{study}", caption="../report/marginals.rst"),
        "<results>/figures/{study}/marginals.pdf",
    log:
        "<results>/logs/figures/{study}/marginals.log",
    benchmark:
        "<results>/timings/figures/{study}/marginals.tsv"
    wildcard_constraints:
        study=studies_that_learn("strength"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        strength=lambda wildcards: settings_of(wildcards)["truth"]["strength"],
        location=lambda wildcards: settings_of(wildcards)["truth"]["location"],
        code=code_of("draw_marginals"),
    script:
        "../scripts/draw_marginals.py"


rule draw_joint:
    input:
        metrics="<results>/{study}/metrics.nc",
        joint="<results>/{study}/joint.nc",
    output:
        report("<results>/figures/{study}/joint.png", category="{study}", caption="../report/joint.rst"),
        "<results>/figures/{study}/joint.pdf",
    log:
        "<results>/logs/figures/{study}/joint.log",
    benchmark:
        "<results>/timings/figures/{study}/joint.tsv"
    wildcard_constraints:
        study=studies_that_learn("strength"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        variants=lambda wildcards: corrected_variants(wildcards.study),
        strength=lambda wildcards: settings_of(wildcards)["truth"]["strength"],
        code=code_of("draw_joint"),
    script:
        "../scripts/draw_joint.py"
