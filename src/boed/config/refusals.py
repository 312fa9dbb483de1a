"""What the model refuses of a configuration, in lines that name key, value and what is accepted.

No JAX here, since every Snakemake start runs it.
"""

import re
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from boed.config.model.base import Block, Problem, all_contradictions, block_in, joined
from boed.config.model.layers import DescribedStudy, Study

NUMBERS = {"int_type": "integer", "float_type": "number"}
ACCEPTED = {
    "greater_than_equal": "a number ≥ {ge}",
    "greater_than": "a number > {gt}",
    "less_than_equal": "a number ≤ {le}",
    "less_than": "a number < {lt}",
    "multiple_of": "a multiple of {multiple_of}",
    "finite_number": "a finite number",
    "string_type": "a value of type string",
    "bool_type": "a value of type boolean: true or false",
    "list_type": "a list",
    "dict_type": "a block of keys",
    "model_type": "a block of keys",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "a name of small letters, digits and _, a letter first",
}
BELONGS_TO_STUDIES = "only the study itself holds this key"


def refusals(model: type[Block], values: Any, prefix: str = "") -> list[str]:
    """Every key that the model refuses by itself: unknown, missing, of a wrong type, out of bounds.

    prefix: the key that the values stand under.
    """
    try:
        model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        lines = [_line(model, values, prefix, error) for error in errors]
        return _missing(values, prefix, errors) + sorted({line for line in lines if line})
    return []


def contradictions(model: type[Block], values: Any, prefix: str = "") -> list[str]:
    """What values that the model does not refuse cannot be together."""
    problems = all_contradictions(model.model_validate(values))
    return [str(problem._replace(key=joined(prefix, problem.key))) for problem in problems]


def faults(model: type[Block], values: Any, prefix: str = "") -> list[str]:
    """All refusals of a model, or, where there are none, all contradictions within it."""
    return refusals(model, values, prefix) or contradictions(model, values, prefix)


def _missing(values: Any, prefix: str, errors: list) -> list[str]:
    """A line for every block that lacks keys."""
    lacking: dict[str, list[str]] = {}
    for error in errors:
        if error["type"] == "missing":
            *above, name = error["loc"]
            lacking.setdefault(_path(values, above, prefix) or "config", []).append(str(name))
    return [f"{key}: missing {', '.join(names)}" for key, names in lacking.items()]


def _path(values: Any, location, prefix: str) -> str:
    """The dotted key of a location, as far as the values that were given reach."""
    parts = [prefix] if prefix else []
    for part in location:
        if not isinstance(values, dict | list):
            break
        parts.append(str(part))
        within = isinstance(part, int) and part < len(values)
        known = part in values if isinstance(values, dict) else within
        values = values[part] if known else None
    return ".".join(parts)


def _line(model: type[Block], values: Any, prefix: str, error) -> str:
    """One line of one error of pydantic's; empty for missing keys."""
    kind, location = error["type"], [part for part in error["loc"] if part != "[key]"]
    path = _path(values, location, prefix)
    if kind == "missing":
        return ""
    if kind == "extra_forbidden":
        *above, name = location
        known = _block_at(model, above)
        fields = known.model_fields if known is not None else {}
        # a layer of a study's settings, which others hold whole
        studies = Study.model_fields | DescribedStudy.model_fields
        if name in studies and "calibration" in fields and "variants" not in fields:
            return f"{path}: {BELONGS_TO_STUDIES}"
        return f"{path}: unknown key; known here: {', '.join(fields)}"
    return str(Problem(path or "config", error["input"], _accepts(kind, error)))


def _accepts(kind: str, error) -> str:
    """What the model would have accepted, in words."""
    context = error.get("ctx", {})
    if kind == "literal_error":
        return "one of " + ", ".join(re.findall(r"'([^']*)'", context["expected"]))
    if kind in ("too_short", "too_long"):
        least = kind == "too_short"
        count = context["min_length" if least else "max_length"]
        things = f"{count} key" if context["field_type"] == "Dictionary" else f"{count}"
        named = "" if context["field_type"] == "Dictionary" else "a list of "
        return f"{named}at {'least' if least else 'most'} {things}"
    if kind == "string_pattern_mismatch" and "A-Z" in context["pattern"]:
        return "a name of letters, digits and _, a letter first"
    if kind in NUMBERS:
        hint = " (YAML reads 1e-4 as text: write 1.0e-4)" if isinstance(error["input"], str) else ""
        return f"a value of type {NUMBERS[kind]}{hint}"
    return ACCEPTED[kind].format(**context) if kind in ACCEPTED else error["msg"]


def _block_at(model: type[Block], location) -> type[Block] | None:
    """The block of the model at a location; None where there is none."""
    annotation: Any = model
    for part in location:
        annotation = _below(annotation, part)
    return block_in(annotation)


def _below(annotation: Any, part: str | int) -> Any:
    """The type of what a type holds under a key."""
    block = block_in(annotation)
    if block is not None:
        return block.model_fields[str(part)].annotation
    options = [annotation, *get_args(annotation)]
    for option in options:
        if get_origin(option) in (dict, list):
            return _plain(get_args(option)[-1])
    return None


def _plain(annotation: Any) -> Any:
    """A type without its bounds."""
    return annotation.__origin__ if hasattr(annotation, "__metadata__") else annotation


def odd_keys(node: Any, path: str = "") -> list[str]:
    """Keys that YAML read as something other than text."""
    if not isinstance(node, dict):
        return []
    lines = [
        str(Problem(joined(path, key), key, "text as a key"))
        for key in node
        if not isinstance(key, str)
    ]
    return lines + [
        line for key, value in node.items() for line in odd_keys(value, joined(path, str(key)))
    ]
