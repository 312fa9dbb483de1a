"""Studies under every combination of some settings: one job a value of the first axis, all else in it.

Inputs: the block sweeps of the configuration, the starting weights of the studies that they vary.
Outputs: <results>/sweeps/{sweep}/{value}.nc, but for cases that another sweep runs already; per sweep its gathered numbers, a table and a figure.
"""


rule run_cases:
    input:
        unpack(case_weights),
    output:
        "<results>/sweeps/{sweep}/{value}.nc",
    log:
        "<results>/logs/sweeps/{sweep}/{value}.log",
    benchmark:
        "<results>/timings/sweeps/{sweep}/{value}.tsv"
    priority: 1  # the longest jobs first: one that starts last leaves the other cores idle
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        seed=config["seed"],
        study=lambda wildcards: config["sweeps"][wildcards.sweep]["study"],
        cases=case_settings,
        code=code_of("run_cases"),
    script:
        "../scripts/run_cases.py"


rule gather_sweep:
    input:
        case_files,
    output:
        "<results>/sweeps/{sweep}.nc",
    log:
        "<results>/logs/sweeps/{sweep}.log",
    benchmark:
        "<results>/timings/sweeps/{sweep}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        axes=lambda wildcards: {
            name: list(values) for name, values in config["sweeps"][wildcards.sweep]["axes"].items()
        },
        cases=cases_in_files,
        code=code_of("gather_sweep"),
    script:
        "../scripts/gather_sweep.py"


rule tabulate_sweep:
    input:
        "<results>/sweeps/{sweep}.nc",
    output:
        report("<results>/sweeps/{sweep}.csv", category="Sweeps", caption="../report/sweep.rst"),
    log:
        "<results>/logs/sweeps/{sweep}_table.log",
    benchmark:
        "<results>/timings/sweeps/{sweep}_table.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("tabulate_sweep"),
    script:
        "../scripts/tabulate_sweep.py"


rule draw_sweep:
    input:
        "<results>/sweeps/{sweep}.nc",
    output:
        report("<results>/figures/sweeps/{sweep}.png", category="Sweeps", caption="../report/sweep.rst"),
        "<results>/figures/sweeps/{sweep}.pdf",
    log:
        "<results>/logs/figures/sweeps/{sweep}.log",
    benchmark:
        "<results>/timings/figures/sweeps/{sweep}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_sweep"),
    script:
        "../scripts/draw_sweep.py"


rule draw_sweep_stages:
    input:
        "<results>/sweeps/{sweep}.nc",
    output:
        report("<results>/figures/sweeps/{sweep}_stages.png", category="Sweeps", caption="../report/sweep.rst"),
        "<results>/figures/sweeps/{sweep}_stages.pdf",
    log:
        "<results>/logs/figures/sweeps/{sweep}_stages.log",
    benchmark:
        "<results>/timings/figures/sweeps/{sweep}_stages.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_sweep_stages"),
    script:
        "../scripts/draw_sweep_stages.py"
