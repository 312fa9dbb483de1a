"""Studies whose data are measured: choosing, measuring and updating are jobs of their own, and a
table says where to measure next.

Inputs: a study of the configuration with measurements, and the table that it names, whose rows of a
step are parameters of its jobs: one that is added or corrected runs again what follows from it.
Outputs: <results>/{study}/next.csv and its figure; <results>/{study}/measured/, what was measured
at each step; by stage the searches, beliefs and networks, as of a simulated study.
"""


rule choose_physical:
    input:
        network=of_wildcards(stages.network_before),
        prior=of_wildcards(stages.prior),
        previous=of_wildcards(stages.previous_measurement),
        physical=of_wildcards(stages.earlier_measurements, "physical"),
        discrepancy=of_wildcards(stages.earlier_measurements, "discrepancy"),
    output:
        experiment="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        prospects="<results>/{study}/{variant}/stage_{stage}/physical_prospects.nc",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        seed=config["seed"],
        settings=blocks("replicates", "time", "plume", "experiment"),
    script:
        "../scripts/choose_physical.py"


rule state_measurement:
    output:
        "<results>/{study}/measured/stage_{stage}_{kind}_{readings}.nc",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
        kind="physical|discrepancy",
        readings="[0-9a-f]{12}",
    params:
        readings=of_wildcards(laboratory.readings),
    script:
        "../scripts/state_measurement.py"


rule update_belief:
    input:
        network=of_wildcards(stages.network_before),
        prior=of_wildcards(stages.prior),
        measurement=of_wildcards(stages.physical_measurement),
        physical=of_wildcards(stages.earlier_measurements, "physical"),
        discrepancy=of_wildcards(stages.earlier_measurements, "discrepancy"),
    output:
        "<results>/{study}/{variant}/stage_{stage}/belief.nc",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=blocks("replicates", "time", "plume"),
    script:
        "../scripts/update_belief.py"


rule choose_discrepancy:
    input:
        network=of_wildcards(stages.network_before),
        first=of_wildcards(stages.starting_weights),
        prior=of_wildcards(stages.correction_prior),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        measurement=of_wildcards(stages.physical_measurement),
    output:
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
        prospects="<results>/{study}/{variant}/stage_{stage}/discrepancy_prospects.nc",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=blocks(
            "replicates", "time", "plume", "experiment", "discrepancy_experiment", "calibration"
        ),
    script:
        "../scripts/choose_discrepancy.py"


rule learn_from_data:
    input:
        network=of_wildcards(stages.network_before),
        first=of_wildcards(stages.starting_weights),
        prior=of_wildcards(stages.correction_prior),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        measurement=of_wildcards(stages.physical_measurement),
        chosen="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
        physical=of_wildcards(stages.physical_measurements),
        discrepancy=of_wildcards(stages.discrepancy_measurements_with),
    output:
        network="<results>/{study}/{variant}/stage_{stage}/network.nc",
        belief="<results>/{study}/{variant}/stage_{stage}/corrected_belief.nc",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=blocks(
            "replicates",
            "time",
            "plume",
            "experiment",
            "discrepancy_experiment",
            "calibration",
            "reupdate",
        ),
    script:
        "../scripts/learn_from_data.py"


rule state_next:
    input:
        unpack(of_wildcards(laboratory_files.next_inputs)),
    output:
        "<results>/{study}/next.csv",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
    params:
        step=of_wildcards(laboratory.next_parameters),
        parameters=of_wildcards(laboratory.parameters),
    script:
        "../scripts/state_next.py"


rule draw_next:
    input:
        unpack(of_wildcards(laboratory_files.drawn)),
    output:
        report(
            "<results>/figures/{study}/next.png",
            category="{study}",
            caption="../report/next.rst",
        ),
        "<results>/figures/{study}/next.pdf",
    wildcard_constraints:
        study=pattern_of(studies.measured()),
    params:
        step=of_wildcards(laboratory.next_parameters),
        axes=of_wildcards(laboratory.drawn_axes),
    script:
        "../scripts/draw_next.py"
