"""What is wrong with a sequential study: by itself, with its variants, with what it builds on.

No JAX here, since every Snakemake start runs it.
"""

from collections.abc import Iterator
from itertools import product

from boed.config.model.base import Problem
from boed.config.model.resolution import Sampled, unresolved
from boed.config.model.study import Settings
from boed.config.overlays import OF_LAYERS, PER_STAGE, resolve, resolved
from boed.config.refusals import contradictions, refusals
from boed.config.unused_settings import PARTS, impossible, misplaced, refused, unused

# what the starting weights of a study are made for: its variants share them
FORMS = ("source", "strength", "width", "discrepancy")
# settings of a study that its rules read whatever the others are
NEVER_UNUSED = (
    *OF_LAYERS,
    "replicates",
    "times",
    "plume",
    "truth",
    "gain_profile",
    "gain_comparison",
    "joint",
)
# blocks that look at one stage of some variants
LOOKING = ("gain_profile", "gain_comparison", "designs")


def whole_problems(key: str, settings: dict, base: dict, stages: int | None = None) -> list[str]:
    """What a run's settings lack or contradict.

    base: the settings that its starting weights are made for; stages: how many the runs have that
    stand in one array with it, by default as many as base.
    """
    refused = refusals(Settings, settings, key)
    if refused:
        return refused
    count = len(base["times"]) if stages is None else stages
    problems = contradictions(Settings, settings, key) + _changed_forms(key, settings, base)
    if len(settings["times"]) != count:
        accepted = f"{count} times, as in the study and all that stands in one array with it"
        problems.append(str(Problem(f"{key}.times", settings["times"], accepted)))
    return problems


def _changed_forms(key: str, settings: dict, base: dict) -> list[str]:
    """Forms of the sources that differ from those that the starting weights are made for."""
    changed = (
        f"{block}.{name}"
        for block, name in product(("truth", "model"), FORMS)
        if settings[block].get(name) != base[block].get(name)
    )
    return [
        f"{key}.{name}: a variant cannot change this key: the network is pre-trained for the "
        "study's sources; make a study of its own"
        for name in changed
    ]


def unresolved_sources(key: str, settings: dict) -> list[str]:
    """Sources that the grid of the plume's solver is too coarse for; settings without a fault."""
    study = Settings.model_validate(settings)
    sources = [
        Sampled("truth", study.truth.source, study.truth.width),
        Sampled("model", study.model.source, study.model.width),
    ]
    return [str(problem.below(key)) for problem in unresolved(study.plume, sources)]


def longer_lists(key: str, layer: dict, stages: int) -> list[str]:
    """Lists of a layer itself that go on beyond the last stage; those of recipes may."""
    problems = []
    for block, name, first in PER_STAGE:
        values, count = (layer.get(block) or {}).get(name), stages + 1 - first
        if isinstance(values, list) and len(values) > count:
            accepted = f"one number, or {count} numbers for the {stages} stages in times"
            problems.append(str(Problem(f"{key}.{block}.{name}", values, accepted)))
    return problems


def sequential_study_problems(config: dict, written: dict, name: str) -> list[str]:
    """What is wrong with a study, taken together with what it builds on.

    written: the study as it stands in the configuration, before it is laid on what it is like.
    """
    study, key, base = config["studies"][name], f"studies.{name}", resolved(config, name)
    problems = whole_problems(key, base, base)
    if problems:
        return problems
    method = study["method"]
    problems += misplaced(key, study, method) + impossible(key, base, method)
    problems += unresolved_sources(key, base) + longer_lists(key, written, len(base["times"]))
    if not problems:
        for variant in study["variants"]:
            problems += _variant_problems(config, name, variant, base)
    if problems:
        return problems
    known = [unused(resolve(config, name, variant), method) for variant in study["variants"]]
    parts = (*NEVER_UNUSED, *PARTS[method])
    read = {part: value for part, value in study.items() if part not in parts}
    return refused(key, read, known) + _looking_problems(config, name, base)


def _variant_problems(config: dict, name: str, variant: str, base: dict) -> list[str]:
    """What is wrong with one variant: by itself, beside its study, and what nothing reads."""
    study, key = config["studies"][name], f"studies.{name}.variants.{variant}"
    changes, method = study["variants"][variant], study["method"]
    settings = resolve(config, name, variant)
    problems = whole_problems(key, settings, base)
    if problems:
        return problems
    problems += unresolved_sources(key, settings)
    problems += longer_lists(key, changes, len(base["times"]))
    problems += misplaced(key, changes, method) + impossible(key, settings, method)
    if problems:
        return problems
    read = {part: value for part, value in changes.items() if part not in PARTS[method]}
    return refused(key, read, [unused(settings, method)])


def _looking_problems(config: dict, name: str, base: dict) -> list[str]:
    """What is wrong with the blocks that look at one stage of some variants."""
    variants, stages = config["studies"][name]["variants"], len(base["times"])
    corrected = [variant for variant in variants if resolve(config, name, variant)["correct"]]
    key, accepted = f"studies.{name}", f"a stage from 2 to {stages}"
    problems = [text for part in LOOKING for text in _absent(key, part, base, corrected)]
    problems += [
        str(Problem(f"{key}.{part}.stage", base[part]["stage"], accepted))
        for part in LOOKING
        if part in base and base[part]["stage"] > stages
    ]
    return problems


def _absent(key: str, part: str, base: dict, corrected: list[str]) -> Iterator[str]:
    """Variants that a block names and that are not there, or do not calibrate."""
    block = base.get(part, {})
    accepted = f"variants with correct: true, of {', '.join(corrected)}"
    for name in ("variants", "variant"):
        named = block.get(name, [])
        for variant in named if isinstance(named, list) else [named]:
            if variant not in corrected:
                yield str(Problem(f"{key}.{part}.{name}", variant, accepted))
