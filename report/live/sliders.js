"use strict";
/* Two sliders that compute at the value they show: the radius of W, and the forget bias of an LSTM. */
import { createChart, fill, numbersIn, tag } from "./chart.js";
import { numberControl } from "./controls.js";
import { gradientsByRadius, keptByBias } from "./radii.js";
import { sigmoid } from "./walking.js";

const LAGS = { radius: 100, bias: 150 };
const ENDS = { radius: [0.3, 3], bias: [-2, 7] };
const SHOWN_POWERS = [-16, 8];
const SAME = 1e-9;
const SAID_LATER = 600;
const HUNDREDTH = 0.01;

/** The measured points at exactly this value: entries of the data whose `name` is it. */
export const measuredAt = (entries, name, value) => entries.filter((each) => Math.abs(each[name] - value) < SAME);

/** After how many steps a factor below 1 leaves this share; infinite for a factor of 1 or more. */
export const stepsUntil = (share, factor) => (factor < 1 ? Math.log(share) / Math.log(factor) : Infinity);

/**
 * Builds both sliders in an empty element.
 * @param {HTMLElement} root
 * @param {{words: object, language: string, data: {radius: object[], forget_bias: object[]}}} context words of
 *   report/LANGUAGE/live/sliders.json
 * @returns {{state(): {radius: object, bias: object}}} what they show, for tests;
 *   `root.live` is the same
 */
export function mountSliders(root, { words, language, data }) {
  const parts = { radius: radiusPart(words, language, data.radius), bias: biasPart(words, language, data.forget_bias) };
  for (const part of Object.values(parts)) root.append(part.element);
  root.live = { state: () => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.state()])) };
  return root.live;
}

function radiusPart(words, language, data) {
  const mine = words.radius, T = LAGS.radius, written = numbersIn(language);
  const cells = ["linear", "tanh"].map((name) => ({ name, gradients: gradientsByRadius(name, T) }));
  return part({
    words, mine, language, ends: ENDS.radius, step: 0.01, first: 0.9, measured: data, key: "radius",
    y: { label: mine.y, log: true },
    curves: (radius) => ({
      x: [0, T],
      y: SHOWN_POWERS,
      lines: [
        ...cells.map(({ name, gradients }) => ({ points: byLag(gradients(radius)), colour: `var(--cell-${name})`, width: 2.5, name: mine[name] })),
        { points: theory(radius, T), colour: "var(--fg)", width: 1, name: mine.theory },
      ],
      points: measuredAt(data, "radius", radius).map((each) => ({ points: each.points, colour: `var(--cell-${each.cell})`, hollow: each.cell === "linear", name: fill(words.measured, { what: mine[each.cell] }) })),
    }),
    saying: (radius) => {
      const place = radius < 1 ? "below" : radius > 1 ? "above" : "one", steps = stepsUntil(HUNDREDTH, radius);
      return fill(mine[place], { radius: written.number(radius), steps: written.number(Math.ceil(steps)), grown: written.number(radius ** 10, 2) });
    },
  });
}

function biasPart(words, language, data) {
  const mine = words.bias, T = LAGS.bias, written = numbersIn(language), kept = keptByBias(T);
  return part({
    words, mine, language, ends: ENDS.bias, step: 0.1, first: 1, measured: data, key: "bias",
    y: { label: mine.y, percent: true },
    curves: (bias) => ({
      x: [0, T],
      y: [0, 1],
      lines: [
        { points: byLag(kept(bias)), colour: "var(--cell-lstm)", width: 2.5, name: mine.lstm },
        { points: theory(sigmoid(bias), T), colour: "var(--fg)", width: 1, name: mine.theory },
      ],
      points: measuredAt(data, "bias", bias).map((each) => ({ points: each.points, colour: "var(--cell-lstm)", hollow: true, name: fill(words.measured, { what: mine.lstm }) })),
    }),
    saying: (bias) => {
      const gate = sigmoid(bias), after = (share) => written.number(stepsUntil(share, gate), 2);
      return fill(mine.says, { bias: written.number(bias), gate: written.number(gate), half: after(0.5), hundredth: after(HUNDREDTH) });
    },
  });
}

const byLag = (values) => values.map((value, k) => [k, value]);
const theory = (factor, T) => Array.from({ length: T + 1 }, (_, k) => [k, factor ** k]);

/** A slider over its chart, with a sentence on what is shown and where the study measured. */
function part({ words, mine, language, ends, step, first, measured, key, y, curves, saying }) {
  const written = numbersIn(language), places = [...new Set(measured.map((each) => each[key]))].filter((each) => each >= ends[0] && each <= ends[1]).sort((one, other) => one - other);
  const chart = createChart({ label: mine.label, height: 330, language, x: { label: words.x }, y });
  const sentence = tag("p", { class: "live-sentence" }), note = tag("p", { class: "live-note" });
  let value = first, content = null, waiting = false, said = 0;
  const control = numberControl({
    label: mine.slider, low: ends[0], high: ends[1], step, value, ticks: places,
    changed: (next) => {
      value = next;
      if (!waiting) requestAnimationFrame(draw);
      waiting = true;
    },
  });
  function draw() {
    waiting = false;
    content = curves(value);
    chart.show({ id: key, ...content });
    sentence.textContent = saying(value);
    const list = places.map((each) => written.number(each)).join(language === "pl" ? "; " : ", ");
    note.textContent = places.length ? fill(content.points.length ? words.here : words.elsewhere, { places: list }) : words.none;
    clearTimeout(said);
    said = setTimeout(() => chart.say(`${sentence.textContent} ${note.textContent}`), SAID_LATER);
  }
  const element = tag("div", { class: "live-slider" }, tag("p", { class: "live-title" }, mine.title), control.element, chart.element, sentence, note);
  draw();
  const pick = (points) => points.map(([, amount]) => amount);
  return { element, state: () => ({ value, measured: content.points.length, lines: content.lines.map((line) => ({ name: line.name, values: pick(line.points) })) }) };
}
