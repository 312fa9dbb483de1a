"""What is wrong with blocks that vary a study: sweeps, sizes, scaling, methods, benchmarks.

Their studies are checked before. No JAX here, since every Snakemake start runs it.
"""

from boed.config.lookup import of_method, of_plumes
from boed.config.model.base import Problem
from boed.config.model.risk import RiskStudy
from boed.config.overlays import (
    cases,
    resolve_case,
    resolve_method,
    resolve_network_size,
    resolve_scaling,
    resolved,
)
from boed.config.study_checks import (
    longer_lists,
    unresolved_sources,
    whole_problems,
)
from boed.config.unused_settings import impossible, misplaced, refused, unused

HYBRID = "hybrid"
# blocks of a study that an AD-EKI gradient depends on: all that the scaling study reads of it
OF_GRADIENTS = ("plume", "truth", "model", "network", "noise", "belief", "discrepancy_experiment")

ONLY_GRADIENTS = f"nothing: the scaling study reads {', '.join(OF_GRADIENTS)} alone"


def sweep_problems(config: dict, name: str) -> list[str]:
    """What is wrong with a sweep: its study, its cases, what its axes set."""
    sweep, known, key = config["sweeps"][name], of_plumes(config, HYBRID), f"sweeps.{name}"
    if sweep["study"] not in known:
        return [str(Problem(f"{key}.study", sweep["study"], f"one of {', '.join(known)}"))]
    base = resolved(config, sweep["study"])
    runs = {case: resolve_case(config, name, case) for case in cases(sweep)}
    stages = len(next(iter(runs.values()))["times"])
    wrong = []
    for settings in runs.values():
        # cases stand in one array: what counts is that they have as many stages as each other
        faulty = whole_problems(key, settings, base, stages)
        wrong += faulty or [
            *unresolved_sources(key, settings),
            *impossible(key, settings, HYBRID),
        ]
    return list(dict.fromkeys(wrong)) or _axis_problems(name, sweep, runs)


def _axis_problems(name: str, sweep: dict, runs: dict[str, dict]) -> list[str]:
    """What the axes of a sweep set and nothing reads in any of its cases.

    runs: {case: its settings}.
    """
    problems: list[str] = []
    known = {case: unused(settings, HYBRID) for case, settings in runs.items()}
    stages = len(next(iter(runs.values()))["times"])
    for place, (axis, values) in enumerate(sweep["axes"].items()):
        for value, changes in values.items():
            key = f"sweeps.{name}.axes.{axis}.{value}"
            with_it = [known[case] for case, at in cases(sweep).items() if at[place] == value]
            problems += misplaced(key, changes, HYBRID) + refused(key, changes, with_it)
            problems += longer_lists(key, changes, stages)
    return problems


def network_problems(config: dict) -> list[str]:
    """What is wrong with the blocks that need a study with a network."""
    learning = [name for name in of_plumes(config, HYBRID) if "network" in resolved(config, name)]
    accepted = f"a study that learns a network: {', '.join(learning)}"
    named = {name: config[name]["study"] for name in ("scaling", "networks", "benchmarks")}
    wrong = [
        str(Problem(f"{key}.study", study, accepted))
        for key, study in named.items()
        if study not in learning
    ]
    return wrong or _scaling_problems(config) + _size_problems(config)


def _size_problems(config: dict) -> list[str]:
    """What is wrong with the networks of several sizes."""
    block, problems = config["networks"], []
    base = resolved(config, block["study"])
    for size, changes in block["sizes"].items():
        key, settings = f"networks.sizes.{size}", resolve_network_size(config, size)
        faulty = whole_problems(key, settings, base)
        problems += faulty or [
            *unresolved_sources(key, settings),
            *impossible(key, settings, HYBRID),
            *misplaced(key, changes, HYBRID),
            *refused(key, changes, [unused(settings, HYBRID)]),
            *longer_lists(key, changes, len(base["times"])),
        ]
    return problems


def _scaling_problems(config: dict) -> list[str]:
    """What is wrong with the scaling study; its grids may be too coarse for the source: costs are
    what it measures.
    """
    block, problems = config["scaling"], []
    base = resolved(config, block["study"])
    for solver in block["solvers"]:
        key, settings = f"scaling.solvers.{solver}", resolve_scaling(config, solver)
        problems += whole_problems(key, settings, base)
        if settings["plume"]["solver"] != solver:
            got = settings["plume"]["solver"]
            problems.append(str(Problem(f"{key}.plume.solver", got, solver)))
    layers = {"changes": block["changes"]}
    layers |= {f"solvers.{solver}": changes for solver, changes in block["solvers"].items()}
    for name, changes in layers.items():
        known = dict.fromkeys(changes.keys() - {*OF_GRADIENTS, "recipe"}, ONLY_GRADIENTS)
        problems += refused(f"scaling.{name}", changes, [known])
    if block["time"] > base["times"][-1]:
        accepted = f"a time up to the study's last, {base['times'][-1]}"
        problems.append(str(Problem("scaling.time", block["time"], accepted)))
    lower, upper = (base["experiment"][end] for end in ("lower", "upper"))
    for key in ("design", "centre"):
        if not all(lower <= coordinate <= upper for coordinate in block[key]):
            accepted = f"coordinates between {lower} and {upper}"
            problems.append(str(Problem(f"scaling.{key}", block[key], accepted)))
    return problems


def method_problems(config: dict) -> list[str]:
    """What is wrong with the comparison of methods: its study, and each method on it."""
    block, problems = config["method_comparison"], []
    hybrid = of_plumes(config, HYBRID)
    kinds = {name: resolved(config, name)["model"]["discrepancy"] for name in hybrid}
    learning = [name for name, kind in kinds.items() if kind == "strength"]
    if block["study"] not in learning:
        accepted = f"a hybrid study that learns the strength: {', '.join(learning)}"
        return [str(Problem("method_comparison.study", block["study"], accepted))]
    base, known = resolved(config, block["study"]), []
    for method, changes in block["methods"].items():
        key, settings = f"method_comparison.methods.{method}", resolve_method(config, method)
        faulty = whole_problems(key, settings, base)
        problems += faulty or _of_method(key, settings, changes)
        known.append(unused(settings, _kind(settings)))
    return problems or refused("method_comparison.changes", block["changes"], known)


def _kind(settings: dict) -> str:
    """Which method a compared one is a way of."""
    return "active" if "indicator" in settings else HYBRID


def _of_method(key: str, settings: dict, changes: dict) -> list[str]:
    """What a method that is whole cannot obey, or does not read."""
    if not settings["correct"]:
        accepted = "true: what is compared is the strength that is learned"
        return [str(Problem(f"{key}.correct", False, accepted))]
    kind = _kind(settings)
    return [
        *unresolved_sources(key, settings),
        *impossible(key, settings, kind),
        *refused(key, changes, [unused(settings, kind)]),
        *longer_lists(key, changes, len(settings["times"])),
    ]


def benchmark_problems(config: dict) -> list[str]:
    """A risk study of the benchmarks that is not there, or has other designs."""
    measured, known = config["benchmarks"]["utility"], {}
    for name in of_method(config, "risk"):
        settings = RiskStudy.model_validate(resolved(config, name))
        if settings.values_without_sampling() and len(settings.designs) == 1:
            known[name] = next(iter(settings.designs.values()))
    if measured["study"] not in known:
        accepted = f"a study of one parameter, one design, one output: {', '.join(known)}"
        return [str(Problem("benchmarks.utility.study", measured["study"], accepted))]
    design = known[measured["study"]]
    if design.has(measured["place"]):
        return []
    accepted = f"a design: {design.words()}"
    return [str(Problem("benchmarks.utility.place", measured["place"], accepted))]
