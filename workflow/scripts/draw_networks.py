"""AD-EKI design over the number of the network's weights: cost of a gradient, its gain, and where
the study ends.
"""

import numpy as np

from boed.figures import style
from boed.jobs import job, store

COSTS = {
    "seconds": (1.0, "time of a gradient [s]"),
    "peak_bytes": (1e-6, "memory, peak of the process [MB]"),
    "information_gain": (1.0, "information gain [nat]"),
}


def main(snakemake):
    style.use()
    networks = sorted(
        (store.read(path) for path in snakemake.input), key=lambda network: int(network.weights)
    )
    weights = [int(network.weights) for network in networks]
    figure, axes = style.new(1, len(COSTS) + 1, 14.0, 3.3)
    for panel, (name, (scale, label)) in zip(axes[0], COSTS.items(), strict=False):
        panel.plot(weights, [float(network[name]) * scale for network in networks], "o-")
        panel.set(xscale="log", xlabel="weights of the network", ylabel=label)
        panel.set_yscale("linear" if name == "information_gain" else "log")
    panel = axes[0, -1]
    for order, network in enumerate(networks):
        tint = style.FALLBACK[2 * order % len(style.FALLBACK)]
        errors = network.location_error.transpose("stage", "replicate").values
        panel.plot(network.stage, errors, ".", color=tint, markersize=4)
        count = errors.shape[1]
        panel.plot(
            network.stage,
            np.median(errors, axis=1),
            color=tint,
            label=f"{weights[order]} weights ({count})",
        )
    panel.set(yscale="log", xlabel="stage", ylabel="distance of the MAP [length]")
    panel.set_title("every replicate, and the median", fontsize=8)
    panel.legend(fontsize=7)
    return figure


if __name__ == "__main__":
    job.run(main, snakemake, save=job.save_figure)
