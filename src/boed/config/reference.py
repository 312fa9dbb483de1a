"""The configuration's references, made from its model: a schema for editors, tables for readers.

    python -m boed.config.reference

writes workflow/schemas/config.schema.yaml and the tables of config/README.md, between markers.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from boed.config.model.base import Block, Part, block_by_name, block_in, may_be_absent
from boed.config.model.configuration import Configuration
from boed.config.model.described_study import DescribedSettings
from boed.config.model.described_system import Described
from boed.config.model.layers import Study, Sweep
from boed.config.model.risk import RiskStudy
from boed.config.model.study import Settings

SCHEMA = Path("workflow/schemas/config.schema.yaml")
README = Path("config/README.md")
HEADER = "# Made by `make reference` from src/boed/config/model: edit that.\n"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
COLUMNS = ("key", "meaning", "accepts", "unit", "default", "source")
BOUNDS = {Ge: ("≥", "ge"), Gt: (">", "gt"), Le: ("≤", "le"), Lt: ("<", "lt")}
TYPES = {int: "integer", float: "number", str: "text", bool: "true, false"}
# keys of a study that say what is laid on each other
OF_LAYERS = ("like", "system", "method", "recipe", "variants")
# blocks that a study of a plume has too
SHARED_BLOCKS = ("discrepancy_experiment", "calibration", "indicator")
# below these keys stand tables of their own
APART = ("source_inversion", "scaling", "method_comparison", "networks", "benchmarks")


def schema() -> dict:
    """JSON schema of the whole configuration, for editors."""
    made = Configuration.model_json_schema()
    return {"$schema": DRAFT, "title": "boed configuration"} | _lean(made)


def _lean(node: Any) -> Any:
    """A schema without what no editor needs: generated titles, null as a default."""
    if isinstance(node, list):
        return [_lean(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _lean(value) for name, value in items.items()}
        if key in ("properties", "$defs")
        else _lean(items)
        for key, items in node.items()
        if not (key == "title" and isinstance(items, str))
        and not (key == "default" and items is None)
        and key not in ("optional", "source")
        and not (key == "unit" and not items)
    }


def schema_text() -> str:
    """The schema as its file holds it."""
    dumped = yaml.safe_dump(
        schema(), sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )
    return HEADER + dumped


def tables() -> dict[str, str]:
    """{name of its marker in the README: table}."""
    return {
        "top": table(
            _rows(
                Configuration, apart=(*APART, "sweeps", "plume_figure.plume", "plume_figure.truth")
            )
        ),
        "study": table([*_rows(Study, only=OF_LAYERS), *_rows(Settings)]),
        "described": table(_rows(Described, apart=("missing.parameters",))),
        "risk": table(_rows(RiskStudy, only=_own(RiskStudy))),
        "stages": table(
            _rows(DescribedSettings, apart=SHARED_BLOCKS, only=_own(DescribedSettings))
        ),
        "sweep": table(_rows(Sweep)),
        **{name: table(_rows(_block_of(Configuration, name))) for name in APART},
    }


def _own(model: type[Described]) -> tuple[str, ...]:
    """Keys of a study of a described system that are not the system's."""
    return tuple(name for name in model.model_fields if name not in Described.model_fields)


def _block_of(model: type[Block], key: str) -> type[Block]:
    """The block that a key of a block holds."""
    block = block_in(model.model_fields[key].annotation)
    assert block is not None
    return block


def _rows(
    model: type[Block], above: str = "", apart: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Rows of a table: a block's keys, those of blocks below it under dotted names.

    apart: keys of which no more than the row itself is shown; only: those that are shown, if any.
    """
    for name, field in model.model_fields.items():
        if only and name not in only:
            continue
        path, below = f"{above}{name}", block_in(field.annotation)
        yield _row(path, field, below is None, issubclass(model, Part))
        named = block_by_name(field.annotation)
        for held, under in ((below, f"{path}."), (named, f"{path}.….")):
            if held is not None and not issubclass(held, Part) and path not in apart:
                yield from _rows(held, under, apart)


def _row(path: str, field: FieldInfo, leaf: bool, part: bool) -> tuple[str, ...]:
    """One key: its name, meaning, what it accepts, unit, default, where its value comes from.

    leaf: whether no keys lie below it; part: whether other layers may hold it instead.
    """
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    accepts = accepted(field.annotation, field.metadata) if leaf else ""
    return (
        f"`{path}`",
        field.description or "",
        accepts,
        str(extra.get("unit", "")),
        "" if part else _default(field),
        str(extra.get("source", "")),
    )


def _default(field: FieldInfo) -> str:
    """What stands for a key that is left out."""
    if field.is_required():
        return ""
    if may_be_absent(field):
        return "none"
    return f"`{json.dumps(field.default)}`"


def accepted(annotation: Any, metadata: list | tuple = ()) -> str:
    """A key's type and bounds in words."""
    if get_origin(annotation) is Annotated:
        inner, *bounds = get_args(annotation)
        return accepted(inner, [*_bounds_of(bounds), *metadata])
    options = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        words = [accepted(option, metadata) for option in options if option is not NoneType]
        return " or ".join([*words, "null"][: len(options)])
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{option}`" for option in options)
    if get_origin(annotation) is list:
        return _counted(metadata, accepted(options[0]))
    if get_origin(annotation) is dict:
        if _holds_blocks(options[1]):
            return "named blocks"
        return "named lists" if "list" in accepted(options[1]) else "named numbers"
    return _bounded(TYPES.get(annotation, ""), metadata)


def _holds_blocks(annotation: Any) -> bool:
    """Whether a mapping's values are blocks, or mappings of blocks."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is dict:
        return True
    return block_in(annotation) is not None


def _bounds_of(metadata: list) -> list:
    """Bounds that stand in `Field`s, and others as they are."""
    return [
        bound
        for entry in metadata
        for bound in (entry.metadata if isinstance(entry, FieldInfo) else [entry])
    ]


def _bounded(kind: str, metadata: list | tuple) -> str:
    """A number with its bounds."""
    words = [
        f"{sign} {getattr(bound, name)}"
        for bound in metadata
        for one, (sign, name) in BOUNDS.items()
        if isinstance(bound, one)
    ]
    even = any(isinstance(bound, MultipleOf) and bound.multiple_of == 2 for bound in metadata)
    return f"{'even ' if even else ''}{kind} {', '.join(words)}".strip()


def _counted(metadata: list | tuple, items: str) -> str:
    """A list with how many items it has."""
    least = max((bound.min_length for bound in metadata if isinstance(bound, MinLen)), default=0)
    most = [bound.max_length for bound in metadata if isinstance(bound, MaxLen)]
    for bound in metadata:
        if isinstance(bound, BeforeValidator):
            one, _ = map(accepted, get_args(bound.json_schema_input_type))
            return f"{one}, or a list of {'them' if one == items else items}"
    if most:
        return f"list of {most[0]}: {items}"
    return f"list of {least} or more: {items}" if least > 1 else f"list: {items}"


def table(rows) -> str:
    """A Markdown table."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def readme_text(text: str) -> str:
    """A README with its tables made anew; ValueError where a marker is missing."""
    for name, made in tables().items():
        begin, end = f"<!-- table {name} -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"config/README.md has no markers {begin} and {end}")
        text = pattern.sub(lambda _, b=begin, m=made, e=end: f"{b}\n{m}\n{e}", text)
    return text


def main() -> int:
    """Write both references; from the project's folder."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    README.write_text(readme_text(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: {SCHEMA}, tables of {README}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
