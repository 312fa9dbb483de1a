"""What all other files use: the checked configuration, what it makes, a rule's shared directives.

Inputs: config, the syntax trees of scripts and of src/boed.
Outputs: functions and objects only, no rules. What decides something is Python in
src/boed/config/rules; here is what only Snakemake can give: wildcards, paths, the list of rules.
"""

import sys
from inspect import signature
from pathlib import Path
from shlex import quote

import yaml
from snakemake.exceptions import WorkflowError

# of this file, not of a workflow that imports it
ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
IMPORTED = Path(workflow.basedir) != ROOT
sys.path.insert(0, str(ROOT / "src"))

from boed.claims import published_runs, scorecard
from boed.config.overlays import in_order_of, reserved_names
from boed.config.rules.known_names import KnownNames
from boed.config.rules.laboratory import Laboratory
from boed.config.rules.laboratory_files import LaboratoryFiles
from boed.config.rules.narrowing import SOLVERS, pattern_of
from boed.config.rules.results_folder import folder_problem
from boed.config.rules.rule_parameters import TABULATED, RuleParameters
from boed.config.rules.sensor_cases import SensorCases, sensors_in
from boed.config.rules.studies import Studies
from boed.config.rules.stage_files import StageFiles
from boed.config.rules.sweep_cases import SweepCases
from boed.config.rules.targets import SCALING_AXES, Targets, runs_at_once
from boed.config.validate import SettingsError, checked
from boed.jobs import provenance

RESULTS = workflow.pathvars.apply("<results>")
# what people wrote stands beside this workflow, wherever one that imports it runs
BESIDE = f"{ROOT}/" if IMPORTED else ""
PAPERS = ("ad_eki", "active_learning", "mean_variance")
CLAIMS = [f"{BESIDE}config/claims/{paper}.yaml" for paper in PAPERS]
FILE_TYPES = (".nc", ".csv", ".png", ".pdf", ".log", ".tsv", ".txt")
PUBLISHED_RUNS = f"{BESIDE}config/claims/published_runs.yaml"
RELEASED_NETWORK = f"{BESIDE}config/networks/released.yaml"
# One place for what a job's process needs: the library; a hook that puts tracebacks into the job's
# log; as many XLA threads as the rule has; compiled kernels kept between jobs of this machine.
# Whatever the path of the checkout, the shell takes it for a word.
JOB_ENVIRONMENT = (
    f"export PYTHONPATH={quote(f'{ROOT}/src:{ROOT}/workflow/startup')} "
    'NPROC="$OMP_NUM_THREADS" PYTHONNOUSERSITE=1 MPLBACKEND=Agg '
    f"JAX_COMPILATION_CACHE_DIR={quote(f'{ROOT}/.snakemake/jax/')}$(hostname) "
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0; "
)


def check_config():
    """End at once, before any job, if the configuration cannot run; or fill in its defaults."""
    files = sorted((ROOT / "workflow/rules").glob("*.smk"))
    names = reserved_names(path.read_text(encoding="utf-8") for path in files)
    text = (ROOT / "config/config.yaml").read_text(encoding="utf-8")
    base = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        config.update(checked(in_order_of(base, config), names))
    except SettingsError as error:
        raise WorkflowError(str(error)) from None
    if problem := folder_problem(RESULTS, ROOT, Path.cwd()):
        raise WorkflowError(problem)


def check_measurements():
    """End at once, before any job, if a table of measurements cannot be used: what was made of
    earlier ones stays.
    """
    if problems := laboratory.problems():
        raise WorkflowError("\n".join(problems))


def check_targets():
    """End at once if a file that was typed belongs to a study, variant or case that is not there.

    Snakemake knows its targets only after it has read the rules, so the command line is read.
    """
    for word in map(Path, sys.argv[1:]):
        if word.suffix in FILE_TYPES and word.is_relative_to(RESULTS):
            if problem := known_names.problem(word.relative_to(RESULTS).as_posix()):
                raise WorkflowError(f"{word}: {problem}")


def code_of(script):
    """Digests of a script and of all it imports from boed: in params, so that edits rerun it."""
    return provenance.closure_digests(ROOT / "workflow/scripts" / script, ROOT / "src/boed")


def share_directives(job):
    """Give a rule with a script what all such rules have, where it says nothing of its own.

    Log and timing stand at the path of the first output, without .nc and .png; the code that the
    script runs is one of the parameters.
    """
    outputs = job.ruleinfo.output
    first = str([*outputs.paths, *outputs.kwpaths.values()][0])
    name = first.removeprefix("<results>/").removesuffix(".nc").removesuffix(".png")
    if not job.log:
        job.log_modifier = outputs.modifier
        job.set_log(f"<results>/logs/{name}.log")
    if not job.benchmark:
        job.benchmark_modifier = outputs.modifier
        job.benchmark = f"<results>/timings/{name}.tsv"
    if not job.conda_env:
        job.conda_env = "../../envs/environment.yaml"
    if "code" not in job.params.keys():
        job.set_params(code=code_of(Path(job.script).name))


def of_wildcards(function, *arguments):
    """A function of a job's wildcards for Snakemake: `function` of the arguments and of those
    wildcards that it has parameters for, the stage as a number.
    """
    names = list(signature(function).parameters)[len(arguments) :]

    def given(wildcards):
        values = {name: wildcards[name] for name in names if name in wildcards.keys()}
        if "stage" in values:
            values["stage"] = int(values["stage"])
        return function(*arguments, **values)

    return given


def blocks(*names):
    """The named blocks of the settings of a job's study, variant and stage."""
    return of_wildcards(parameters.blocks, names)


def setting(path):
    """One value of the settings of a job's study and variant; its path as in `truth/location`."""
    return of_wildcards(studies.setting, path)


def risk_blocks(*names):
    """The problem of a job's risk study and the named parts of its settings."""
    return of_wildcards(parameters.risk_study, names)


def cores_of_runs(wildcards):
    """Cores of a job that runs a black box, a run each: on other machines than this one, one."""
    cores = workflow.cores if workflow.local_exec else 1
    return runs_at_once(len(targets.chunks(wildcards.study)), cores or 1)


def sensor_blocks(*names):
    """The named parts of the source inversion's settings, for a job's case or layout."""
    return of_wildcards(sensors.parameters, names)


def claim_files():
    """Files that the scorecard needs and this configuration can make; others are `not run`."""
    listed = scorecard.read([ROOT / path for path in CLAIMS])
    files = {file for claim in listed for file in claim.files()}
    files |= {
        file for run in published_runs.read(ROOT / PUBLISHED_RUNS) for file in run.source.files()
    }
    return sorted(filter(targets.can_make, files))


check_config()
studies = Studies(config)
parameters = RuleParameters(studies)
laboratory = Laboratory(studies)
stages = StageFiles(studies, laboratory)
laboratory_files = LaboratoryFiles(laboratory, stages)
sweep_cases = SweepCases(config)
sensors = SensorCases(config["source_inversion"])
targets = Targets(studies, sensors)
known_names = KnownNames(targets)
check_measurements()
if not IMPORTED:
    check_targets()
