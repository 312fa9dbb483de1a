"""The configuration: schema, values that no schema can judge, and the settings of one variant.

No JAX here, since every Snakemake start runs it.
"""

from copy import deepcopy
from itertools import pairwise
from math import isfinite, sqrt

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from boed.velocity import Velocity


class SettingsError(ValueError):
    """A configuration that must not run; the message names key, value and what is accepted."""


def _problem(key: str, got, accepts: str) -> str:
    return f"{key}: got {got!r}, accepts {accepts}"


def _accepts(error: ValidationError) -> str:
    value = error.validator_value
    texts = {
        "enum": lambda: "one of " + ", ".join(map(str, value)),
        "minimum": lambda: f"a number ≥ {value}",
        "maximum": lambda: f"a number ≤ {value}",
        "exclusiveMinimum": lambda: f"a number > {value}",
        "multipleOf": lambda: f"a multiple of {value}",
        "minItems": lambda: f"a list of at least {value}",
        "maxItems": lambda: f"a list of at most {value}",
        "minProperties": lambda: f"at least {value} key",
        "type": lambda: f"a value of type {value}",
    }
    text = texts.get(error.validator, lambda: error.message)()
    if error.validator == "type" and value in ("number", "integer") and isinstance(error.instance, str):
        text += " (YAML reads 1e-4 as text: write 1.0e-4)"
    return text


# JSON schema counts 4.0 as an integer, Python does not
VALIDATOR = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def _odd_keys(node, path: str = "") -> list[str]:
    """Keys that YAML read as something other than text."""
    if not isinstance(node, dict):
        return []
    problems = [
        _problem(f"{path}.{key}" if path else str(key), key, "text as a key")
        for key in node
        if not isinstance(key, str)
    ]
    return problems + [
        p for key, value in node.items() for p in _odd_keys(value, f"{path}.{key}" if path else str(key))
    ]


def _not_finite(node, path: str = "") -> list[str]:
    """Keys whose number is NaN or infinite: YAML and JSON schema let them through."""
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        return [problem for key, value in items for problem in _not_finite(value, f"{path}.{key}" if path else key)]
    if isinstance(node, float) and not isfinite(node):
        return [_problem(path, node, "a finite number")]
    return []


def _schema_problems(config: dict, schema: dict, prefix: str = "") -> list[str]:
    problems = []
    for error in VALIDATOR(schema).iter_errors(config):
        path = ".".join([prefix] * bool(prefix) + [str(part) for part in error.absolute_path])
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            for key in sorted(set(error.instance) - set(known)):
                problems.append(f"{path + '.' if path else ''}{key}: unknown key; known here: {', '.join(known)}")
        elif error.validator == "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            problems.append(f"{path or 'config'}: missing {', '.join(missing)}")
        elif error.validator == "not":
            key = error.instance
            problems.append(f"{path}.{key}: a variant cannot change this key")
        else:
            problems.append(_problem(path or "config", error.instance, _accepts(error)))
    return sorted(set(problems))


def merged(base: dict, changes: dict) -> dict:
    """A copy of `base` with `changes` on top: mappings merge key by key, everything else is replaced."""
    result = deepcopy(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else deepcopy(value)
    return result


def without_nulls(config: dict) -> dict:
    """The configuration without the variants that are set to null: how an override leaves one out."""
    studies = {
        name: study | {"variants": {v: changes for v, changes in study["variants"].items() if changes is not None}}
        for name, study in config["plume_studies"].items()
    }
    return config | {"plume_studies": studies}


def resolve(study: dict, variant: str) -> dict:
    """The settings of one variant of a study: its changes merged, the key `variants` gone."""
    return merged({k: v for k, v in study.items() if k != "variants"}, study["variants"][variant])


def _increasing(key: str, values: list, problems: list) -> None:
    if any(later <= earlier for earlier, later in pairwise(values)):
        problems.append(_problem(key, values, "strictly increasing values"))


def _domain_problems(key: str, plume: dict, last: float, widest: float) -> list[str]:
    """Domains too small for a plume that is read up to `widest` from its source, in x or in y."""
    velocity = Velocity(tuple(plume["velocity"]["x"]), tuple(plume["velocity"]["y"]))
    carried = max(abs(distance) for distance in velocity.displacement(0.0, last))
    # the next periodic image stays six deviations of the spreading away: 1e-9 of the plume
    needed = widest + carried + 6 * sqrt(2 * plume["diffusivity"] * last)
    if plume["solver"] == "propagator" and plume["propagator"]["length"] < needed:
        accepted = f"at least {needed:.3g}: widest offset + distance carried + 6 deviations at the last time"
        return [_problem(f"{key}.propagator.length", plume["propagator"]["length"], accepted)]
    half = (plume["rollout"]["upper"] - plume["rollout"]["lower"]) / 2
    if plume["solver"] == "rollout" and half < widest:
        walls = [plume["rollout"]["lower"], plume["rollout"]["upper"]]
        return [_problem(f"{key}.rollout", walls, f"walls at least {2 * widest:.3g} apart, to read every offset")]
    return []


def _source_problems(key: str, study: dict) -> list[str]:
    plume, name = study["plume"], "reciprocal_printed"
    used = {study["model"]["source"], study["truth"]["source"]}
    if plume["solver"] == "propagator" and name in used and plume["propagator"]["oversampling"] < 4:
        accepted = f"at least 4 for the source {name}, whose peak is a fifth of a width across"
        return [_problem(f"{key}.plume.propagator.oversampling", plume["propagator"]["oversampling"], accepted)]
    return []


def _plume_problems(key: str, plume: dict, last: float) -> list[str]:
    problems: list[str] = []
    velocity = Velocity(tuple(plume["velocity"]["x"]), tuple(plume["velocity"]["y"]))
    panels, order = plume["propagator"]["panels"], plume["propagator"]["order"]
    _increasing(f"{key}.propagator.panels", panels, problems)
    if len(order) != len(panels) - 1:
        accepted = f"{len(panels) - 1} numbers, one a panel"
        problems.append(_problem(f"{key}.propagator.order", order, accepted))
    half = plume["propagator"]["length"] / 2
    if (panels[0], panels[-1]) != (-half, half):
        accepted = f"edges from {-half} to {half}: the whole domain"
        problems.append(_problem(f"{key}.propagator.panels", panels, accepted))
    rollout = plume["rollout"]
    if rollout["upper"] <= rollout["lower"]:
        problems.append(_problem(f"{key}.rollout.upper", rollout["upper"], f"a number > {rollout['lower']}"))
    fastest = velocity.fastest(last)
    limit = (rollout["upper"] - rollout["lower"]) / rollout["cells"] / fastest if fastest else float("inf")
    if rollout["time_step"] > limit:
        accepted = f"at most {limit:.3g}, the stability limit cell / max(|v_x| + |v_y|)"
        problems.append(_problem(f"{key}.rollout.time_step", rollout["time_step"], accepted))
    return problems


def _inside(key: str, point: list, lower: float, upper: float, problems: list) -> None:
    if not all(lower <= value <= upper for value in point):
        problems.append(_problem(key, point, f"coordinates in [{lower}, {upper}]"))


def _variant_problems(key: str, study: dict) -> list[str]:
    problems = _plume_problems(f"{key}.plume", study["plume"], study["times"][-1])
    for block in ("belief", "experiment"):
        if study[block]["upper"] <= study[block]["lower"]:
            problems.append(
                _problem(f"{key}.{block}.upper", study[block]["upper"], f"a number > {study[block]['lower']}")
            )
    experiment, belief = study["experiment"], study["belief"]
    widest = max(experiment["upper"] - belief["lower"], belief["upper"] - experiment["lower"])
    problems += _domain_problems(f"{key}.plume", study["plume"], study["times"][-1], widest)
    problems += _source_problems(key, study)
    walls = study["plume"]["rollout"]
    if study["plume"]["solver"] == "rollout":
        for block in (experiment, belief):
            _inside(f"{key}.plume.rollout", [block["lower"], block["upper"]], walls["lower"], walls["upper"], problems)
    _inside(f"{key}.experiment.initial", experiment["initial"], experiment["lower"], experiment["upper"], problems)
    _inside(f"{key}.truth.location", study["truth"]["location"], belief["lower"], belief["upper"], problems)
    if belief["map_window"] > belief["cells"]:
        problems.append(
            _problem(f"{key}.belief.map_window", belief["map_window"], f"at most cells = {belief['cells']}")
        )
    stages = len(study["times"])
    for name, values, count in (
        ("experiment.steps", experiment["steps"], stages),
        ("calibration.rates", study["calibration"]["rates"], stages - 1),
    ):
        if len(values) != count:
            accepted = f"{count} numbers for the {stages} stages in times"
            problems.append(_problem(f"{key}.{name}", values, accepted))
    if study["correct"] and study["model"]["discrepancy"] == "none":
        accepted = "false when model.discrepancy is none: there is no network to calibrate"
        problems.append(_problem(f"{key}.correct", True, accepted))
    return problems


def _study_problems(key: str, study: dict, schema: dict) -> list[str]:
    problems = _variant_problems(key, study)
    _increasing(f"{key}.times", study["times"], problems)
    study_schema = {"$ref": "#/$defs/plume_study", "$defs": schema["$defs"]}
    for variant in study["variants"]:
        name = f"{key}.variants.{variant}"
        settings = resolve(study, variant)
        wrong = _schema_problems(settings | {"variants": {variant: {}}}, study_schema, name)
        if not wrong:
            wrong = _variant_problems(name, settings) + _pretraining_problems(name, study, settings)
            _increasing(f"{name}.times", settings["times"], wrong)
            if len(settings["times"]) != len(study["times"]):
                accepted = f"{len(study['times'])} times, as in the study"
                wrong.append(_problem(f"{name}.times", settings["times"], accepted))
        problems += [text for text in wrong if text.replace(name, key) not in problems]
    return problems + _profile_problems(f"{key}.gain_profile", study)


def _pretraining_problems(name: str, study: dict, settings: dict) -> list[str]:
    """Changes of a variant that the network, pre-trained once for the study, would not know of."""
    return [
        f"{name}.{block}.{key}: a variant cannot change this key: the network is pre-trained for the study's sources; "
        "make a study of its own"
        for block in ("truth", "model")
        for key in ("source", "strength", "width")
        if settings[block][key] != study[block][key]
    ]


def _profile_problems(key: str, study: dict) -> list[str]:
    problems = []
    profile, stages = study["gain_profile"], len(study["times"])
    corrected = [v for v in study["variants"] if resolve(study, v).get("correct") is True]
    if profile["variant"] not in corrected:
        accepted = f"a variant with correct: true, one of {', '.join(corrected)}"
        problems.append(_problem(f"{key}.variant", profile["variant"], accepted))
    if profile["stage"] > stages:
        problems.append(_problem(f"{key}.stage", profile["stage"], f"a stage from 2 to {stages}"))
    return problems


def check(config: dict, schema: dict) -> None:
    """Raise SettingsError listing every problem of a configuration; return nothing if there is none."""
    problems = _odd_keys(config) or _schema_problems(config, schema) + _not_finite(config)
    if not problems:
        config = without_nulls(config)
        figure = config["plume_figure"]
        _increasing("plume_figure.times", figure["times"], problems)
        last = figure["times"][-1]
        problems += _plume_problems("plume_figure.plume", figure["plume"], last)
        widest = max(abs(end - place) for end in (0.0, 1.0) for place in figure["truth"]["location"])
        problems += _domain_problems("plume_figure.plume", figure["plume"], last, widest)
        for name, study in config["plume_studies"].items():
            problems += _study_problems(f"plume_studies.{name}", study, schema)
    if problems:
        raise SettingsError("the configuration cannot run:\n  " + "\n  ".join(dict.fromkeys(problems)))
