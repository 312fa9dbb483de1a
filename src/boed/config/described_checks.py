"""What is wrong with a study of a described system: by itself, with its variants, with its files.

No JAX here, since every Snakemake start runs it.
"""

from boed.config.black_box_checks import black_box_problems, sequential_problems
from boed.config.model.base import Problem
from boed.config.model.described_study import DescribedSettings
from boed.config.model.risk import RiskStudy
from boed.config.model_files import file_problems
from boed.config.overlays import resolve, resolved
from boed.config.refusals import contradictions, faults, refusals
from boed.config.study_checks import longer_lists
from boed.config.unused_settings import impossible, refused, unused

# settings of such a study that nothing may read; its rules read all others
BLOCKS = (
    "experiment",
    "discrepancy_experiment",
    "calibration",
    "starting_network",
    "reupdate",
)


def risk_study_problems(config: dict, name: str) -> list[str]:
    """What is wrong with a risk study."""
    settings, key = resolved(config, name), f"studies.{name}"
    return (
        refusals(RiskStudy, settings, key)
        or black_box_problems(key, settings)
        or contradictions(RiskStudy, settings, key)
        or file_problems(config, name, settings)
    )


def described_study_problems(config: dict, written: dict, name: str) -> list[str]:
    """What is wrong with a study of several stages of a described system.

    written: the study as it stands in the configuration, before it is laid on what it is like.
    """
    study, key, base = config["studies"][name], f"studies.{name}", resolved(config, name)
    problems = _measured(key, base, study)
    problems = problems or _of_run(config, key, base, study) or file_problems(config, name, base)
    if problems:
        return problems
    problems = longer_lists(key, written, base["stages"])
    runs = {}
    for variant, changes in study["variants"].items():
        at, settings = f"{key}.variants.{variant}", resolve(config, name, variant)
        faulty = _of_run(config, at, settings, study | changes)
        faulty = faulty or file_problems(config, name, settings)
        problems += faulty or longer_lists(at, changes, base["stages"])
        if not faulty:
            runs[variant] = unused(settings, study["method"])
            problems += refused(at, changes, [runs[variant]])
    if problems:
        return problems
    read = {part: study[part] for part in BLOCKS if part in study}
    return refused(key, read, list(runs.values()))


def _of_run(config: dict, key: str, settings: dict, layer: dict) -> list[str]:
    """What is wrong with one run's settings; layer: what names its method and its recipe."""
    recipe, method = layer["recipe"], layer["method"]
    strange = _of_plumes(config["recipes"][recipe])
    if strange:
        others = [name for name, block in config["recipes"].items() if not _of_plumes(block)]
        accepted = (
            f"a recipe without {', '.join(strange)}, which only a plume has: {', '.join(others)}"
        )
        return [str(Problem(f"{key}.recipe", recipe, accepted))]
    return (
        sequential_problems(key, settings)
        or faults(DescribedSettings, settings, key)
        or impossible(key, settings, method)
    )


def _measured(key: str, settings: dict, study: dict) -> list[str]:
    """What a study of measurements cannot have: another method, several variants, what is only
    simulated.
    """
    if "measurements" not in settings:
        return []
    problems, layers = [], {key: study}
    layers |= {f"{key}.variants.{name}": own for name, own in study["variants"].items()}
    if study["method"] != "hybrid":
        problems.append(Problem(f"{key}.method", study["method"], "hybrid with measurements"))
    if len(study["variants"]) > 1:
        accepted = "one with measurements: they follow what one of them recommends"
        problems.append(Problem(f"{key}.variants", list(study["variants"]), accepted))
    for place, layer in layers.items():
        for block in ("experiment", "discrepancy_experiment"):
            if layer.get(block, {}).get("utility") == "measured":
                accepted = "predicted with measurements: nobody knows what a design would give"
                problems.append(Problem(f"{place}.{block}.utility", "measured", accepted))
        if "observation_noise" in layer:
            accepted = "nothing with measurements, which carry their noise"
            got = layer["observation_noise"]
            problems.append(Problem(f"{place}.observation_noise", got, accepted))
    return [str(problem) for problem in problems]


def _of_plumes(recipe: dict) -> list[str]:
    """Blocks of a recipe that a described system has not."""
    return [name for name in recipe if name not in DescribedSettings.model_fields]
