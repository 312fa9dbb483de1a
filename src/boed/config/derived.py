"""Defaults that follow from other settings of a study of a described system.

No JAX here, since every Snakemake start runs it.
"""

from boed.config.lookup import has_particles, is_black_box, numbers_of
from boed.config.model.base import completed
from boed.config.model.learning import Indicator

QUADRATURE_NODES = 1000
PARTICLES = 2000

# each number of a black box's samples costs a run of it at every design
OF_BLACK_BOXES = {"samples": [200], "nodes": 13, "runs": 1, "time_limit": 600.0, "chunk": 25}


def before_defaults(settings: dict) -> dict:
    """The settings of a study with the defaults of a black box, where these are others."""
    if not is_black_box(settings):
        return settings
    return OF_BLACK_BOXES | {key: value for key, value in settings.items() if value is not None}


def with_derived(settings: dict, method: str) -> dict:
    """The settings of a study of a described system with defaults that depend on the others."""
    if method == "risk":
        return _of_risk(settings)
    box = settings.get("experiment", {})
    coordinates = len(settings.get("designs", {})) * settings["experiments"]
    more = {"experiment": {"initial": [0.5] * coordinates} | box}
    if "measurements" in settings:
        # nobody knows what a design would give
        teaching = settings.get("discrepancy_experiment", {})
        more["experiment"]["utility"] = "predicted"
        more["discrepancy_experiment"] = teaching | {"utility": "predicted"}
    if has_particles(settings):
        more["particles"] = settings.get("particles", PARTICLES)
    if method == "active":
        more["indicator"] = completed(Indicator, settings.get("indicator", {}))
    return settings | more


def _of_risk(settings: dict) -> dict:
    """A risk study's quadrature where there can be one, and how many experiments its searches are
    for.
    """
    more = {}
    if _is_scalar(settings):
        more["quadrature_nodes"] = settings.get("quadrature_nodes", QUADRATURE_NODES)
    if "optimisation" in settings:
        numbers = {"experiments": [settings["experiments"]]}
        more["optimisation"] = numbers | settings["optimisation"]
    return settings | more


def _is_scalar(settings: dict) -> bool:
    """Whether one parameter is learned from one number with constant noise; as the model of the
    configuration has it, of settings that may not be whole.
    """
    noise = settings.get("noise", {})
    relative = noise.get("relative") or [0.0]
    constant = not any(relative if isinstance(relative, list) else [relative])
    return (
        not is_black_box(settings)
        and len(settings.get("parameters", {})) == 1
        and "prior_samples" not in settings
        and numbers_of(settings) == 1
        and constant
        and "function" not in noise
    )
