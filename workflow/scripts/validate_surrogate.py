"""How good a surrogate is: its error on sources it never saw, and whether utilities by it are the
exact ones.
"""

import numpy as np
import xarray as xr

from boed.jobs import job
from boed.jobs.store import variable
from boed.studies.risk import sensor_utility, surrogate_files
from boed.systems.diffusion import forward_models, placement
from boed.systems.diffusion.layout import Building
from boed.systems.diffusion.surrogate import Readings, errors

TEST = 2


def test_readings(paths, settings: dict) -> Readings:
    """The training data's sources that the surrogate was not shown."""
    readings = surrogate_files.read_training(paths.training, settings)
    chosen = surrogate_files.read_made_for(paths.surrogate, settings).part.values == TEST
    return readings._replace(sources=readings.sources[chosen], values=readings.values[chosen])


def utilities(settings: dict, buildings: list[Building], trained) -> tuple:
    """(sensors, U and V (way, quantity, sensor)): by adjoint solutions and by the surrogate, both
    by quadrature.
    """
    sensors = placement.accessible_nodes(buildings, settings["validation"]["sensors"])
    prior = sensor_utility.sources(buildings, settings["prior_nodes"]).places
    models = (
        forward_models.adjoint(buildings, settings, prior),
        forward_models.surrogate(trained, prior),
    )
    read = np.stack([np.asarray(model(sensors)) for model in models])
    values = sensor_utility.values_needed(read, settings["noise"])
    evaluate = sensor_utility.exact_moments(settings["noise"], 1, len(prior), values)
    return sensors, np.stack([np.array(evaluate(own[:, None])) for own in read])


def main(snakemake) -> xr.Dataset:
    settings = snakemake.params.settings
    buildings = [Building(*own) for own in settings["buildings"]]
    trained, test = (
        surrogate_files.read_surrogate(snakemake.input.surrogate, settings),
        test_readings(snakemake.input, settings),
    )
    error = np.asarray(errors(trained, test))
    grid = surrogate_files.read_made_for(snakemake.input.training, settings)
    free = grid.accessible.values.astype(bool)
    worst = np.unravel_index(np.abs(error).argmax(), error.shape)
    sensors, found = utilities(settings, buildings, trained)
    relative = np.abs(found[1] / found[0] - 1)

    def mapped(values):
        full = np.zeros(free.shape)
        full[free] = values
        return full

    quantity = ("quantity", "sensor")
    return xr.Dataset(
        {
            "test_mse": variable(
                (), np.mean(error**2), "concentration2", "mean squared error on the test sources"
            ),
            "field_variance": variable(
                (), np.var(test.values), "concentration2", "variance of their fields"
            ),
            "relative_mse": variable(
                (), np.mean(error**2) / np.var(test.values), "1", "error over variance"
            ),
            "worst_error": variable(
                (), np.abs(error).max(), "concentration", "largest error on the test sources"
            ),
            "worst_source": variable(
                "coordinate", test.sources[worst[0]], "length", "source where it is"
            ),
            "worst_sensor": variable(
                "coordinate", np.asarray(test.sensors)[worst[1]], "length", "sensor where it is"
            ),
            "error_map": variable(
                ("x", "y"),
                mapped(np.sqrt(np.mean(error**2, axis=0))),
                "concentration",
                "root mean square over sources",
            ),
            "shown_source": variable(
                "coordinate", test.sources[0], "length", "source whose field is shown"
            ),
            "solver_field": variable(
                ("x", "y"), mapped(test.values[0]), "concentration", "its field by the solver"
            ),
            "surrogate_field": variable(
                ("x", "y"),
                mapped(test.values[0] + error[0]),
                "concentration",
                "its field by the surrogate",
            ),
            "exact_utility": variable(
                quantity, found[0], "nat, nat2", "U and V by adjoint solutions"
            ),
            "surrogate_utility": variable(
                quantity, found[1], "nat, nat2", "U and V by the surrogate"
            ),
            "utility_error": variable(
                "quantity", np.median(relative, axis=1), "1", "median relative difference"
            ),
            "worst_utility_error": variable(
                "quantity", relative.max(axis=1), "1", "largest relative difference"
            ),
            "place": variable(
                ("sensor", "coordinate"), sensors, "length", "sensors that are compared"
            ),
            "accessible": variable(("x", "y"), free.astype(np.int8), "1", "1 outside of buildings"),
            "quantity": variable(
                "quantity", ["expected_utility", "utility_variance"], "1", "quantity"
            ),
            "x": variable("x", grid.x.values, "length", "x"),
            "y": variable("y", grid.y.values, "length", "y"),
            "coordinate": variable("coordinate", ["x", "y"], "1", "coordinate"),
        }
    )


if __name__ == "__main__":
    job.run(main, snakemake)
