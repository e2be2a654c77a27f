"""The small picture of an estimate against its threshold."""

import math

from markupsafe import Markup, escape

WIDTH, HEIGHT, MARGIN = 220.0, 26.0, 10.0
PASSING, PAPER = "#c8e6cf", "#ffffff"


def strip(effect: float, low: float, high: float, region: tuple[float, float], colour: str, title: str) -> str:
    """An SVG: the estimate a dot, its interval a line (an arrow where it is open), the passing values shaded.

    The scale is logarithmic where all values are positive and span more than a factor of ten. Empty without estimate.
    """
    marks = [value for value in (effect, low, high, *region) if math.isfinite(value)]
    if not math.isfinite(effect) or not marks:
        return ""
    positive = all(value > 0 for value in marks)
    logarithmic = positive and max(marks) / min(marks) > 10

    def scale(value: float) -> float:
        return math.log(value) if logarithmic else value

    smallest, largest = min(map(scale, marks)), max(map(scale, marks))
    pad = (largest - smallest or abs(largest) or 1) * 0.15
    start, end = smallest - pad, largest + pad

    def place(value: float) -> float:
        if value <= 0 and logarithmic:
            return MARGIN
        if math.isinf(value):
            return MARGIN if value < 0 else WIDTH - MARGIN
        return MARGIN + (scale(value) - start) / (end - start) * (WIDTH - 2 * MARGIN)

    middle = HEIGHT / 2
    x_low, x_high = place(low) if not math.isnan(low) else 0.0, place(high) if not math.isnan(high) else 0.0
    left, right = place(region[0]), place(region[1])
    parts = [
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" rx="4" class="ground" fill="{PAPER}"/>',
        f'<rect x="{left:.1f}" y="3" width="{max(right - left, 2):.1f}" height="{HEIGHT - 6:g}" class="passing" '
        f'fill="{PASSING}"/>',
    ]
    if not (math.isnan(low) or math.isnan(high)):
        parts.append(
            f'<line x1="{x_low:.1f}" x2="{x_high:.1f}" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="3"/>'
        )
    for end_value, x, sign in ((low, x_low, -1), (high, x_high, 1)):
        if math.isinf(end_value):
            points = f"{x + 7 * sign:.1f},{middle} {x:.1f},{middle - 5} {x:.1f},{middle + 5}"
            parts.append(f'<polygon points="{points}" fill="{colour}"/>')
    parts.append(f'<circle cx="{place(effect):.1f}" cy="{middle}" r="5" fill="{colour}"/>')
    label = escape(title)
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        ).format(f"{WIDTH:g}", f"{HEIGHT:g}", label)
        + Markup("".join(parts))
        + Markup("</svg>")
    )
