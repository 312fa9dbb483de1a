"""The true plume at several times.

Inputs: the block plume_figure of the configuration.
Outputs: <results>/plume/plume.nc.
"""


rule simulate_plume:
    output:
        "<results>/plume/plume.nc",
    resources:
        mem_mb=1500,
    params:
        settings=parameters.plume_figure(),
    script:
        "../scripts/simulate_plume.py"
