"""Joint design over the source's position and strength: what learning it is held against.

Inputs: the block joint of a study; for the comparison its metrics.
Outputs: <results>/{study}/joint.nc, costs.csv (a benchmark), <results>/figures/{study}/joint and
marginals (.png, .pdf).
"""


rule run_joint_design:
    output:
        "<results>/{study}/joint.nc",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
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
    script:
        "../scripts/run_joint_design.py"


rule compare_costs:
    output:
        report("<results>/{study}/costs.csv", category="{study}", caption="../report/joint.rst"),
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
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
    script:
        "../scripts/compare_costs.py"


rule draw_marginals:
    input:
        "<results>/{study}/joint.nc",
    output:
        report(
            "<results>/figures/{study}/marginals.png",
            category="{study}",
            caption="../report/marginals.rst",
        ),
        "<results>/figures/{study}/marginals.pdf",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
    params:
        strength=setting("truth/strength"),
        location=setting("truth/location"),
    script:
        "../scripts/draw_marginals.py"


rule draw_joint:
    input:
        metrics="<results>/{study}/metrics.nc",
        joint="<results>/{study}/joint.nc",
    output:
        report(
            "<results>/figures/{study}/joint.png",
            category="{study}",
            caption="../report/joint.rst",
        ),
        "<results>/figures/{study}/joint.pdf",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
    params:
        variants=of_wildcards(studies.corrected_variants),
        strength=setting("truth/strength"),
    script:
        "../scripts/draw_joint.py"
