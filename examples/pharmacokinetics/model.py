import jax.numpy as jnp


def predict(parameters, design):
    ka, ke, V, t = parameters["ka"], parameters["ke"], parameters["V"], design["t"]
    return 400 * ka / (V * (ka - ke)) * (jnp.exp(-ke * t) - jnp.exp(-ka * t))
