"""Sequential design for the plume's source, two jobs a stage, replicates as an array axis.

Inputs: a study of the block plume_studies of the configuration.
Outputs: <results>/{study}/starting_weights/{network}.nc; per variant and stage, by `locate_source`, the physical experiment,
its measurement and belief, by `learn_discrepancy` the discrepancy experiment, its measurement, the network and the
corrected belief; per study metrics.
"""


rule pretrain_network:
    output:
        "<results>/{study}/starting_weights/pretrained.nc",
    log:
        "<results>/logs/{study}/starting_weights/pretrained.log",
    benchmark:
        "<results>/timings/{study}/starting_weights/pretrained.tsv"
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


rule state_network:
    input:
        published=lambda wildcards: "config/networks/released.yaml" if wildcards.network == "released" else [],
    output:
        "<results>/{study}/starting_weights/{network}.nc",
    log:
        "<results>/logs/{study}/starting_weights/{network}.log",
    benchmark:
        "<results>/timings/{study}/starting_weights/{network}.tsv"
    wildcard_constraints:
        study=studies_that_learn("network"),
        network="released|zero",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        seed=config["seed"],
        settings=stated_network_settings,
        code=code_of("state_network"),
    script:
        "../scripts/state_network.py"


rule state_strength:
    output:
        "<results>/{study}/starting_weights/strength.nc",
    log:
        "<results>/logs/{study}/starting_weights/strength.log",
    benchmark:
        "<results>/timings/{study}/starting_weights/strength.tsv"
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


rule locate_source:
    input:
        network=lambda wildcards: network_after(wildcards, int(wildcards.stage) - 1),
        prior=prior_input,
        previous=previous_experiment_input,
    output:
        experiment="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        measurement="<results>/{study}/{variant}/stage_{stage}/physical_measurement.nc",
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/locate_source.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/locate_source.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        settings=blocks("replicates", "time", "plume", "truth", "model", "network", "noise", "belief", "experiment"),
        code=code_of("locate_source"),
    script:
        "../scripts/locate_source.py"


rule learn_discrepancy:
    input:
        network=lambda wildcards: network_after(wildcards, int(wildcards.stage) - 1),
        first=lambda wildcards: starting_weights(wildcards.study, settings_of(wildcards)),
        prior=correction_prior_input,
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        physical=lambda wildcards: measurements(wildcards, "physical", range(1, int(wildcards.stage) + 1)),
        discrepancy=lambda wildcards: measurements(wildcards, "discrepancy", range(2, int(wildcards.stage))),
    output:
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
        measurement="<results>/{study}/{variant}/stage_{stage}/discrepancy_measurement.nc",
        network="<results>/{study}/{variant}/stage_{stage}/network.nc",
        belief="<results>/{study}/{variant}/stage_{stage}/corrected_belief.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/learn_discrepancy.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/learn_discrepancy.tsv"
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
            "calibration",
            "reupdate",
        ),
        code=code_of("learn_discrepancy"),
    script:
        "../scripts/learn_discrepancy.py"


rule choose_uncalibrated:
    input:
        networks=lambda wildcards: [network_after(wildcards, n - 2) for n in stages_of(wildcards.study, first=3)],
        priors=lambda wildcards: [stage_file(wildcards, n - 1, "belief") for n in stages_of(wildcards.study, first=3)],
        previous=lambda wildcards: [
            stage_file(wildcards, n - 1, "physical_experiment") for n in stages_of(wildcards.study, first=3)
        ],
    output:
        "<results>/{study}/{variant}/uncalibrated_experiments.nc",
    log:
        "<results>/logs/{study}/{variant}/uncalibrated_experiments.log",
    benchmark:
        "<results>/timings/{study}/{variant}/uncalibrated_experiments.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        stages=lambda wildcards: list(stages_of(wildcards.study, first=3)),
        settings=blocks("replicates", "times", "plume", "truth", "model", "network", "noise", "belief", "experiment"),
        code=code_of("choose_uncalibrated"),
    script:
        "../scripts/choose_uncalibrated.py"


rule assess_fields:
    input:
        networks=lambda wildcards: [network_after(wildcards, stage) for stage in stages_of(wildcards.study)],
        experiments=lambda wildcards: [
            stage_file(wildcards, stage, "physical_experiment") for stage in stages_of(wildcards.study)
        ],
        uncalibrated="<results>/{study}/{variant}/uncalibrated_experiments.nc",
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
