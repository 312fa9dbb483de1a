"""The kernels side by side with the straightforward ways, and what starting a job costs.

Inputs: the block benchmarks of the configuration.
Outputs: <results>/benchmarks/kernels.csv, startup.csv (benchmarks), adjoint.nc,
<results>/figures/benchmarks.png, adjoint.png and .pdf.
"""


rule measure_kernels:
    input:
        startup="<results>/benchmarks/startup.csv",
    output:
        report(
            "<results>/benchmarks/kernels.csv",
            category="Benchmarks",
            caption="../report/benchmarks.rst",
        ),
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=30,
    params:
        settings=parameters.benchmarks(),
    script:
        "../scripts/measure_kernels.py"


rule measure_start:
    output:
        report(
            "<results>/benchmarks/startup.csv",
            category="Benchmarks",
            caption="../report/benchmarks.rst",
        ),
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=30,
    params:
        settings=parameters.benchmarks(),
    script:
        "../scripts/measure_start.py"


rule draw_benchmarks:
    input:
        "<results>/benchmarks/kernels.csv",
    output:
        report(
            "<results>/figures/benchmarks.png",
            category="Benchmarks",
            caption="../report/benchmarks.rst",
        ),
        "<results>/figures/benchmarks.pdf",
    script:
        "../scripts/draw_benchmarks.py"


rule measure_adjoint:
    output:
        "<results>/benchmarks/adjoint.nc",
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        settings=lookup("benchmarks/adjoint", within=config),
    script:
        "../scripts/measure_adjoint.py"


rule draw_adjoint:
    input:
        "<results>/benchmarks/adjoint.nc",
    output:
        report(
            "<results>/figures/adjoint.png", category="Benchmarks", caption="../report/adjoint.rst"
        ),
        "<results>/figures/adjoint.pdf",
    script:
        "../scripts/draw_adjoint.py"
