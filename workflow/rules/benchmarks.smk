"""The kernels side by side with the straightforward ways, and what starting a job costs.

Inputs: the block benchmarks of the configuration.
Outputs: <results>/benchmarks/kernels.csv, startup.csv (benchmarks), adjoint.nc, <results>/figures/benchmarks.png,
adjoint.png and .pdf.
"""


rule measure_kernels:
    input:
        startup="<results>/benchmarks/startup.csv",
    output:
        report("<results>/benchmarks/kernels.csv", category="Benchmarks", caption="../report/benchmarks.rst"),
    log:
        "<results>/logs/benchmarks/kernels.log",
    benchmark:
        "<results>/timings/benchmarks/kernels.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=30,
    params:
        settings=lambda wildcards: benchmark_settings(),
        code=code_of("measure_kernels"),
    script:
        "../scripts/measure_kernels.py"


rule measure_start:
    output:
        report("<results>/benchmarks/startup.csv", category="Benchmarks", caption="../report/benchmarks.rst"),
    log:
        "<results>/logs/benchmarks/startup.log",
    benchmark:
        "<results>/timings/benchmarks/startup.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=30,
    params:
        settings=lambda wildcards: benchmark_settings(),
        code=code_of("measure_start"),
    script:
        "../scripts/measure_start.py"


rule draw_benchmarks:
    input:
        "<results>/benchmarks/kernels.csv",
    output:
        report("<results>/figures/benchmarks.png", category="Benchmarks", caption="../report/benchmarks.rst"),
        "<results>/figures/benchmarks.pdf",
    log:
        "<results>/logs/figures/benchmarks.log",
    benchmark:
        "<results>/timings/figures/benchmarks.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_benchmarks"),
    script:
        "../scripts/draw_benchmarks.py"


rule measure_adjoint:
    output:
        "<results>/benchmarks/adjoint.nc",
    log:
        "<results>/logs/benchmarks/adjoint.log",
    benchmark:
        "<results>/timings/benchmarks/adjoint.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        settings=lookup("benchmarks/adjoint", within=config),
        code=code_of("measure_adjoint"),
    script:
        "../scripts/measure_adjoint.py"


rule draw_adjoint:
    input:
        "<results>/benchmarks/adjoint.nc",
    output:
        report("<results>/figures/adjoint.png", category="Benchmarks", caption="../report/adjoint.rst"),
        "<results>/figures/adjoint.pdf",
    log:
        "<results>/logs/figures/adjoint.log",
    benchmark:
        "<results>/timings/figures/adjoint.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_adjoint"),
    script:
        "../scripts/draw_adjoint.py"
