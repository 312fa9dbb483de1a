"""JAX settings shared by every kernel: 64-bit numbers. Import it before any array is made."""

import jax

jax.config.update("jax_enable_x64", True)
