"""The exact field without buildings, as a cosine series: shared by the tests of both ways to
compute it.
"""

import numpy as np

MODES, FINE = 120, 4000


def field(places, source, time, strength=2.0, width=0.05):
    """u(x, y) at places (n, 2): S(z; θ) in cosines, mode by mode S_mn·(1 − e^{−λt})/λ, λ = π²(m² +
    n²).
    """
    orders, fine = np.arange(MODES), (np.arange(FINE) + 0.5) / FINE

    def cosines(points):
        return np.where(
            orders == 0, 1.0, np.sqrt(2) * np.cos(np.pi * orders * np.asarray(points)[:, None])
        )

    along = [
        cosines(fine).T @ np.exp(-0.5 * ((fine - centre) / width) ** 2) / FINE for centre in source
    ]
    decay = np.pi**2 * (orders[:, None] ** 2 + orders**2)
    lasting = np.where(decay > 0, -np.expm1(-decay * time) / np.where(decay > 0, decay, 1), time)
    modes = strength / (2 * np.pi * width**2) * np.outer(*along) * lasting
    return np.sum((cosines(places[:, 0]) @ modes) * cosines(places[:, 1]), axis=1)
