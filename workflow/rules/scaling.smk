"""What AD-EKI costs, by members, iterations and the way it is differentiated: ad_eki 3.3.

Inputs: the block scaling of the configuration.
Outputs: <results>/scaling/scaling.nc (a benchmark) and its parts,
<results>/figures/scaling/{axis}.png and .pdf.
"""


rule measure_scaling:
    output:
        "<results>/scaling/{solver}.nc",
    wildcard_constraints:
        solver=pattern_of(SOLVERS),
    priority: 2  # first, while nothing waits for the cores that it keeps to itself
    threads: workflow.cores  # nothing else runs while this one measures
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        seed=config["seed"],
        scaling=parameters.scaling_sizes(),
        settings=of_wildcards(parameters.scaling),
    script:
        "../scripts/measure_scaling.py"


rule gather_scaling:
    input:
        targets.scaling_parts(),
    output:
        "<results>/scaling/scaling.nc",
    params:
        solvers=list(config["scaling"]["solvers"]),
    script:
        "../scripts/gather_scaling.py"


rule draw_scaling:
    input:
        "<results>/scaling/scaling.nc",
    output:
        report(
            "<results>/figures/scaling/{axis}.png",
            category="Scaling",
            caption="../report/scaling.rst",
        ),
        "<results>/figures/scaling/{axis}.pdf",
    wildcard_constraints:
        axis=pattern_of(SCALING_AXES),
    script:
        "../scripts/draw_scaling.py"
