"""Sequential design for the plume's source, one job per stage and rule, replicates as an array axis.

Inputs: a study of the block plume_studies of the configuration.
Outputs: <results>/{study}/starting_weights.nc; per variant and stage the physical experiment, its measurement
and belief, the discrepancy experiment, its measurement, the network and the corrected belief; per study metrics.
"""


rule pretrain_network:
    output:
        "<results>/{study}/starting_weights.nc",
    log:
        "<results>/logs/{study}/starting_weights.log",
    benchmark:
        "<results>/timings/{study}/starting_weights.tsv"
    wildcard_constraints:
        study=studies_that_learn("network"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=5,
    params:
        seed=config["seed"],
        settings=pretraining_settings,
        code=code_of("pretrain_network"),
    script:
        "../scripts/pretrain_network.py"


rule state_strength:
    output:
        "<results>/{study}/starting_weights.nc",
    log:
        "<results>/logs/{study}/starting_weights.log",
    benchmark:
        "<results>/timings/{study}/starting_weights.tsv"
    wildcard_constraints:
        study=studies_that_learn("strength"),
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        strength=lambda wildcards: settings_of(wildcards)["model"]["strength"],
        code=code_of("state_strength"),
    script:
        "../scripts/state_strength.py"


rule choose_experiment:
    input:
        network=search_network_input,
        prior=prior_input,
        previous=previous_experiment_input,
    output:
        "<results>/{study}/{variant}/stage_{stage}/{kind}_experiment.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/{kind}_experiment.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/{kind}_experiment.tsv"
    wildcard_constraints:
        kind="physical|uncalibrated",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        settings=blocks("replicates", "time", "plume", "truth", "model", "network", "noise", "belief", "experiment"),
        code=code_of("choose_experiment"),
    script:
        "../scripts/choose_experiment.py"


rule choose_discrepancy_experiment:
    input:
        network=lambda wildcards: network_after(wildcards, int(wildcards.stage) - 1),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
    output:
        "<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/discrepancy_experiment.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/discrepancy_experiment.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=blocks(
            "replicates",
            "time",
            "plume",
            "truth",
            "model",
            "network",
            "noise",
            "belief",
            "experiment",
            "discrepancy_experiment",
        ),
        code=code_of("choose_discrepancy_experiment"),
    script:
        "../scripts/choose_discrepancy_experiment.py"


rule measure:
    input:
        experiment="<results>/{study}/{variant}/stage_{stage}/{kind}_experiment.nc",
    output:
        "<results>/{study}/{variant}/stage_{stage}/{kind}_measurement.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/{kind}_measurement.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/{kind}_measurement.tsv"
    wildcard_constraints:
        kind="physical|discrepancy",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=5,
    params:
        seed=config["seed"],
        settings=blocks("replicates", "time", "plume", "truth", "model", "network", "noise", "belief"),
        code=code_of("measure"),
    script:
        "../scripts/measure.py"


rule update_belief:
    input:
        network=update_network_input,
        prior=update_prior_input,
        physical=update_physical_input,
        discrepancy=update_discrepancy_input,
    output:
        "<results>/{study}/{variant}/stage_{stage}/{belief}.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/{belief}.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/{belief}.tsv"
    wildcard_constraints:
        belief="belief|corrected_belief",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=5,
    params:
        settings=blocks("replicates", "time", "plume", "truth", "model", "network", "noise", "belief"),
        code=code_of("update_belief"),
    script:
        "../scripts/update_belief.py"


rule calibrate_network:
    input:
        network=lambda wildcards: network_after(wildcards, int(wildcards.stage) - 1),
        first="<results>/{study}/starting_weights.nc",
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        physical=calibration_physical_input,
        discrepancy=lambda wildcards: measurements(wildcards, "discrepancy", first=2),
    output:
        "<results>/{study}/{variant}/stage_{stage}/network.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/network.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/network.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        settings=blocks("replicates", "time", "plume", "truth", "model", "network", "noise", "belief", "calibration"),
        code=code_of("calibrate_network"),
    script:
        "../scripts/calibrate_network.py"


rule assess_fields:
    input:
        networks=lambda wildcards: [network_after(wildcards, stage) for stage in stages_of(wildcards.study)],
        experiments=lambda wildcards: [
            stage_file(wildcards, stage, "physical_experiment") for stage in stages_of(wildcards.study)
        ],
        uncalibrated=lambda wildcards: [
            stage_file(wildcards, stage, "uncalibrated_experiment") for stage in stages_of(wildcards.study, first=3)
        ],
    output:
        "<results>/{study}/{variant}/field_errors.nc",
    log:
        "<results>/logs/{study}/{variant}/field_errors.log",
    benchmark:
        "<results>/timings/{study}/{variant}/field_errors.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=5,
    params:
        settings=blocks("replicates", "times", "plume", "truth", "model", "network", "noise", "belief"),
        code=code_of("assess_fields"),
    script:
        "../scripts/assess_fields.py"


rule profile_gain:
    input:
        network=lambda wildcards: network_after(wildcards, int(wildcards.stage) - 1),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
    output:
        "<results>/{study}/{variant}/stage_{stage}/gain_profile.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/gain_profile.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/gain_profile.tsv"
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
            "time",
            "plume",
            "truth",
            "model",
            "network",
            "noise",
            "belief",
            "discrepancy_experiment",
            "gain_profile",
        ),
        code=code_of("profile_gain"),
    script:
        "../scripts/profile_gain.py"


rule collect_metrics:
    input:
        beliefs=lambda wildcards: [
            f"<results>/{wildcards.study}/{variant}/stage_{stage}/{name}.nc"
            for variant in variants_of(wildcards.study)
            for stage, name in final_beliefs(wildcards.study, variant)
        ],
        strengths=strength_input,
    output:
        "<results>/{study}/metrics.nc",
    log:
        "<results>/logs/{study}/metrics.log",
    benchmark:
        "<results>/timings/{study}/metrics.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        variants=lambda wildcards: variants_of(wildcards.study),
        settings=blocks("replicates", "times"),
        code=code_of("collect_metrics"),
    script:
        "../scripts/collect_metrics.py"
