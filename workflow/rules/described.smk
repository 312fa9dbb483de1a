"""Studies of several stages of a described system: the weights that they start from, what truth and
models give over all designs.

Inputs: a study of the configuration whose system is a function of ours or a file of the user's.
Outputs: <results>/{study}/starting_weights/{weights}.nc, <results>/{study}/{variant}/outputs.nc and
its figure.
"""


rule state_missing:
    output:
        "<results>/{study}/starting_weights/{weights}.nc",
    wildcard_constraints:
        study=pattern_of(studies.described_sequential()),
        weights="[a-z]+",
    params:
        seed=config["seed"],
        settings=blocks("plume", "replicates"),
    script:
        "../scripts/state_missing.py"


rule assess_outputs:
    input:
        first=of_wildcards(stages.starting_weights),
        networks=of_wildcards(stages.described_networks),
        beliefs=of_wildcards(stages.described_beliefs),
        history=of_wildcards(stages.described_history),
    output:
        "<results>/{study}/{variant}/outputs.nc",
    wildcard_constraints:
        study=pattern_of(studies.described_sequential()),
    resources:
        mem_mb=1500,
    params:
        settings=blocks("plume", "replicates"),
    script:
        "../scripts/assess_outputs.py"


rule draw_outputs:
    input:
        outputs="<results>/{study}/{variant}/outputs.nc",
        physical=of_wildcards(stages.described_physical),
        discrepancy=of_wildcards(stages.described_discrepancy),
        beliefs=of_wildcards(stages.described_beliefs),
        history=of_wildcards(stages.described_history),
    output:
        report(
            "<results>/figures/{study}/outputs_{variant}.png",
            category="{study}",
            caption="../report/outputs.rst",
        ),
        "<results>/figures/{study}/outputs_{variant}.pdf",
    wildcard_constraints:
        study=pattern_of(studies.described_sequential()),
    params:
        true_parameters=setting("true_parameters"),
    script:
        "../scripts/draw_outputs.py"
