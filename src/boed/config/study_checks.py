"""What is wrong with a sequential study: by itself, with its variants, with what it builds on.

No JAX here, since every Snakemake start runs it.
"""

from itertools import product

from boed.config.overlays import resolve, resolved, studies
from boed.config.schema_checks import schema_problems
from boed.config.setting_checks import active_problems, problem, study_problems
from boed.config.unused_settings import PARTS, impossible, misplaced, refused, unused

# what the starting weights of a study are made for: its variants share them
FORMS = ("source", "strength", "width", "discrepancy")
# settings of a study that its rules read whatever the others are
NEVER_UNUSED = (
    "variants",
    "recipe",
    "replicates",
    "times",
    "plume",
    "truth",
    "gain_profile",
    "gain_comparison",
    "joint",
)


def whole_problems(name: str, settings: dict, base: dict, schema: dict) -> list[str]:
    """What a resolved study lacks or contradicts; base: the study that its starting weights are
    made for.
    """
    problems = schema_problems(
        settings, {"$ref": "#/$defs/plume_study", "$defs": schema["$defs"]}, name
    )
    if problems:
        return problems
    problems = study_problems(name, settings)
    for block, key in product(("truth", "model"), FORMS):
        if settings[block].get(key) != base[block].get(key):
            problems.append(
                f"{name}.{block}.{key}: a variant cannot change this key: the network is "
                "pre-trained for the study's "
                "sources; make a study of its own"
            )
    if len(settings["times"]) != len(base["times"]):
        problems.append(
            problem(
                f"{name}.times", settings["times"], f"{len(base['times'])} times, as in the study"
            )
        )
    return problems


def sequential_study_problems(config: dict, block: str, name: str, schema: dict) -> list[str]:
    """What is wrong with a study, taken together with what it builds on."""
    study, key = config[block][name], f"{block}.{name}"
    base = resolved(config, name)
    problems = whole_problems(key, base, base, schema)
    if problems:
        return problems
    problems += misplaced(key, study, block) + impossible(key, base, block)
    for variant in study["variants"]:
        own = f"{key}.variants.{variant}"
        problems += whole_problems(own, resolve(config, name, variant), base, schema)
        problems += _variant_problems(own, config, block, name, variant)
    if problems:
        return problems
    known = [unused(resolve(config, name, variant), block) for variant in study["variants"]]
    own = {
        part: value for part, value in study.items() if part not in (*NEVER_UNUSED, *PARTS[block])
    }
    problems += refused(key, own, known)
    if block == "active_studies":
        return problems + _active_problems(key, config, name, base)
    return problems + _profile_problems(key, config, name, base)


def _variant_problems(key: str, config: dict, block: str, name: str, variant: str) -> list[str]:
    """What a variant sets and nothing reads, or its block's methods cannot obey."""
    changes, settings = config[block][name]["variants"][variant], resolve(config, name, variant)
    if "indicator" not in settings and block == "active_studies":
        return [f"{key}: missing indicator, in the study or in its recipe"]
    own = {part: value for part, value in changes.items() if part not in PARTS[block]}
    problems = misplaced(key, changes, block) + impossible(key, settings, block)
    return problems + refused(key, own, [unused(settings, block)])


def _active_problems(key: str, config: dict, name: str, base: dict) -> list[str]:
    """What is wrong with a study whose own data teach the model, in any of its variants."""
    variants = config["active_studies"][name]["variants"]
    problems = [
        p for variant in variants for p in active_problems(key, resolve(config, name, variant))
    ]
    if "designs" in base and not _calibrates(config, name, base["designs"]["variant"]):
        accepted = (
            "one of "
            f"{', '.join(v for v in variants if _calibrates(config, name, v))}, which calibrate"
        )
        problems.append(problem(f"{key}.designs.variant", base["designs"]["variant"], accepted))
    return problems


def _calibrates(config: dict, name: str, variant: str) -> bool:
    """Whether a study has this variant, and it calibrates."""
    return (
        variant in studies(config)[name]["variants"] and resolve(config, name, variant)["correct"]
    )


def _profile_problems(key: str, config: dict, name: str, base: dict) -> list[str]:
    """What is wrong with the blocks that look at one stage of some variants."""
    problems, stages = [], len(base["times"])
    corrected = [
        v for v in config["plume_studies"][name]["variants"] if resolve(config, name, v)["correct"]
    ]
    for block in ("gain_profile", "gain_comparison"):
        looked_at = base.get(block, {"stage": stages})
        for plural, variants in (
            ("variants", looked_at.get("variants", [])),
            ("variant", [looked_at.get("variant")]),
        ):
            wrong = [v for v in variants if v is not None and v not in corrected]
            accepted = f"variants with correct: true, of {', '.join(corrected)}"
            problems += [problem(f"{key}.{block}.{plural}", variant, accepted) for variant in wrong]
        if looked_at["stage"] > stages:
            problems.append(
                problem(f"{key}.{block}.stage", looked_at["stage"], f"a stage from 2 to {stages}")
            )
    return problems
