"""A page with nothing but live parts, as the report embeds them, and data for them that are made up."""

import json
from pathlib import Path

import numpy as np

from gradient_horizon.live.bundle import bundle
from gradient_horizon.reporting.live_words import live_words

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "report"
COLOURS = {"linear": "#6e6e6e", "tanh": "#0072b2", "relu": "#8a5a00", "gru": "#00714f", "lstm": "#b34e00"}
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>live</title><style>{style}</style></head><body><main><h1>Live</h1>{parts}</main>
<script type="text/plain" id="live">{bundle}</script>
<script type="application/json" id="given">{given}</script>
<script>
const {{ words, data, language }} = JSON.parse(document.getElementById("given").textContent);
const text = document.getElementById("live").textContent;
import(URL.createObjectURL(new Blob([text], {{ type: "text/javascript" }}))).then((live) => {{
  for (const [name, mount] of [["walk", live.mountWalk], ["sliders", live.mountSliders]]) {{
    mount(document.getElementById(name), {{ words: words[name], language, data }});
  }}
}});
</script></body></html>
"""
STYLE = """
:root { color-scheme: light dark; --bg: #fff; --fg: #1f2328; --soft: #57606a }
:root { --line: #d0d7de; --card: #f6f8fa; --link: #0550ae }
@media (prefers-color-scheme: dark) {
  :root { --bg: #0d1117; --fg: #e6edf3; --soft: #9da7b3; --line: #30363d; --card: #161b22; --link: #79b8ff }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; background: var(--bg); color: var(--fg); font: 17px/1.6 system-ui, sans-serif }
"""


def write_page(file: Path, language: str, data: dict) -> Path:
    """Writes the page in a language with these data of live parts."""
    words = {name: words for name, words in live_words(SOURCES, language).items() if name != "train"}
    given = json.dumps({"words": words, "data": data, "language": language}).replace("<", "\\u003c")
    colours = ";".join(f"--cell-{name}: {colour}" for name, colour in COLOURS.items())
    style = f"{STYLE}:root {{ {colours} }}{(SOURCES / 'live' / 'live.css').read_text()}"
    parts = "".join(f'<div class="live-part" id="{name}"></div>' for name in words)
    text = bundle(SOURCES / "live")
    assert "</script" not in text
    file.write_text(PAGE.format(language=language, style=style, parts=parts, bundle=text, given=given))
    return file


def made_up_data() -> dict:
    """Points at two radii and one bias, and a tanh network of 32 units with an LSTM, whose weights are random."""
    draw, hidden = np.random.default_rng(0), 32
    powers = [
        {"cell": cell, "radius": radius, "seeds": 3, "points": [[k, radius**k] for k in range(0, 101, 4)]}
        for cell in ("linear", "tanh")
        for radius in (0.9, 1.2)
    ]
    kept = [{"bias": 2, "seeds": 1, "points": [[k, 0.88**k] for k in (1, 10, 100)]}]
    networks = []
    for cell, blocks, length in (("lstm", 4, 14), ("tanh", 1, 20)):
        recurrent = draw.normal(size=(blocks * hidden, hidden + 11)) / hidden**0.5
        values = np.linalg.eigvals(recurrent[:, :hidden]) if blocks == 1 else np.zeros(0)
        values = sorted(values, key=lambda value: -abs(value))
        networks.append(
            {
                "cell": cell, "remedy": "none", "experiment": "recall-32", "task": "recall", "length": length,
                "seed": 0, "learning_rate": 0.001, "updates": 700, "accuracy": 1.0, "hidden": hidden,
                "recurrent": recurrent.round(6).tolist(),
                "readout": draw.normal(size=(8, hidden + 1)).round(6).tolist(),
                "eigenvalues": [[value.real, value.imag] for value in values],
                "profile": [0.9**k for k in range(length)],
            }
        )  # fmt: skip
    return {"radius": powers, "forget_bias": kept, "networks": networks}
