"""What every part of the configuration's model is made of: strict blocks, keys with units, bounds.

No JAX here, since every Snakemake start runs it.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError


class Problem(NamedTuple):
    """A value that cannot stay: its dotted key, what it is, what is accepted there."""

    key: str
    got: Any
    accepts: str

    def __str__(self) -> str:
        return f"{self.key}: got {self.got!r}, accepts {self.accepts}"

    def below(self, key: str) -> "Problem":
        """The same problem, seen from the block that holds this one as `key`."""
        return self._replace(key=joined(key, self.key))


def joined(*keys: str | int) -> str:
    """One dotted key of several, empty ones left out."""
    return ".".join(str(key) for key in keys if key != "")


class Block(BaseModel):
    """A mapping of the configuration: no other keys than its own, nothing converted."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True
    )

    def contradictions(self) -> Iterable[Problem]:
        """What this block's values cannot be together, with keys as seen from here."""
        return ()


class Part(Block):
    """A block of which other layers hold what it leaves out: no key is required, none filled in."""


def key(meaning: str, unit: str = "", *, source: str = "", default: Any = ..., **bounds) -> Any:
    """A key of a block: its meaning, its unit ("1" where it has none), where its value comes from.

    bounds: pydantic's, of numbers (ge, gt, le, lt, multiple_of) and lists (min_length, max_length).
    """
    extra = {"unit": unit, "source": source}
    return Field(default, description=meaning, json_schema_extra=extra, **bounds)


def optional(meaning: str, unit: str = "", *, source: str = "") -> Any:
    """A key that may be left out, or be null to leave out what lies below."""
    extra = {"unit": unit, "source": source, "optional": True}
    return Field(None, description=meaning, json_schema_extra=extra)


def may_be_absent(field: FieldInfo) -> bool:
    """Whether a block without this key has nothing in its place, not even a default."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("optional"))


def _all_different(values: list) -> list:
    if any(value in values[:place] for place, value in enumerate(values)):
        raise PydanticCustomError("repeated", "a list without repetitions")
    return values


def as_list(value: Any) -> Any:
    """A list of one value, unless it is a list already."""
    return value if isinstance(value, list) else [value]


Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Point = Annotated[list[float], Field(min_length=2, max_length=2)]
Times = Annotated[list[Positive], Field(min_length=1)]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
# as a formula has it
Symbol = Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_]*$")]
Different = AfterValidator(_all_different)
# one number for all stages, or a list of one for each
CountPerStage = Annotated[
    list[Count], BeforeValidator(as_list, json_schema_input_type=Count | list[Count])
]
PositivePerStage = Annotated[
    list[Positive], BeforeValidator(as_list, json_schema_input_type=Positive | list[Positive])
]


def rising(key: str, values: list) -> Iterator[Problem]:
    """A problem unless the values rise strictly."""
    if any(later <= earlier for earlier, later in pairwise(values)):
        yield Problem(key, values, "strictly increasing values")


def ordered(key: str, lower: float, upper: float) -> Iterator[Problem]:
    """A problem of the key of an upper end unless it lies above the lower one."""
    if upper <= lower:
        yield Problem(key, upper, f"a number > {lower}")


def inside(key: str, point: list, lower: float, upper: float) -> Iterator[Problem]:
    """A problem unless all coordinates lie between two ends."""
    if not all(lower <= value <= upper for value in point):
        yield Problem(key, point, f"coordinates in [{lower}, {upper}]")


def all_contradictions(node: Any) -> Iterator[Problem]:
    """The contradictions of a block and of all blocks below it, with keys as seen from it."""
    if isinstance(node, Block):
        yield from node.contradictions()
        below = ((name, getattr(node, name)) for name in type(node).model_fields)
    elif isinstance(node, dict | list):
        below = node.items() if isinstance(node, dict) else enumerate(node)
    else:
        return
    for name, value in below:
        yield from (problem.below(str(name)) for problem in all_contradictions(value))


def block_in(annotation: Any) -> type[Block] | None:
    """The block that a key of this type holds, null being let through; None if it holds another."""
    blocks = [
        option
        for option in _options(annotation)
        if isinstance(option, type) and issubclass(option, Block)
    ]
    return blocks[0] if blocks else None


def block_by_name(annotation: Any) -> type[Block] | None:
    """The block that every value of a mapping of this type is; None if it is no such mapping."""
    held = [get_args(option)[1] for option in _options(annotation) if get_origin(option) is dict]
    return block_in(held[0]) if held else None


def _options(annotation: Any) -> tuple:
    """The types of a union, or the one type that it is; bounds left out."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


@cache
def partial(model: type[Block], name: str = "", without: tuple[str, ...] = ()) -> type[Block]:
    """The same block with no key required, at any depth: for a layer of which others hold the rest.

    without: keys that such a layer cannot hold.
    """
    fields = {
        key: (
            _partial_type(field),
            Field(None, description=field.description, json_schema_extra=field.json_schema_extra),
        )
        for key, field in model.model_fields.items()
        if key not in without
    }
    title = name or f"PartOf{model.__name__}"
    return create_model(title, __base__=Part, __doc__=model.__doc__, **fields)


def _partial_type(field: FieldInfo) -> Any:
    """A key's type with its bounds, blocks below it partial."""
    block, whole = block_in(field.annotation), field.annotation
    named = block_by_name(whole)
    if block is not None or (named is not None and not issubclass(named, Part)):
        part = partial(block) if block is not None else dict[Symbol, partial(named) | None]
        nullable = type(None) in get_args(whole)
        return part | None if nullable else part
    return Annotated[(whole, *field.metadata)] if field.metadata else whole


def completed(model: type[Block], values: dict) -> dict:
    """A copy of a block's values with its defaults where it has none, null of optional keys gone.

    Values stay as they are written; keys that the model does not know stay too.
    """
    if issubclass(model, Part):
        return values
    result = dict(values)
    for name, field in model.model_fields.items():
        if may_be_absent(field) and result.get(name) is None:
            result.pop(name, None)
        elif name not in result and not field.is_required():
            result[name] = field.get_default(call_default_factory=True)
        elif isinstance(result.get(name), dict):
            result[name] = _completed_below(field.annotation, result[name])
    return result


def _completed_below(annotation: Any, values: dict) -> dict:
    """Values of a block, or of blocks by name without those that are null, with their defaults."""
    block, named = block_in(annotation), block_by_name(annotation)
    if block is not None:
        return completed(block, values)
    if named is None:
        return values
    return {name: completed(named, value) for name, value in kept(values).items()}


def kept(values: dict | None) -> dict:
    """Values that are not null; empty for null."""
    return {name: value for name, value in (values or {}).items() if value is not None}
