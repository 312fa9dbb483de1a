"""The configuration's schema, tables and model hold together, and every key is described."""

from pathlib import Path

import configurations
import pytest
from jsonschema import Draft202012Validator

from boed.config import reference
from boed.config.model.base import Block, block_by_name, block_in
from boed.config.model.configuration import Configuration
from boed.config.model.described_study import DescribedSettings
from boed.config.model.layers import Study
from boed.config.model.risk import RiskStudy
from boed.config.model.study import Settings

FILES = {"config": configurations.paper(), "smoke": configurations.smoke()}
EDITED = "edited by hand: change src/boed/config/model and run `make reference`"


def keys(model, above=""):
    """(dotted key, field) of a block and of all blocks below it."""
    for name, field in model.model_fields.items():
        yield f"{above}{name}", field
        for below in (block_in(field.annotation), block_by_name(field.annotation)):
            if below is not None:
                yield from keys(below, f"{above}{name}.")


KEYS = {
    f"{model.__name__}.{name}": field
    for model in (Configuration, Settings, DescribedSettings, RiskStudy, Study)
    for name, field in keys(model)
}


def test_the_schema_file_is_the_models():
    assert Path(reference.SCHEMA).read_text(encoding="utf-8") == reference.schema_text(), EDITED


def test_the_readmes_tables_are_the_models():
    text = Path(reference.README).read_text(encoding="utf-8")
    assert reference.readme_text(text) == text, EDITED


def test_a_readme_without_a_tables_markers_is_refused():
    with pytest.raises(ValueError, match="no markers <!-- table top -->"):
        reference.readme_text("# Configuration\n")


def test_every_key_has_a_description():
    assert [name for name, field in KEYS.items() if not field.description] == []


def number(annotation):
    """Whether a key holds numbers, alone or in lists."""
    words = reference.accepted(annotation)
    return "integer" in words or "number" in words


def test_every_number_has_a_unit():
    numbers = {
        name: field
        for name, field in KEYS.items()
        if block_in(field.annotation) is None and number(field.annotation)
    }
    assert len(numbers) > 150
    extras = {name: field.json_schema_extra or {} for name, field in numbers.items()}
    assert [name for name, extra in extras.items() if not extra.get("unit")] == []


def test_every_block_has_a_description_of_its_own():
    blocks, waiting = set(), [Block]
    while waiting:
        waiting += (found := waiting.pop().__subclasses__())
        blocks |= set(found)
    assert [block.__name__ for block in blocks if not block.__doc__] == []


@pytest.mark.parametrize("name", FILES)
def test_the_schema_accepts_the_configurations_that_come_with_the_project(name):
    schema = reference.schema()
    Draft202012Validator.check_schema(schema)
    errors = [error.message for error in Draft202012Validator(schema).iter_errors(FILES[name])]
    assert errors == []


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ({"seed": -1}, "less than the minimum"),
        ({"recipes": {"robust": {"calibration": {"drawn": 3}}}}, "'drawn' was unexpected"),
        ({"studies": {"structural_error": {"network": {"hidden": 0}}}}, "minimum of 1"),
        ({"sweeps": {"risk": {"axes": {"noise": {"none": {"replicates": 2}}}}}}, "unexpected"),
    ],
)
def test_the_schema_refuses_at_any_depth(overlay, message):
    """A union's error lists those of its branches below it."""
    waiting = list(
        Draft202012Validator(reference.schema()).iter_errors(configurations.paper(overlay))
    )
    messages = []
    while waiting:
        error = waiting.pop()
        messages.append(error.message)
        waiting += error.context
    assert any(message in text for text in messages), messages
