import re

from gradient_horizon.reporting.strip import strip


def test_a_strip_shows_the_estimate_inside_the_values_at_which_it_passes():
    drawn = strip(0.5, 0.4, 0.6, (0.0, 1.0), "#116329", 'a "title" & more')
    (left, width) = map(float, re.search(r'<rect x="([\d.]+)" y="3" width="([\d.]+)"', drawn).groups())
    centre = float(re.search(r'cx="([\d.]+)"', drawn)[1])
    assert left < centre < left + width
    assert 'aria-label="a &#34;title&#34; &amp; more"' in drawn
    assert strip(float("nan"), float("nan"), float("nan"), (0.0, 1.0), "#116329", "") == ""
