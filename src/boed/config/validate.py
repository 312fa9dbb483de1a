"""The configuration's check: its schema, and values that no schema can judge.

No JAX here, since every Snakemake start runs it.
"""

from boed.config.overlays import (
    STUDIES,
    cases,
    resolve_case,
    resolve_method,
    resolve_network_size,
    resolve_scaling,
    resolved,
    studies,
    without_nulls,
)
from boed.config.schema_checks import not_finite, odd_keys, partial, schema_problems
from boed.config.setting_checks import (
    active_problems,
    adjoint_problems,
    domain_problems,
    increasing,
    layout_problems,
    plume_problems,
    problem,
    risk_study_problems,
)
from boed.config.study_checks import sequential_study_problems, whole_problems
from boed.config.unused_settings import impossible, misplaced, refused, unused


class SettingsError(ValueError):
    """A configuration that must not run; the message names key, value and what is accepted."""


def _empty(config: dict) -> list[str]:
    """Studies without a variant and axes without a value, all of them being null."""
    choices = {
        f"{b}.{name}.variants": study["variants"]
        for b in STUDIES
        for name, study in config[b].items()
    }
    for name, sweep in config["sweeps"].items():
        choices |= {f"sweeps.{name}.axes.{axis}": values for axis, values in sweep["axes"].items()}
    choices["risk_studies"] = config["risk_studies"]
    choices["source_inversion.layouts"] = config["source_inversion"]["layouts"]
    choices |= {
        "scaling.solvers": config["scaling"]["solvers"],
        "networks.sizes": config["networks"]["sizes"],
    }
    choices["method_comparison.methods"] = config["method_comparison"]["methods"]
    return [
        problem(key, {}, "at least one that is not null")
        for key, values in choices.items()
        if not values
    ]


def _study_names(config: dict) -> list[tuple[str, str]]:
    """(block, name) of every sequential study."""
    return [(block, name) for block in STUDIES for name in config[block]]


def _shared_names(config: dict) -> list[str]:
    """Studies of two blocks with one name, which is that of their folder and target."""
    shared = set(config["plume_studies"]) & set(config["active_studies"])
    return [
        problem(f"active_studies.{name}", name, "a name that no other study has")
        for name in sorted(shared)
    ]


def _layer_problems(config: dict, schema: dict) -> list[str]:
    """Every recipe, study, variant and sweep case by itself: keys that nothing knows, values of a
    wrong type.
    """
    part = {"$ref": "#/$defs/plume_study", "$defs": partial(schema["$defs"])}
    layers = {f"recipes.{name}": layer for name, layer in config["recipes"].items()}
    for block, name in _study_names(config):
        study = config[block][name]
        layers[f"{block}.{name}"] = {
            key: value for key, value in study.items() if key != "variants"
        }
        layers |= {
            f"{block}.{name}.variants.{v}": changes for v, changes in study["variants"].items()
        }
    for name, sweep in config["sweeps"].items():
        for axis, values in sweep["axes"].items():
            layers |= {
                f"sweeps.{name}.axes.{axis}.{value}": changes for value, changes in values.items()
            }
    layers |= {
        f"networks.sizes.{size}": changes for size, changes in config["networks"]["sizes"].items()
    }
    comparison = config["method_comparison"]
    layers["method_comparison.changes"] = comparison["changes"]
    layers |= {
        f"method_comparison.methods.{name}": changes
        for name, changes in comparison["methods"].items()
    }
    layers["scaling.changes"] = config["scaling"]["changes"]
    layers |= {
        f"scaling.solvers.{solver}": changes
        for solver, changes in config["scaling"]["solvers"].items()
    }
    problems = [text for key, layer in layers.items() for text in schema_problems(layer, part, key)]
    known = ", ".join(config["recipes"])
    for key, layer in layers.items():
        if "recipe" in layer and layer["recipe"] not in list(config["recipes"]):
            problems.append(problem(f"{key}.recipe", layer["recipe"], f"one of {known}"))
    return problems


def _sweep_problems(config: dict, name: str, schema: dict) -> list[str]:
    """What is wrong with a sweep: its study, its variants."""
    sweep, known = config["sweeps"][name], config["plume_studies"]
    if sweep["study"] not in known:
        return [problem(f"sweeps.{name}.study", sweep["study"], f"one of {', '.join(known)}")]
    base = resolved(config, sweep["study"])
    each = {case: resolve_case(config, name, case) for case in cases(sweep)}
    wrong = [
        text
        for own in each.values()
        for text in whole_problems(f"sweeps.{name}", own, base, schema)
    ]
    wrong += [
        text for own in each.values() for text in impossible(f"sweeps.{name}", own, "plume_studies")
    ]
    return list(dict.fromkeys(wrong)) or _axis_problems(name, sweep, each)


def _axis_problems(name: str, sweep: dict, each: dict[str, dict]) -> list[str]:
    """What the axes of a sweep set and nothing reads in any of its cases; each: {case: its
    settings}.
    """
    problems, known = (
        [],
        {case: unused(settings, "plume_studies") for case, settings in each.items()},
    )
    for place, (axis, values) in enumerate(sweep["axes"].items()):
        for value, changes in values.items():
            key = f"sweeps.{name}.axes.{axis}.{value}"
            own = [known[case] for case, chosen in cases(sweep).items() if chosen[place] == value]
            problems += misplaced(key, changes, "plume_studies") + refused(key, changes, own)
    return problems


def _network_problems(config: dict, schema: dict) -> list[str]:
    """What is wrong with the blocks that need a study with a network."""
    learning = [name for name in config["plume_studies"] if "network" in resolved(config, name)]
    accepted = f"a study that learns a network: {', '.join(learning)}"
    studies = {name: config[name]["study"] for name in ("scaling", "networks", "benchmarks")}
    wrong = [
        problem(f"{key}.study", study, accepted)
        for key, study in studies.items()
        if study not in learning
    ]
    return wrong or _scaling_problems(config, schema) + _size_problems(config, schema)


def _size_problems(config: dict, schema: dict) -> list[str]:
    base = resolved(config, config["networks"]["study"])
    sizes = {
        f"networks.sizes.{size}": resolve_network_size(config, size)
        for size in config["networks"]["sizes"]
    }
    problems = [
        text
        for key, settings in sizes.items()
        for text in whole_problems(key, settings, base, schema)
    ]
    if problems:
        return problems
    for size, changes in config["networks"]["sizes"].items():
        key, known = (
            f"networks.sizes.{size}",
            unused(sizes[f"networks.sizes.{size}"], "plume_studies"),
        )
        problems += misplaced(key, changes, "plume_studies") + refused(key, changes, [known])
    return problems


def _scaling_problems(config: dict, schema: dict) -> list[str]:
    """What is wrong with the scaling study's sizes."""
    block = config["scaling"]
    problems, base = [], resolved(config, block["study"])
    for axis in ("members", "iterations"):
        increasing(f"scaling.{axis}.values", block[axis]["values"], problems)
    for key in ("values", "members"):
        increasing(f"scaling.samples.{key}", block["samples"][key], problems)
    for solver in block["solvers"]:
        settings = resolve_scaling(config, solver)
        problems += whole_problems(f"scaling.solvers.{solver}", settings, base, schema)
        if settings["plume"]["solver"] != solver:
            problems.append(
                problem(
                    f"scaling.solvers.{solver}.plume.solver", settings["plume"]["solver"], solver
                )
            )
    if block["time"] > base["times"][-1]:
        accepted = f"a time up to the study's last, {base['times'][-1]}"
        problems.append(problem("scaling.time", block["time"], accepted))
    lower, upper = (base["experiment"][key] for key in ("lower", "upper"))
    for key in ("design", "centre"):
        if not all(lower <= coordinate <= upper for coordinate in block[key]):
            problems.append(
                problem(f"scaling.{key}", block[key], f"coordinates between {lower} and {upper}")
            )
    return problems


def _method_problems(config: dict, schema: dict) -> list[str]:
    """What is wrong with the comparison of methods: its study, and each method on it."""
    block, problems = config["method_comparison"], []
    learning = [
        n
        for n in config["plume_studies"]
        if resolved(config, n)["model"]["discrepancy"] == "strength"
    ]
    if block["study"] not in learning:
        accepted = f"a plume study that learns the strength: {', '.join(learning)}"
        return [problem("method_comparison.study", block["study"], accepted)]
    base = resolved(config, block["study"])
    for method in block["methods"]:
        key, settings = f"method_comparison.methods.{method}", resolve_method(config, method)
        wrong = whole_problems(key, settings, base, schema)
        if not wrong and not settings["correct"]:
            wrong = [
                problem(
                    f"{key}.correct",
                    False,
                    "true: what is compared is the strength that is learned",
                )
            ]
        kind = "active_studies" if "indicator" in settings else "plume_studies"
        if not wrong and kind == "active_studies":
            wrong = active_problems(key, settings)
        if not wrong:
            wrong = impossible(key, settings, kind)
            wrong += refused(key, block["methods"][method], [unused(settings, kind)])
        problems += wrong
    return problems


def _risk_problems(config: dict) -> list[str]:
    """What is wrong with the risk studies."""
    problems = []
    for name, study in config["risk_studies"].items():
        if name in studies(config):
            problems.append(problem("risk_studies", name, "a name that no plume study has"))
        problems += risk_study_problems(f"risk_studies.{name}", study)
    measured = config["benchmarks"]["utility"]
    if measured["study"] not in config["risk_studies"]:
        accepted = f"one of {', '.join(config['risk_studies'])}"
        return [*problems, problem("benchmarks.utility.study", measured["study"], accepted)]
    bounds = config["risk_studies"][measured["study"]]["design"]
    if not bounds["lower"] <= measured["place"] <= bounds["upper"]:
        accepted = f"a design between {bounds['lower']} and {bounds['upper']}"
        problems.append(problem("benchmarks.utility.place", measured["place"], accepted))
    return problems


def _name_problems(config: dict, reserved: frozenset[str]) -> list[str]:
    """Studies whose name is that of a rule, a target or a folder of the workflow."""
    named = [(block, name) for block in (*STUDIES, "risk_studies") for name in config[block]]
    accepted = "a name that no rule, target or folder of the workflow has"
    return [problem(f"{block}.{name}", name, accepted) for block, name in named if name in reserved]


def check(config: dict, schema: dict, reserved: frozenset[str] = frozenset()) -> None:
    """Raise SettingsError listing every problem of a configuration; return nothing if there is
    none.

    reserved: names that no study may have, see `reserved_names`.
    """
    problems = odd_keys(config) or schema_problems(config, schema) + not_finite(config)
    if not problems:
        config = without_nulls(config)
        problems = _empty(config) + _shared_names(config) + _name_problems(config, reserved)
        problems += _layer_problems(config, schema)
    if not problems:
        figure = config["plume_figure"]
        increasing("plume_figure.times", figure["times"], problems)
        last = figure["times"][-1]
        problems += plume_problems("plume_figure.plume", figure["plume"], last)
        widest = max(
            abs(end - place) for end in (0.0, 1.0) for place in figure["truth"]["location"]
        )
        problems += domain_problems("plume_figure.plume", figure["plume"], last, widest)
        for block, name in _study_names(config):
            problems += sequential_study_problems(config, block, name, schema)
    if not problems:
        for name in config["sweeps"]:
            problems += _sweep_problems(config, name, schema)
        problems += _network_problems(config, schema) + _method_problems(config, schema)
        problems += adjoint_problems("benchmarks.adjoint", config["benchmarks"]["adjoint"])
        problems += _risk_problems(config) + layout_problems(
            "source_inversion", config["source_inversion"]
        )
    if problems:
        raise SettingsError(
            "the configuration cannot run:\n  " + "\n  ".join(dict.fromkeys(problems))
        )
