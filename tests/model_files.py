"""Model files and settings of described systems that several tests share."""

from pathlib import Path

EXAMPLE = Path("examples/pharmacokinetics/model.py")
# medians and variances of logarithms of a one-compartment model with absorption
PHARMACOKINETICS = {
    "file": str(EXAMPLE),
    "parameters": {
        "ka": {"lognormal": {"median": 1.0, "log_variance": 0.05}, "unit": "1/h"},
        "ke": {"lognormal": {"median": 0.1, "log_variance": 0.05}, "unit": "1/h"},
        "V": {"lognormal": {"median": 20.0, "log_variance": 0.05}, "unit": "L"},
    },
    "designs": {"t": {"lower": 0.5, "upper": 24.0, "unit": "h"}},
    "outputs": {"concentration": {"unit": "mg/L"}},
    "noise": {"constant": 0.316, "relative": 0.1},
}
ONE = {
    "parameters": {"theta": {"normal": {"mean": 0.0, "deviation": 1.0}}},
    "designs": {"d": {"lower": 0.0, "upper": 1.0}},
    "noise": {"constant": 0.1},
}


def written(folder, text, name="model.py"):
    """A model file with this text."""
    path = folder / name
    path.write_text(text)
    return path


def linear(mean=0.0, deviation=3.0, noise=1.0, lower=0.1, upper=3.0):
    """Settings of the linear problem of one normal parameter."""
    return {
        "function": "linear",
        "parameters": {"theta": {"normal": {"mean": mean, "deviation": deviation}}},
        "designs": {"d": {"lower": lower, "upper": upper}},
        "noise": {"constant": noise},
    }
