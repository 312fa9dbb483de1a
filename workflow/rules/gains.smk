"""Which EKI schedule measures information: gains of all schedules against the true gain, as numbers and a figure.

Inputs: of one stage of a study's variant the network it starts from, the belief, both experiments.
Outputs: <results>/{study}/{variant}/stage_{stage}/gain_comparison.nc and
<results>/figures/{study}/gain_comparison_{variant}.png and .pdf.
"""


rule compare_gains:
    input:
        network=lambda wildcards: network_after(wildcards, int(wildcards.stage) - 1),
        belief="<results>/{study}/{variant}/stage_{stage}/belief.nc",
        physical="<results>/{study}/{variant}/stage_{stage}/physical_experiment.nc",
        experiment="<results>/{study}/{variant}/stage_{stage}/discrepancy_experiment.nc",
    output:
        "<results>/{study}/{variant}/stage_{stage}/gain_comparison.nc",
    log:
        "<results>/logs/{study}/{variant}/stage_{stage}/gain_comparison.log",
    benchmark:
        "<results>/timings/{study}/{variant}/stage_{stage}/gain_comparison.tsv"
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
            "experiment",
            "discrepancy_experiment",
            "gain_comparison",
        ),
        code=code_of("compare_gains"),
    script:
        "../scripts/compare_gains.py"


rule draw_gain_comparison:
    input:
        comparison=stage_of("gain_comparison", "gain_comparison"),
    output:
        report(
            "<results>/figures/{study}/gain_comparison_{variant}.png",
            category="{study}",
            caption="../report/gain_comparison.rst",
        ),
        "<results>/figures/{study}/gain_comparison_{variant}.pdf",
    log:
        "<results>/logs/figures/{study}/gain_comparison_{variant}.log",
    benchmark:
        "<results>/timings/figures/{study}/gain_comparison_{variant}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_gain_comparison"),
    script:
        "../scripts/draw_gain_comparison.py"
