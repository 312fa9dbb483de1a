"""Settings that nothing would read: a change that names one is refused, so that none is silently
ignored.

No JAX here, since every Snakemake start runs it.
"""

from collections.abc import Iterator

from boed.config.lookup import holds_missing, is_described, learned, numbers_of, stages_of
from boed.config.model.base import Problem

# parts of a study that its method does not read
PARTS = {
    "hybrid": ("indicator", "designs", "array"),
    "active": ("gain_profile", "gain_comparison"),
}
NOT_READ = {
    "hybrid": "none in hybrid studies: only active ones read it",
    "active": "none in active studies: only hybrid ones read it",
}
CENTRES = {
    "draws": ("belief",),
    "jitter": ("map", "refined_top_cells", "top_cells", "local_maxima"),
    "jitter_decay": ("map", "refined_top_cells", "top_cells", "local_maxima"),
    "peaks": ("refined_top_cells", "top_cells", "local_maxima"),
    "least_share": ("local_maxima",),
}
# of an ascent that never begins
ASCENT = ("move_limit", "rate", "drift", "stop_after_clips", "jump")
ONLY_PREDICTED = "nothing unless {} is predicted"


def unused(settings: dict, method: str) -> dict[str, str]:
    """{dotted key: when it is read} of all settings of a study that nothing reads under these
    settings.

    method: hybrid or active. A key stands for all below it.
    """
    known = _of_experiment(settings) | _of_calibration(settings) | _of_network(settings)
    if method == "active":
        known |= _of_active(settings)
    else:
        known |= _of_discrepancy_experiment(settings)
    if not settings["correct"]:
        names = ("reupdate", "discrepancy_experiment", "calibration", "indicator")
        joint = "nothing with joint: true: a belief that holds what is missing calibrates nothing"
        accepted = joint if holds_missing(settings) else "nothing unless correct is true"
        known |= dict.fromkeys(names, accepted)
    return known


def _of_experiment(settings: dict) -> dict[str, str]:
    """Keys of the choice of the physical design: a predicted utility integrates over one number or
    averages over outcomes of several.
    """
    nodes, outcomes = "experiment.quadrature_nodes", "experiment.outcomes"
    if settings["experiment"]["utility"] == "measured":
        return dict.fromkeys((nodes, outcomes), ONLY_PREDICTED.format("experiment.utility"))
    if numbers_of(settings) > 1:
        return {nodes: "nothing unless there is one output of one experiment"}
    return {outcomes: "nothing unless there are several outputs or experiments"}


def _of_discrepancy_experiment(settings: dict) -> dict[str, str]:
    """Keys of the choice of a design that teaches."""
    if settings["discrepancy_experiment"]["utility"] == "predicted":
        return {}
    accepted = ONLY_PREDICTED.format("discrepancy_experiment.utility")
    return {f"discrepancy_experiment.{key}": accepted for key in ("samples", "risk_aversion")}


def _of_calibration(settings: dict) -> dict[str, str]:
    """Keys of ways to hold the source that are not the chosen one, and of priors that are not
    there.
    """
    block, known = settings["calibration"], {}
    for key, readers in CENTRES.items():
        if block["centres"] not in readers:
            accepted = f"nothing unless calibration.centres is {' or '.join(readers)}"
            known[f"calibration.{key}"] = accepted
    if block["decay_precision"] == 0:
        accepted = "nothing unless calibration.decay_precision is above 0"
        known |= {f"calibration.{key}": accepted for key in ("decay_form", "decay_radii")}
    return known


def _of_network(settings: dict) -> dict[str, str]:
    """Keys of a network where none is learned."""
    if learned(settings) == "network":
        return {}
    where = "missing.network is there" if is_described(settings) else "model.discrepancy is network"
    return dict.fromkeys(("network", "starting_network"), f"nothing unless {where}")


def _of_active(settings: dict) -> dict[str, str]:
    """Keys of the ensemble that only judges: its search begins where the data are, and may never
    begin.
    """
    accepted = "none in active studies: its data are those at hand"
    keys = ["utility", "samples", "risk_aversion", "grid", "steps", "ensembles"]
    known = {f"discrepancy_experiment.{key}": accepted for key in keys}
    if settings["indicator"]["budget"] == 1:
        accepted = "nothing unless indicator.budget is above 1"
        known |= {f"discrepancy_experiment.{key}": accepted for key in ASCENT}
    return known


def leaves(layer: dict, path: str = "") -> dict[str, object]:
    """{dotted key: value} of all that a layer sets."""
    values: dict[str, object] = {}
    for key, value in layer.items():
        place = f"{path}.{key}" if path else key
        values |= leaves(value, place) if isinstance(value, dict) and value else {place: value}
    return values


def reason(path: str, known: dict[str, str]) -> str | None:
    """When the setting at a path is read, if it is not; None if it is."""
    parts = path.split(".")
    ways = (".".join(parts[: n + 1]) for n in range(len(parts)))
    return next((known[way] for way in ways if way in known), None)


def refused(key: str, layer: dict, runs: list[dict[str, str]]) -> list[str]:
    """What a layer sets and nothing reads, in none of the runs that it is part of.

    runs: `unused` of every one of these.
    """
    problems = []
    for path, value in leaves(layer).items():
        reasons = [reason(path, known) for known in runs]
        if value is not None and reasons and all(reasons):
            problems.append(str(Problem(f"{key}.{path}", value, str(reasons[0]))))
    return problems


def misplaced(key: str, layer: dict, method: str) -> list[str]:
    """Parts of a study that its method does not read."""
    names = [name for name in PARTS[method] if layer.get(name) is not None]
    return [str(Problem(f"{key}.{name}", "a block", NOT_READ[method])) for name in names]


def impossible(key: str, settings: dict, method: str) -> list[str]:
    """Values that a method cannot obey, though the other one can."""
    problems = (_of_hybrid_studies if method == "hybrid" else _of_active_studies)(settings)
    return [str(problem.below(key)) for problem in problems]


def _of_hybrid_studies(settings: dict) -> Iterator[Problem]:
    """What studies that teach by designs of their own cannot obey."""
    if settings["calibration"]["data"] == "newest":
        accepted = "discrepancy or all: in hybrid studies designs of their own teach"
        yield Problem("calibration.data", "newest", accepted)
    for name in ("velocity", "growth"):
        if name in settings.get("model", {}):
            accepted = "none in hybrid studies: only active ones model the flow"
            yield Problem(f"model.{name}", settings["model"][name], accepted)
    for name in ("indicator",) if is_described(settings) else PARTS["hybrid"]:
        if name in settings:
            yield Problem(name, "a block", NOT_READ["hybrid"])


def _of_active_studies(settings: dict) -> Iterator[Problem]:
    """What studies whose own data teach cannot obey."""
    if "indicator" not in settings:
        accepted = "a block in active studies, in the study or in its recipe"
        yield Problem("indicator", None, accepted)
        return
    if settings["calibration"]["data"] == "discrepancy":
        accepted = "newest or all: in active studies the physical designs' data teach"
        yield Problem("calibration.data", "discrepancy", accepted)
    shift, stages = settings["indicator"]["shift"], stages_of(settings)
    if settings["correct"] and shift is not None and shift["stage"] > stages:
        accepted = f"a stage from 2 to {stages}: at another nothing would be shifted"
        yield Problem("indicator.shift.stage", shift["stage"], accepted)
    for name, only in (("utility", "measured"), ("ensembles", "fresh")):
        value = settings["discrepancy_experiment"][name]
        if value != only:
            accepted = f"{only} in active studies: the data are there when they are judged"
            yield Problem(f"discrepancy_experiment.{name}", value, accepted)
