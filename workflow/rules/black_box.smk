"""Runs of a black box, a system that JAX cannot see into: samples of the prior at all designs.

Inputs: a study of the configuration with method: risk whose system has a command or black_box.
Outputs: <results>/{study}/runs/plan.nc, chunk_{chunk}.nc, a record a run in runs/done and
runs/failed; <results>/{study}/runs.nc.
"""


rule plan_runs:
    output:
        "<results>/{study}/runs/plan.nc",
    wildcard_constraints:
        study=pattern_of(studies.black_boxes()),
    params:
        seed=config["seed"],
        settings=of_wildcards(parameters.planned_runs),
    script:
        "../scripts/plan_runs.py"


rule run_black_box:
    input:
        "<results>/{study}/runs/plan.nc",
    output:
        "<results>/{study}/runs/chunk_{chunk}.nc",
    wildcard_constraints:
        study=pattern_of(studies.black_boxes()),
        chunk=r"\d+",
    threads: cores_of_runs
    resources:
        mem_mb=2000,
        runtime=1440,
    params:
        settings=of_wildcards(parameters.solver),
        samples=setting("chunk"),
    script:
        "../scripts/run_black_box.py"


rule gather_runs:
    input:
        plan="<results>/{study}/runs/plan.nc",
        chunks=of_wildcards(targets.chunks),
    output:
        "<results>/{study}/runs.nc",
    wildcard_constraints:
        study=pattern_of(studies.black_boxes()),
    script:
        "../scripts/gather_runs.py"
