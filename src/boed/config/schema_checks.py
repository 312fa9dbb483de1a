"""What is wrong with a configuration by its schema alone: unknown keys, wrong types, values out of
bounds.

No JAX here, since every Snakemake start runs it.
"""

from math import isfinite

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from boed.config.setting_checks import problem


def _accepts(error: ValidationError) -> str:
    """What the schema would have accepted, in words."""
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
        "maxProperties": lambda: f"at most {value} key",
        "type": lambda: f"a value of type {value}",
    }
    text = texts.get(error.validator, lambda: error.message)()
    if (
        error.validator == "type"
        and value in ("number", "integer")
        and isinstance(error.instance, str)
    ):
        text += " (YAML reads 1e-4 as text: write 1.0e-4)"
    return text


# JSON schema counts 4.0 as an integer, Python does not
VALIDATOR = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def odd_keys(node, path: str = "") -> list[str]:
    """Keys that YAML read as something other than text."""
    if not isinstance(node, dict):
        return []
    problems = [
        problem(f"{path}.{key}" if path else str(key), key, "text as a key")
        for key in node
        if not isinstance(key, str)
    ]
    return problems + [
        p
        for key, value in node.items()
        for p in odd_keys(value, f"{path}.{key}" if path else str(key))
    ]


def not_finite(node, path: str = "") -> list[str]:
    """Keys whose number is NaN or infinite: YAML and JSON schema let them through."""
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        return [
            problem
            for key, value in items
            for problem in not_finite(value, f"{path}.{key}" if path else key)
        ]
    if isinstance(node, float) and not isfinite(node):
        return [problem(path, node, "a finite number")]
    return []


def schema_problems(config: dict, schema: dict, prefix: str = "") -> list[str]:
    """What is wrong by the schema, each with key, value and what is accepted; prefix: the key it
    stands under.
    """
    problems = []
    for error in VALIDATOR(schema).iter_errors(config):
        path = ".".join([prefix] * bool(prefix) + [str(part) for part in error.absolute_path])
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            for key in sorted(set(error.instance) - set(known)):
                problems.append(
                    f"{path + '.' if path else ''}{key}: unknown key; known "
                    f"here: {', '.join(known)}"
                )
        elif error.validator == "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            problems.append(f"{path or 'config'}: missing {', '.join(missing)}")
        elif error.validator == "not":
            key = error.instance
            problems.append(f"{path}.{key}: only the study itself holds this key")
        else:
            problems.append(problem(path or "config", error.instance, _accepts(error)))
    return sorted(set(problems))


def partial(schema):
    """The same schema without its `required`: for blocks of which others hold the rest."""
    if isinstance(schema, dict):
        return {key: partial(value) for key, value in schema.items() if key != "required"}
    return [partial(item) for item in schema] if isinstance(schema, list) else schema
