from urllib.parse import unquote

from gradient_horizon.reporting.build import lean


def test_a_picture_in_an_address_is_the_picture():
    head = '<?xml version="1.0"?>\n<svg>\n<metadata>\nwho\n</metadata>\n'
    assert (
        unquote(lean(f'{head}<text x="1">5 % &amp; #1\n</text>\n</svg>\n'))
        == "<svg><text x='1'>5 % &amp; #1 </text></svg>"
    )
    named = '<svg><g id="unused"><path id="used" style="fill: red; stroke: blue"/></g><use href="#used"/></svg>'
    assert unquote(lean(named)) == "<svg><g><path id='used' style='fill:red;stroke:blue'/></g><use href='#used'/></svg>"
    quoted = """<svg><text style="font:'Some Font'">a</text></svg>"""
    assert unquote(lean(quoted)) == quoted
    assert not set('"#&\n') & set(lean(quoted))
