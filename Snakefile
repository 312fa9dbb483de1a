"""Bayesian experimental design under model error: studies, figures and a scorecard of claims."""

from snakemake.utils import min_version

min_version("9.19")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"


shell.prefix(JOB_ENVIRONMENT)


wildcard_constraints:
    **known_names.patterns(),


# Snakemake looks for jobs again at the end of every second of its limit of starts, and each look
# plans another: they grow with the jobs that have ended, to hundreds a second, which costs a fifth
# of a core. Jobs of this machine are limited by its cores.
onstart:
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


rule all:
    input:
        targets.everything(),


include: "workflow/rules/targets.smk"
include: "workflow/rules/plume.smk"
include: "workflow/rules/plume_studies.smk"
include: "workflow/rules/described.smk"
include: "workflow/rules/laboratory.smk"
include: "workflow/rules/joint.smk"
include: "workflow/rules/active.smk"
include: "workflow/rules/agreement.smk"
include: "workflow/rules/method_comparison.smk"
include: "workflow/rules/gains.smk"
include: "workflow/rules/sweeps.smk"
include: "workflow/rules/black_box.smk"
include: "workflow/rules/risk_studies.smk"
include: "workflow/rules/checks.smk"
include: "workflow/rules/surrogate.smk"
include: "workflow/rules/source_inversion.smk"
include: "workflow/rules/source_inversion_figures.smk"
include: "workflow/rules/scaling.smk"
include: "workflow/rules/networks.smk"
include: "workflow/rules/benchmarks.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/claims.smk"


# every rule with a script has a log (<results>/logs/…), a timing (<results>/timings/…), the
# environment and the digests of its code; a workflow that imports this one has rules of its own
for job in workflow.rules:
    if job.script and Path(job.snakefile).is_relative_to(ROOT):
        share_directives(job)
