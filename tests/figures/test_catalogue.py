"""The page of figures: made of its table, and the table true to the workflow."""

import ast
import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from boed.config import lookup
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.targets import SCALING_AXES
from boed.figures import catalogue
from boed.jobs import provenance

SCRIPTS, SOURCE = Path("workflow/scripts"), Path("src/boed")
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
TARGETS, ENTRIES = catalogue.read()
NAMES = {word.word: word.names for word in catalogue.words()}


def entry(file, **changes):
    return ENTRIES[0]._replace(file=file, **changes)


def test_the_page_is_made_of_the_table():
    made = catalogue.page(TARGETS, ENTRIES, catalogue.words())
    assert catalogue.PAGE.read_text(encoding="utf-8") == made, (
        "run: python -m boed.figures.catalogue"
    )


def test_braces_stand_for_one_name_and_a_case_may_have_a_folder():
    assert catalogue.pattern("figures/{study}/joint.png").fullmatch("figures/one/joint.png")
    assert not catalogue.pattern("figures/{study}/joint.png").fullmatch("figures/a/b/joint.png")
    found = catalogue.pattern("map/{case}/utility.png").fullmatch("map/one/building/utility.png")
    assert found["case"] == "one/building"


def test_every_word_in_braces_is_explained():
    files = " ".join(entry.file for entry in ENTRIES)
    assert set(re.findall(r"\{(\w+)\}", files)) == set(NAMES)


def test_the_names_of_the_words_are_those_of_the_configuration():
    config = yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8"))
    studies = lookup.sequential(config).values()
    variants = [name for study in studies for name in study["variants"]]
    sensors = SensorCases(config["source_inversion"])
    assert {word: sorted(names) for word, names in NAMES.items()} == {
        "study": sorted(config["studies"]),
        "variant": sorted(set(variants)),
        "sweep": sorted(config["sweeps"]),
        "axis": sorted(SCALING_AXES),
        "layout": sorted(sensors.layouts()),
        "case": sorted([*sensors.one_sensor(), *sensors.two_sensors()]),
    }


def test_the_entry_of_a_file_is_the_one_with_most_of_its_name():
    entries = [entry("sweeps/{sweep}.png"), entry("sweeps/{sweep}_stages.png")]
    assert catalogue.entry_of(entries, "sweeps/risk.png") == entries[0]
    assert catalogue.entry_of(entries, "sweeps/risk_stages.png") == entries[1]
    with pytest.raises(KeyError, match=r"figures/new\.png"):
        catalogue.entry_of(entries, "figures/new.png")


def test_the_module_of_a_name():
    assert catalogue.module_of("design.ad_eki") == SOURCE / "design/ad_eki.py"
    assert catalogue.module_of("design.ad_eki.information_gain") == SOURCE / "design/ad_eki.py"
    with pytest.raises(KeyError, match=r"design\.nothing"):
        catalogue.module_of("design.nothing")


def closure(script):
    """All modules of the package that a script imports, directly or not."""
    seen, waiting = set(), [script]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += provenance.imported_modules(path, SOURCE)
    return seen


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_the_kernel_of_an_entry_is_behind_its_numbers(entry):
    """Every named function exists, and some script of the row imports its module."""
    names = [entry.script or entry.draws, *entry.numbers]
    behind = set().union(*(closure(SCRIPTS / f"{name}.py") for name in names))
    for name in entry.method:
        path = catalogue.module_of(name)
        assert path in behind, name
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        function = name.removeprefix(module).removeprefix(".")
        defined = {getattr(node, "name", None) for node in ast.parse(path.read_text()).body}
        assert not function or function in defined, name


@pytest.fixture(scope="module")
def made():
    """{file: rule} of all figures and tables at paper scale, as Snakemake plans them."""
    command = [SNAKEMAKE, "--detailed-summary", "--", "all", "networks", "benchmarks"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "80"}
    )
    rows = csv.DictReader(done.stdout.splitlines(), delimiter="\t")
    files = {row["output_file"]: row["rule"] for row in rows}
    return {
        name.removeprefix("results/"): rule
        for name, rule in files.items()
        if re.search(r"\.(png|csv|html)$", name)
    }


@pytest.mark.slow
def test_every_figure_has_its_row_and_its_rule(made):
    for file, rule in made.items():
        assert catalogue.entry_of(ENTRIES, file).draws == rule, file


@pytest.mark.slow
def test_every_row_has_its_files_and_its_studies(made):
    files = {row.file: [] for row in ENTRIES}
    for file in made:
        files[catalogue.entry_of(ENTRIES, file).file].append(file)
    assert not [file for file, matching in files.items() if not matching]
    for row in ENTRIES:
        if "{study}" in row.file:
            studies = {catalogue.pattern(row.file).fullmatch(f)["study"] for f in files[row.file]}
            assert studies == set(row.targets), row.file


def test_every_target_of_a_row_has_its_time():
    timed = {target["name"] for target in TARGETS}
    assert timed == {name for row in ENTRIES for name in row.targets}
