"""Contrast of colours, and their counterparts on a dark ground."""

import numpy as np

DARK_GROUND = "#0d1117"
TEXT, GRAPHICS = 4.5, 3.0
"""Least contrast of texts, and of lines and marks, with what is behind them (WCAG 2.1, AA)."""

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""Linear RGB to cone responses, and their cube roots to OKLab (Ottosson 2020, "A perceptual color space")."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.1)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def inverted(colour: str) -> str:
    """The colour with its lightness turned round: white becomes the dark ground, black becomes white; the hue stays."""
    lightness, *hue = _oklab(colour)
    ground, white = _oklab(DARK_GROUND), _oklab("#ffffff")
    return _hex((1 - lightness) * white + lightness * ground + np.array([0, *hue]))


def raised(colour: str, least: float) -> str:
    """The colour, of the same hue as much lighter as it takes for this contrast with the dark ground."""
    lightness, *hue = _oklab(colour)
    for step in range(101):
        found = _hex(np.array([lightness + (1 - lightness) * step / 100, *hue]))
        if contrast(found, DARK_GROUND) >= least:
            return found
    return "#ffffff"


def darkened(colour: str, least: float) -> str:
    """The colour, as much darker in the same hue as it takes for this contrast with white."""
    most = 1.05 / least - 0.05
    return _encoded(_linear(colour) * min(1.0, most / _luminance(colour)))


def _luminance(colour: str) -> float:
    return float(_linear(colour) @ (0.2126, 0.7152, 0.0722))


def _linear(colour: str) -> np.ndarray:
    """Linear red, green and blue, from 0 to 1."""
    values = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _oklab(colour: str) -> np.ndarray:
    """Lightness from 0 to 1, and two coordinates of hue that are 0 for greys."""
    return np.asarray(_LAB @ np.cbrt(_LMS @ _linear(colour)))


def _hex(oklab: np.ndarray) -> str:
    """The nearest colour of this lightness and hue that a screen shows: as much less saturated as it takes."""
    for saturation in np.linspace(1, 0, 41):
        lab = oklab * (1, saturation, saturation)
        linear = np.linalg.solve(_LMS, np.linalg.solve(_LAB, lab) ** 3)
        if np.all((linear > -1e-4) & (linear < 1 + 1e-4)):
            break
    return _encoded(linear.clip(0, 1))


def _encoded(linear: np.ndarray) -> str:
    values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in values)
