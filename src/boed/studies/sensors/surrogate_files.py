"""Training data and networks as they are stored, each checked for being made for the
same domain.
"""

import json
from pathlib import Path

import numpy as np
import xarray as xr
from jaxtyping import Float, Int8

from boed.jobs import store
from boed.systems.diffusion.surrogate import Readings, Surrogate

SAME = ("buildings", "source", "time")


def read_made_for(path: str | Path, settings: dict) -> xr.Dataset:
    """A file whose buildings, source and time are those of the settings; StoreError says which are
    not.
    """
    dataset = store.read(path)
    made = json.loads(dataset.attrs.get("parameters", "{}")).get("settings", {})
    for key in SAME:
        if made.get(key) != settings[key]:
            raise store.StoreError(
                f"{path}: made for {key} = {made.get(key)}, not for {settings[key]}; delete "
                "it and run Snakemake again"
            )
    return dataset


def read_training(path: str | Path, settings: dict) -> Readings:
    """Training data at the accessible nodes; StoreError if made for another layout,
    source or time.
    """
    dataset = read_made_for(path, settings)
    free = dataset.accessible.values.astype(bool)
    nodes = np.stack(np.meshgrid(dataset.x, dataset.y, indexing="ij"), axis=-1)[free]
    return Readings(dataset.place.values, nodes, dataset.concentration.values[:, free])


def read_surrogate(path: str | Path, settings: dict) -> Surrogate:
    """A trained network; StoreError if trained for another layout, source or time."""
    dataset = read_made_for(path, settings)
    numbers = range(sum(str(name).startswith("weights_") for name in dataset.variables))
    layers = [(dataset[f"weights_{n}"].values, dataset[f"biases_{n}"].values) for n in numbers]
    return Surrogate(layers, float(dataset.centre), float(dataset.scale), dataset.symmetries.values)


def surrogate_variables(trained: Surrogate) -> dict[str, xr.Variable]:
    """A network as it is stored, for `read_surrogate`."""
    data = {}
    for number, (weights, biases) in enumerate(trained.layers):
        dims = (f"units_{number}", f"units_{number + 1}")
        data[f"weights_{number}"] = store.variable(
            dims, weights, "1", f"weights of layer {number + 1}"
        )
        data[f"biases_{number}"] = store.variable(
            dims[1], biases, "1", f"biases of layer {number + 1}"
        )
    data["symmetries"] = store.variable(
        ("symmetry", "row", "column"),
        trained.symmetries,
        "1",
        "matrices about the middle that leave the field as it is",
    )
    data["centre"] = store.variable(
        (), trained.centre, "concentration", "mean of the readings it learned from"
    )
    data["scale"] = store.variable(
        (), trained.scale, "concentration", "deviation of the readings it learned from"
    )
    return data


def training_variables(
    losses: Float[np.ndarray, "checks 2"], check_every: int, part: Int8[np.ndarray, " sources"]
) -> dict[str, xr.Variable]:
    """Losses in training and validation at every check, and which sources the network was shown;
    part: number in `surrogate.PARTS`.
    """
    steps = check_every * np.arange(1, len(losses) + 1)
    shown = "0 learned from, 1 for stopping, 2 for the test"
    learned = "mean squared error since the last check, of the variance"
    variables = {
        "training_loss": ("step", losses[:, 0], "1", learned),
        "validation_loss": (
            "step",
            losses[:, 1],
            "1",
            "mean squared error, of the variance",
        ),
        "step": ("step", steps, "1", "steps of the training"),
        "part": ("source", part, "1", shown),
    }
    return {name: store.variable(*parts) for name, parts in variables.items()}
