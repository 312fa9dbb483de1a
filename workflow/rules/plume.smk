"""The true plume at several times.

Inputs: the block plume_figure of the configuration.
Outputs: <results>/plume/plume.nc.
"""


rule simulate_plume:
    output:
        "<results>/plume/plume.nc",
    log:
        "<results>/logs/plume/plume.log",
    benchmark:
        "<results>/timings/plume/plume.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=5,
    params:
        settings=in_order(config["plume_figure"] | {"plume": with_one_solver(config["plume_figure"]["plume"])}),
        code=code_of("simulate_plume"),
    script:
        "../scripts/simulate_plume.py"
