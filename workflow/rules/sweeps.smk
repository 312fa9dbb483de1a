"""Studies under every combination of some settings: one job a value of the first axis.

Inputs: the block sweeps of the configuration, the starting weights of the studies that they vary.
Outputs: <results>/sweeps/{sweep}/{value}.nc, but for cases that another sweep
runs already; per sweep its gathered numbers, a table and a figure.
"""


rule run_cases:
    input:
        unpack(of_wildcards(sweep_cases.starting_weights)),
    output:
        "<results>/sweeps/{sweep}/{value}.nc",
    priority: 1  # the longest jobs first: one that starts last leaves the other cores idle
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        seed=config["seed"],
        study=of_wildcards(sweep_cases.study),
        cases=of_wildcards(sweep_cases.settings),
    script:
        "../scripts/run_cases.py"


rule gather_sweep:
    input:
        of_wildcards(sweep_cases.files),
    output:
        "<results>/sweeps/{sweep}.nc",
    params:
        axes=of_wildcards(sweep_cases.axes),
        cases=of_wildcards(sweep_cases.positions),
    script:
        "../scripts/gather_sweep.py"


rule tabulate_sweep:
    input:
        "<results>/sweeps/{sweep}.nc",
    output:
        report("<results>/sweeps/{sweep}.csv", category="Sweeps", caption="../report/sweep.rst"),
    script:
        "../scripts/tabulate_sweep.py"


rule draw_sweep:
    input:
        "<results>/sweeps/{sweep}.nc",
    output:
        report(
            "<results>/figures/sweeps/{sweep}.png",
            category="Sweeps",
            caption="../report/sweep.rst",
        ),
        "<results>/figures/sweeps/{sweep}.pdf",
    script:
        "../scripts/draw_sweep.py"


rule draw_sweep_stages:
    input:
        "<results>/sweeps/{sweep}.nc",
    output:
        report(
            "<results>/figures/sweeps/{sweep}_stages.png",
            category="Sweeps",
            caption="../report/sweep.rst",
        ),
        "<results>/figures/sweeps/{sweep}_stages.pdf",
    script:
        "../scripts/draw_sweep_stages.py"
