"""Array types that the annotations share: JAX's arrays while computing, NumPy's as they come from a
file.
"""

import numpy as np
from jaxtyping import Array, Float

AnyArray = Array | np.ndarray
Scalar = float | Float[AnyArray, ""]
