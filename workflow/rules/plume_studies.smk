"""Sequential design for the plume's source, two jobs a stage, replicates as an array axis.

Inputs: a study of the configuration with method: hybrid.
Outputs: <results>/{study}/starting_weights/{network}.nc; per variant and stage, by `locate_source`,
the physical experiment, its measurement and belief, by `learn_discrepancy` the discrepancy
experiment, its measurement, the network and the corrected belief; per study metrics.
"""


rule pretrain_network:
    output:
        "<results>/{study}/starting_weights/pretrained.nc",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("network")),
    resources:
        mem_mb=1500,
    params:
        seed=config["seed"],
        settings=of_wildcards(parameters.pretraining),
    script:
        "../scripts/pretrain_network.py"


rule state_network:
    input:
        published=lambda wildcards: RELEASED_NETWORK if wildcards.network == "released" else [],
    output:
        "<results>/{study}/starting_weights/{network}.nc",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("network")),
        network="released|zero",
    params:
        seed=config["seed"],
        settings=of_wildcards(parameters.stated_network),
    script:
        "../scripts/state_network.py"


rule state_strength:
    output:
        "<results>/{study}/starting_weights/strength.nc",
    wildcard_constraints:
        study=pattern_of(studies.that_learn("strength")),
    params:
        strength=setting("model/strength"),
    script:
        "../scripts/state_strength.py"


rule locate_source:
    input:
        network=of_wildcards(stages.network_before),
        prior=of_wildcards(stages.prior),
        previous=of_wildcards(stages.previous_experiment),
        physical=of_wildcards(stages.earlier_measurements, "physical"),
        discrepancy=of_wildcards(stages.earlier_measurements, "discrepancy"),
    output:
        experiment="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        measurement="<results>/{study}/{variant}/stage_{stage}/physical_measurement.nc",
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
    wildcard_constraints:
        study=pattern_of(studies.simulated()),
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
            "experiment",
        ),
    script:
        "../scripts/locate_source.py"


rule learn_discrepancy:
    input:
        network=of_wildcards(stages.network_before),
        first=of_wildcards(stages.starting_weights),
        prior=of_wildcards(stages.correction_prior),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        physical=of_wildcards(stages.physical_measurements),
        discrepancy=of_wildcards(stages.discrepancy_measurements),
    output:
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
        measurement="<results>/{study}/{variant}/stage_{stage}/discrepancy_measurement.nc",
        network="<results>/{study}/{variant}/stage_{stage}/network.nc",
        belief="<results>/{study}/{variant}/stage_{stage}/corrected_belief.nc",
    wildcard_constraints:
        study=pattern_of(studies.simulated()),
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
    script:
        "../scripts/learn_discrepancy.py"


rule choose_uncalibrated:
    input:
        networks=of_wildcards(stages.uncalibrated_networks),
        priors=of_wildcards(stages.before_third, "belief"),
        previous=of_wildcards(stages.before_third, "physical_experiment"),
    output:
        "<results>/{study}/{variant}/uncalibrated_experiments.nc",
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        stages=lambda wildcards: studies.stages(wildcards.study, first=3),
        settings=blocks(
            "replicates",
            "times",
            "plume",
            "truth",
            "model",
            "network",
            "noise",
            "belief",
            "experiment",
        ),
    script:
        "../scripts/choose_uncalibrated.py"


rule assess_fields:
    input:
        networks=of_wildcards(stages.networks),
        experiments=of_wildcards(stages.physical_experiments),
        uncalibrated="<results>/{study}/{variant}/uncalibrated_experiments.nc",
    output:
        "<results>/{study}/{variant}/field_errors.nc",
    resources:
        mem_mb=1500,
    params:
        settings=blocks(
            "replicates", "times", "plume", "truth", "model", "network", "noise", "belief"
        ),
    script:
        "../scripts/assess_fields.py"


rule profile_gain:
    input:
        network=of_wildcards(stages.network_before),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
    output:
        "<results>/{study}/{variant}/stage_{stage}/gain_profile.nc",
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
    script:
        "../scripts/profile_gain.py"


rule collect_metrics:
    input:
        beliefs=of_wildcards(stages.beliefs_of_variants),
        strengths=of_wildcards(stages.strengths),
    output:
        "<results>/{study}/metrics.nc",
    params:
        variants=of_wildcards(studies.variants),
        settings=blocks("replicates", "times"),
    script:
        "../scripts/collect_metrics.py"
