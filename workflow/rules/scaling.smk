"""What AD-EKI costs, by members, iterations and the way it is differentiated: ad_eki 3.3.

Inputs: the block scaling of the configuration.
Outputs: <results>/scaling/scaling.nc (a benchmark) and its parts, <results>/figures/scaling/{axis}.png and .pdf.
"""


rule measure_scaling:
    output:
        "<results>/scaling/{solver}.nc",
    log:
        "<results>/logs/scaling/{solver}.log",
    benchmark:
        "<results>/timings/scaling/{solver}.tsv"
    wildcard_constraints:
        solver="|".join(SOLVERS),
    conda:
        "../../envs/environment.yaml"
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        seed=config["seed"],
        scaling=lambda wildcards: scaling_sizes(),
        settings=lambda wildcards: scaling_settings(wildcards.solver),
        code=code_of("measure_scaling"),
    script:
        "../scripts/measure_scaling.py"


rule gather_scaling:
    input:
        scaling_parts(),
    output:
        "<results>/scaling/scaling.nc",
    log:
        "<results>/logs/scaling/scaling.log",
    benchmark:
        "<results>/timings/scaling/scaling.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        solvers=scaling_solvers(),
        code=code_of("gather_scaling"),
    script:
        "../scripts/gather_scaling.py"


rule draw_scaling:
    input:
        "<results>/scaling/scaling.nc",
    output:
        report("<results>/figures/scaling/{axis}.png", category="Scaling", caption="../report/scaling.rst"),
        "<results>/figures/scaling/{axis}.pdf",
    log:
        "<results>/logs/figures/scaling/{axis}.log",
    benchmark:
        "<results>/timings/figures/scaling/{axis}.tsv"
    wildcard_constraints:
        axis="members|iterations|samples",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        code=code_of("draw_scaling"),
    script:
        "../scripts/draw_scaling.py"
