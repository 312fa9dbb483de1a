"""Calibrations by more and more data against the alignment of the fields: active_learning App. A.

Inputs: the block agreement of a study that learns the strength.
Outputs: <results>/{study}/agreement.nc, <results>/figures/{study}/agreement.png and .pdf.
"""


rule calibrate_by_many_data:
    output:
        "<results>/{study}/agreement.nc",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        settings=blocks(
            "replicates", "times", "plume", "truth", "model", "noise", "belief", "agreement"
        ),
    script:
        "../scripts/calibrate_by_many_data.py"


rule draw_agreement:
    input:
        "<results>/{study}/agreement.nc",
    output:
        report(
            "<results>/figures/{study}/agreement.png",
            category="{study}",
            caption="../report/agreement.rst",
        ),
        "<results>/figures/{study}/agreement.pdf",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
    script:
        "../scripts/draw_agreement.py"
