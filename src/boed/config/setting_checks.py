"""What no schema can judge of a study's settings: values that contradict each other or the physics.

No JAX here, since every Snakemake start runs it.
"""

from itertools import pairwise
from math import inf, sqrt

from boed.systems.diffusion.layout import Building, LayoutError, check, open_cells
from boed.systems.plume.velocity import Velocity


def problem(key: str, got, accepts: str) -> str:
    """One line of an error: the key, what it got, what it accepts."""
    return f"{key}: got {got!r}, accepts {accepts}"


def increasing(key: str, values: list, problems: list) -> None:
    """Add a problem unless the values rise strictly."""
    if any(later <= earlier for earlier, later in pairwise(values)):
        problems.append(problem(key, values, "strictly increasing values"))


def domain_problems(key: str, plume: dict, last: float, widest: float) -> list[str]:
    """Domains too small for a plume that is read up to `widest` from its source, in x or in y."""
    velocity = Velocity(tuple(plume["velocity"]["x"]), tuple(plume["velocity"]["y"]))
    carried = max(abs(distance) for distance in velocity.displacement(0.0, last))
    # the next periodic image stays six deviations of the spreading away: 1e-9 of the plume
    needed = widest + carried + 6 * sqrt(2 * plume["diffusivity"] * last)
    if plume["solver"] == "propagator" and plume["propagator"]["length"] < needed:
        accepted = (
            f"at least {needed:.3g}: widest offset + distance carried + 6 "
            "deviations at the last time"
        )
        return [problem(f"{key}.propagator.length", plume["propagator"]["length"], accepted)]
    half = (plume["rollout"]["upper"] - plume["rollout"]["lower"]) / 2
    if plume["solver"] == "rollout" and half < widest:
        walls = [plume["rollout"]["lower"], plume["rollout"]["upper"]]
        return [
            problem(
                f"{key}.rollout",
                walls,
                f"walls at least {2 * widest:.3g} apart, to read every offset",
            )
        ]
    return []


def flows(study: dict) -> list[dict]:
    """The true flow and those that the model may assume, as blocks `velocity`."""
    model, true = study["model"], study["plume"]["velocity"]
    assumed = [model["velocity"]] if "velocity" in model else []
    bounds = [model["growth"][end] for end in ("lower", "upper")] if "growth" in model else []
    return [true, *assumed, *(assumed[0] | {"x": [0.0, bound]} for bound in bounds if assumed)]


def active_problems(key: str, study: dict) -> list[str]:
    """What is wrong with a study whose own data teach the model."""
    problems, model = [], study["model"]
    if "indicator" not in study:
        problems.append(f"{key}: missing indicator, in the study or in its recipe")
    if "array" in study and study["experiment"]["utility"] != "measured":
        accepted = "measured for an array: a predicted utility integrates over a single datum"
        problems.append(
            problem(f"{key}.experiment.utility", study["experiment"]["utility"], accepted)
        )
    if "designs" in study and study["designs"]["stage"] > len(study["times"]):
        problems.append(
            problem(
                f"{key}.designs.stage", study["designs"]["stage"], f"at most {len(study['times'])}"
            )
        )
    return problems + (_growth_problems(key, study) if "growth" in model else [])


def _growth_problems(key: str, study: dict) -> list[str]:
    """What a learned growth of the velocity cannot go with."""
    problems, growth, model = [], study["model"]["growth"], study["model"]
    assumed = model.get("velocity", {"x": []})["x"]
    if study["plume"]["solver"] != "propagator":
        problems.append(
            problem(
                f"{key}.plume.solver",
                study["plume"]["solver"],
                "propagator where growth is learned",
            )
        )
    if len(assumed) != 2 or assumed[0] != 0 or not growth["lower"] < assumed[1] < growth["upper"]:
        accepted = (
            f"[0, a] with {growth['lower']} < a < {growth['upper']}, the bounds of model.growth"
        )
        problems.append(problem(f"{key}.model.velocity.x", assumed, accepted))
    if model["discrepancy"] != "network":
        problems.append(
            problem(
                f"{key}.model.discrepancy", model["discrepancy"], "network where growth is learned"
            )
        )
    return problems


def _source_problems(key: str, study: dict) -> list[str]:
    """A source that the solver cannot resolve."""
    plume, name = study["plume"], "reciprocal_printed"
    used = {study["model"]["source"], study["truth"]["source"]}
    if plume["solver"] == "propagator" and name in used and plume["propagator"]["oversampling"] < 4:
        accepted = f"at least 4 for the source {name}, whose peak is a fifth of a width across"
        return [
            problem(
                f"{key}.plume.propagator.oversampling",
                plume["propagator"]["oversampling"],
                accepted,
            )
        ]
    return []


def plume_problems(key: str, plume: dict, last: float) -> list[str]:
    """What is wrong with a block `plume` that is run up to the time `last`."""
    problems: list[str] = []
    velocity = Velocity(tuple(plume["velocity"]["x"]), tuple(plume["velocity"]["y"]))
    panels, order = plume["propagator"]["panels"], plume["propagator"]["order"]
    increasing(f"{key}.propagator.panels", panels, problems)
    if len(order) != len(panels) - 1:
        accepted = f"{len(panels) - 1} numbers, one a panel"
        problems.append(problem(f"{key}.propagator.order", order, accepted))
    half = plume["propagator"]["length"] / 2
    if not -half <= panels[0] < 0 < panels[-1] <= half:
        accepted = f"edges about the source, within {-half} and {half}"
        problems.append(problem(f"{key}.propagator.panels", panels, accepted))
    rollout = plume["rollout"]
    if rollout["upper"] <= rollout["lower"]:
        problems.append(
            problem(f"{key}.rollout.upper", rollout["upper"], f"a number > {rollout['lower']}")
        )
    fastest = velocity.fastest(last)
    limit = (
        (rollout["upper"] - rollout["lower"]) / rollout["cells"] / fastest
        if fastest
        else float("inf")
    )
    if rollout["time_step"] > limit:
        accepted = f"at most {limit:.3g}, the stability limit cell / max(|v_x| + |v_y|)"
        problems.append(problem(f"{key}.rollout.time_step", rollout["time_step"], accepted))
    return problems


def _inside(key: str, point: list, lower: float, upper: float, problems: list) -> None:
    if not all(lower <= value <= upper for value in point):
        problems.append(problem(key, point, f"coordinates in [{lower}, {upper}]"))


def design_range(study: dict) -> tuple[float, float]:
    """Least and greatest coordinate of a sensor that a study may come to read.

    Without a domain: as far as the moves of all stages and one more move of the design that teaches
    can lead.
    """
    experiment, array = study["experiment"], study.get("array", {"side": 1, "spacing": 0.0})
    reach, ends = (
        array["spacing"] * (array["side"] - 1) / 2,
        (experiment["lower"], experiment["upper"]),
    )
    if experiment["domain"] == "none":
        moves = len(study["times"]) * experiment["move_limit"]
        moves += study["discrepancy_experiment"]["move_limit"] if study["correct"] else 0.0
        ends = min(experiment["initial"]) - moves, max(experiment["initial"]) + moves
    return ends[0] - reach, ends[1] + reach


def study_problems(key: str, study: dict) -> list[str]:
    """What is wrong with a study's settings, recipe and variant resolved."""
    problems = plume_problems(f"{key}.plume", study["plume"], study["times"][-1])
    increasing(f"{key}.times", study["times"], problems)
    for block in ("belief", "experiment"):
        if study[block]["upper"] <= study[block]["lower"]:
            problems.append(
                problem(
                    f"{key}.{block}.upper",
                    study[block]["upper"],
                    f"a number > {study[block]['lower']}",
                )
            )
    experiment, belief = study["experiment"], study["belief"]
    lowest, highest = design_range(study)
    widest = max(highest - belief["lower"], belief["upper"] - lowest)
    for velocity in flows(study):
        plume = study["plume"] | {"velocity": velocity}
        problems += domain_problems(f"{key}.plume", plume, study["times"][-1], widest)
    problems += _source_problems(key, study)
    walls = study["plume"]["rollout"]
    if study["plume"]["solver"] == "rollout":
        for ends in ([lowest, highest], [belief["lower"], belief["upper"]]):
            _inside(f"{key}.plume.rollout", ends, walls["lower"], walls["upper"], problems)
    _inside(
        f"{key}.experiment.initial",
        experiment["initial"],
        experiment["lower"],
        experiment["upper"],
        problems,
    )
    _inside(
        f"{key}.truth.location",
        study["truth"]["location"],
        belief["lower"],
        belief["upper"],
        problems,
    )
    if belief["map_window"] > belief["cells"]:
        problems.append(
            problem(
                f"{key}.belief.map_window",
                belief["map_window"],
                f"at most cells = {belief['cells']}",
            )
        )
    stages = len(study["times"])
    for name, values, count in (
        ("experiment.steps", experiment["steps"], stages),
        ("calibration.rates", study["calibration"]["rates"], stages - 1),
    ):
        if len(values) != count:
            accepted = f"{count} numbers for the {stages} stages in times"
            problems.append(problem(f"{key}.{name}", values, accepted))
    return problems + _discrepancy_problems(key, study)


def _discrepancy_problems(key: str, study: dict) -> list[str]:
    """A discrepancy, its calibration and its experiment that do not go together."""
    problems, kind, calibration = [], study["model"]["discrepancy"], study["calibration"]
    teaching = study["discrepancy_experiment"]
    if teaching["localisation"] != "none" and teaching["members"] < 3:
        accepted = "at least 3 with a localisation: two members always correlate"
        problems.append(
            problem(f"{key}.discrepancy_experiment.members", teaching["members"], accepted)
        )
    if study["correct"] and kind == "none":
        accepted = "false when model.discrepancy is none: there is nothing to calibrate"
        problems.append(problem(f"{key}.correct", True, accepted))
    if "joint" in study and kind != "strength":
        problems.append(
            problem(f"{key}.joint", "a block", "one only where model.discrepancy is strength")
        )
    if (
        "joint" in study
        and not study["joint"]["lower"] <= study["truth"]["strength"] <= study["joint"]["upper"]
    ):
        accepted = f"bounds around the true strength {study['truth']['strength']}"
        problems.append(
            problem(f"{key}.joint", [study["joint"]["lower"], study["joint"]["upper"]], accepted)
        )
    if "joint" in study and study["joint"]["upper"] <= study["joint"]["lower"]:
        accepted = f"a number > {study['joint']['lower']}"
        problems.append(problem(f"{key}.joint.upper", study["joint"]["upper"], accepted))
    if "agreement" in study:
        problems += _agreement_problems(key, study)
    if kind == "network" and "network" not in study:
        problems.append(problem(f"{key}.model.discrepancy", kind, "a study with a block network"))
    if kind == "network" and "starting_network" not in study:
        problems.append(f"{key}: missing starting_network, in the study or in its recipe")
    shape = [study.get("network", {}).get(name) for name in ("hidden", "depth")]
    if kind == "network" and study.get("starting_network") == "released" and shape != [4, 2]:
        accepted = (
            "pretrained or zero: the released weights are of a network with hidden: 4, depth: 2"
        )
        problems.append(problem(f"{key}.starting_network", "released", accepted))
    if kind == "strength" and study["model"]["strength"] == 0:
        problems.append(
            problem(
                f"{key}.model.strength",
                0,
                "a first guess other than 0 when the strength is learned",
            )
        )
    if kind != "network" and calibration["decay_precision"] > 0:
        accepted = "0 without a network: there is nothing that could decay"
        problems.append(
            problem(f"{key}.calibration.decay_precision", calibration["decay_precision"], accepted)
        )
    return problems


def _agreement_problems(key: str, study: dict) -> list[str]:
    """What calibrations by many data cannot go with."""
    problems, block, grid = [], study["agreement"], study["belief"]
    if study["model"]["discrepancy"] != "strength":
        problems.append(
            problem(f"{key}.agreement", "a block", "one only where model.discrepancy is strength")
        )
    increasing(f"{key}.agreement.data", block["data"], problems)
    if not all(grid["lower"] <= coordinate <= grid["upper"] for coordinate in block["wrong"]):
        accepted = f"coordinates between {grid['lower']} and {grid['upper']}"
        problems.append(problem(f"{key}.agreement.wrong", block["wrong"], accepted))
    return problems


def risk_study_problems(name: str, study: dict) -> list[str]:
    """What is wrong with the values of a risk study: intervals, designs outside, unsorted numbers
    of samples.
    """
    problems = []
    ends = {
        "design": study["design"],
        "prior.uniform": study["prior"].get("uniform", {"lower": 0, "upper": 1}),
    }
    for block, interval in ends.items():
        if interval["lower"] >= interval["upper"]:
            problems.append(
                problem(
                    f"{name}.{block}.upper", interval["upper"], f"a number > {interval['lower']}"
                )
            )
    increasing(f"{name}.samples", study["samples"], problems)
    allowed = study["prior"].get("uniform", {"lower": -inf, "upper": inf})
    problems += [
        problem(
            f"{name}.outcomes.parameters",
            own,
            f"a parameter between {allowed['lower']} and {allowed['upper']}",
        )
        for own in study.get("outcomes", {}).get("parameters", [])
        if not allowed["lower"] <= own <= allowed["upper"]
    ]
    lower, upper = study["design"]["lower"], study["design"]["upper"]
    looked_at = {"outcomes.designs": study.get("outcomes", {}).get("designs", [])}
    if "convergence" in study:
        increasing(f"{name}.convergence.samples", study["convergence"]["samples"], problems)
        looked_at["convergence.design"] = [study["convergence"]["design"]]
    if "sample_sizes" in study and (study["model"] != "linear" or "normal" not in study["prior"]):
        accepted = "null without a linear model and a normal prior"
        problems.append(problem(f"{name}.sample_sizes", study["sample_sizes"], accepted))
    for key, designs in looked_at.items():
        problems += [
            problem(f"{name}.{key}", design, f"a design between {lower} and {upper}")
            for design in designs
            if not lower <= design <= upper
        ]
    return problems


def layout_problems(name: str, block: dict) -> list[str]:
    """What is wrong with a source inversion: its buildings, layouts and weights that are not there,
    odd shares.
    """
    known, problems = ", ".join(block["layouts"]), []
    for sensors in ("one_sensor", "two_sensors"):
        problems += [
            problem(f"{name}.searches.{sensors}", own, f"one of {known}")
            for own in block["searches"][sensors]
            if own not in block["layouts"]
        ]
    problems += [
        problem(f"{name}.outcomes.aversions", own, f"one of {name}.aversions, {block['aversions']}")
        for own in block["outcomes"]["aversions"]
        if own not in block["aversions"]
    ]
    if block["outcomes"]["worst"] > block["outcomes"]["samples"]:
        accepted = f"at most samples = {block['outcomes']['samples']}"
        problems.append(problem(f"{name}.outcomes.worst", block["outcomes"]["worst"], accepted))
    problems += _training_problems(name, block)
    for own, rectangles in block["layouts"].items():
        try:
            buildings = [Building(*rectangle) for rectangle in rectangles]
            check(buildings)
            for cells in {block["cells"], block["solver"]["cells"]}:
                open_cells(buildings, cells)
        except LayoutError as error:
            problems.append(f"{name}.layouts.{own}: {error}")
    return problems


def _training_problems(name: str, block: dict) -> list[str]:
    """Shares of the training data that leave no source to one of its parts."""
    own, sources = block["surrogate"], block["training"]["sources"]
    problems, held = [], own["training_share"] * own["validation_share"]
    for key, share in (("training_share", 1 - own["training_share"]), ("validation_share", held)):
        if round(share * sources) < 1:
            accepted = f"a share that leaves at least one of {sources} sources"
            problems.append(problem(f"{name}.surrogate.{key}", own[key], accepted))
    if own["steps"] % own["check_every"]:
        accepted = f"a number that divides steps = {own['steps']}"
        problems.append(problem(f"{name}.surrogate.check_every", own["check_every"], accepted))
    return problems


def adjoint_problems(name: str, block: dict) -> list[str]:
    """What is wrong with the time stepping that the adjoint method is measured on: walls, places,
    stability.
    """
    problems, (lower, upper) = [], (block["domain"][end] for end in ("lower", "upper"))
    if upper <= lower:
        return [problem(f"{name}.domain.upper", upper, f"a number > {lower}")]
    _inside(f"{name}.source.centre", block["source"]["centre"], lower, upper, problems)
    _inside(f"{name}.datum.place", block["datum"]["place"], lower, upper, problems)
    fastest = sum(map(abs, block["growths"])) * block["time"]
    needed = block["time"] * fastest * block["domain"]["cells"] / (upper - lower)
    if min(block["steps"]) < needed:
        accepted = f"at least {needed:.3g}, the stability limit cell / max(|v_x| + |v_y|) a step"
        problems.append(problem(f"{name}.steps", min(block["steps"]), accepted))
    return problems
