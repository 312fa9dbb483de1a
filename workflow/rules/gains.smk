"""Which EKI schedule measures information: all schedules' gains against the true one.

Inputs: of one stage of a study's variant the network it starts from, the belief, both experiments.
Outputs: <results>/{study}/{variant}/stage_{stage}/gain_comparison.nc and
<results>/figures/{study}/gain_comparison_{variant}.png and .pdf.
"""


rule compare_gains:
    input:
        network=of_wildcards(stages.network_before),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        physical="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
    output:
        "<results>/{study}/{variant}/stage_{stage}/gain_comparison.nc",
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
            "discrepancy_experiment",
            "gain_comparison",
        ),
    script:
        "../scripts/compare_gains.py"


rule draw_gain_comparison:
    input:
        comparison=of_wildcards(stages.of_block, "gain_comparison", "gain_comparison"),
    output:
        report(
            "<results>/figures/{study}/gain_comparison_{variant}.png",
            category="{study}",
            caption="../report/gain_comparison.rst",
        ),
        "<results>/figures/{study}/gain_comparison_{variant}.pdf",
    script:
        "../scripts/draw_gain_comparison.py"
