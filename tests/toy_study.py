"""Blocks of a small study, shared by the tests."""

PLUME = {
    "solver": "propagator",
    "diffusivity": 1.0,
    "velocity": {"x": [0.0, 20.0], "y": [0.0, 20.0]},
    "propagator": {
        "length": 5.0,
        "points": 200,
        "oversampling": 1,
        "panels": [-2.5, -0.4, 0.4, 2.5],
        "order": [4, 10, 4],
    },
    "rollout": {"lower": -2.0, "upper": 3.0, "cells": 150, "time_step": 0.0005},
}
TRUTH = {"source": "gaussian", "strength": 2.0, "width": 0.05, "location": [0.25, 0.25]}
STUDY = {
    "plume": PLUME,
    "truth": TRUTH,
    "model": {
        "source": "reciprocal_released",
        "strength": 2.0,
        "width": 0.05,
        "discrepancy": "network",
    },
    "noise": {"constant": 0.05, "relative": 0.05, "observation_noise": "none"},
    "belief": {"lower": 0.0, "upper": 1.0, "cells": 11},
    "network": {"hidden": 4, "depth": 2, "precision": "double"},
}
