"use strict";
import { CELLS } from "./cells.js";
import { createChart, fill, numbersIn, tag } from "./chart.js";
import { createHeatMap } from "./heatmap.js";
import { legalStarts } from "./starts.js";
import { TASKS } from "./tasks.js";
import { SETTINGS } from "./training.js";

const RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1, 3];
const LENGTHS = { shortest: 5, longest: 100 };
const FIRST_CHOICE = { cell: "tanh", start: "pytorch", task: "recall", T: 20, learningRate: 3e-3, seed: 1 };
const FORGET_BIAS = 1;
const MOST_SECONDS = 60;
const MOST_POINTS = 300;
const SPANS = [100, 200, 300, 500, 750, 1000, SETTINGS.updates];
const COLOURED = ["linear", "tanh", "relu", "gru", "lstm"];

/** The name that each start has among the study's remedies. */
export const REMEDY_OF_START = {
  pytorch: "none",
  orthogonal: "orthogonal",
  identity: "identity",
  chrono: "chrono",
  "forget-bias": `forget-bias-${FORGET_BIAS}`,
};

/**
 * A panel in which a reader trains one network: settings, buttons, counters, the loss, and the gradient of every step.
 * @param {HTMLElement} root an empty element
 * @param {{words: object, language: string, source: string, onTrained?: function}} context `words` is
 *   report/LANGUAGE/live/train.json, `source` the text of the module, of which the worker is made; `onTrained` is told
 *   {cell, start, remedy, task, length, learningRate, seed, solved, updates, diverged, late} when a training ends by
 *   itself
 */
export function mountTrain(root, context) {
  const { words, language } = context;
  const written = numbersIn(language);
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const percent = (share) => unbroken(written.percent(share));
  const plural = new Intl.PluralRules(language);
  const counted = (forms, n) => fill(forms[plural.select(n)] ?? forms.other, { n: written.number(n, 4) });
  const settings = createSettings(words, language, counted);
  const run = createButton(() => (thread ? (isPaused ? go("resume") : go("pause")) : begin()), "live-main-button train-run");
  const reset = createButton(clear, "train-reset");
  const counters = createCounters(words);
  const loss = createChart({ label: words.loss.label, height: 260, language, x: { label: words.loss.x }, y: { label: "" } });
  const map = createHeatMap({ ...words.map, height: 260, language });
  const lossTitle = tag("p", { class: "train-title" });
  const said = tag("p", { class: "train-outcome", role: "status", "aria-live": "polite" });
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  let thread = null, isPaused = false, choice = settings.choice(), found = nothingFound();

  root.append(
    tag("p", { class: "train-lead" }, fill(words.lead, { units: SETTINGS.hidden, batch: SETTINGS.batch, clip: SETTINGS.clipNorm })),
    settings.element,
    tag("div", { class: "train-buttons" }, run, reset),
    counters.element,
    tag(
      "div",
      { class: "train-pictures" },
      tag("div", {}, lossTitle, loss.element),
      tag("div", {}, tag("p", { class: "train-title" }, words.map.title), map.element),
    ),
    said,
  );
  settings.element.addEventListener("input", () => {
    if (!found.updates) show();
  });
  reset.textContent = words.buttons.reset;
  show();

  function begin() {
    choice = settings.choice();
    found = nothingFound();
    said.textContent = "";
    isPaused = false;
    try {
      thread = startThread(context.source);
    } catch (error) {
      said.textContent = fill(words.outcomes.failed, { error });
      return;
    }
    thread.onmessage = ({ data }) => take(data);
    thread.onerror = ({ message }) => {
      stop();
      said.textContent = fill(words.outcomes.failed, { error: message });
    };
    const start = { name: choice.start, T: choice.T, b: FORGET_BIAS };
    thread.postMessage({ kind: "start", seconds: MOST_SECONDS, choice: { ...choice, start } });
    show();
  }

  function go(kind) {
    thread.postMessage({ kind });
    isPaused = kind === "pause";
    show();
  }

  function clear() {
    stop();
    found = nothingFound();
    said.textContent = "";
    show();
  }

  function stop() {
    thread?.terminate();
    thread = null;
    isPaused = false;
    show();
  }

  function take(message) {
    found.updates = message.updates;
    found.seconds = message.seconds;
    found.losses.push(...message.losses);
    found.rows.set(message.rows, found.filled);
    found.filled += message.rows.length;
    if (message.evaluation) found.evaluations.push(message.evaluation);
    if (message.outcome) finish(message.outcome);
    else if (message.evaluation || !stillness.matches) show();
  }

  function finish(outcome) {
    stop();
    const { cell, start, task, T, learningRate, seed } = choice;
    const values = { updates: counted(words.updates, found.updates), seconds: written.number(found.seconds, 2), measure: measure() };
    said.textContent = `${fill(words.outcomes[outcome], values)} ${outcome === "diverged" ? "" : reached()}`;
    context.onTrained?.({
      cell,
      start,
      remedy: REMEDY_OF_START[start],
      task,
      length: T,
      learningRate,
      seed,
      solved: outcome === "solved",
      updates: found.updates,
      diverged: outcome === "diverged",
      late: outcome === "late",
    });
  }

  function isAnswered() {
    return Number.isFinite(TASKS[choice.task].chance.accuracy);
  }

  function measure() {
    const last = found.evaluations.at(-1);
    if (!last) return words.measures.none;
    if (!isAnswered()) return fill(words.measures.error, { value: written.number(last.loss) });
    return fill(words.measures.accuracy, { value: percent(last.accuracy) });
  }

  /** How much of the gradient of the last step is left at the first, in the last update. */
  function reached() {
    const row = found.rows.subarray(found.filled - choice.T, found.filled);
    const share = 10 ** (row[0] - row[choice.T - 1]);
    return Number.isFinite(share) ? fill(words.reached, { size: unbroken(written.number(share, 2)) }) : "";
  }

  function nothingFound() {
    return { updates: 0, seconds: 0, losses: [], rows: new Float32Array(SETTINGS.updates * LENGTHS.longest), filled: 0, evaluations: [] };
  }

  function show() {
    if (!thread && !found.updates) choice = settings.choice();
    settings.enable(!thread);
    run.textContent = thread ? (isPaused ? words.buttons.resume : words.buttons.pause) : words.buttons.train;
    root.dataset.state = thread ? (isPaused ? "paused" : "training") : "still";
    const { chance } = TASKS[choice.task], last = found.evaluations.at(-1), span = SPANS.find((each) => each >= found.updates);
    const value = last && (isAnswered() ? percent(last.accuracy) : written.number(last.loss));
    const without = isAnswered() ? percent(chance.accuracy) : written.number(chance.loss);
    counters.show({
      updates: fill(words.counters.of, { n: written.number(found.updates, 4), all: written.number(SETTINGS.updates, 4) }),
      seconds: tenths.format(found.seconds),
      measure: fill(words.counters.chance, { value: value ?? words.counters.not_yet, chance: without }),
      name: isAnswered() ? words.counters.accuracy : words.counters.error,
    });
    const colour = `var(--cell-${COLOURED.includes(choice.cell) ? choice.cell : "other"})`;
    lossTitle.textContent = fill(words.loss.title, { kind: isAnswered() ? words.loss.entropy : words.loss.error });
    const top = chance.loss * (isAnswered() ? 1.25 : 2);
    loss.show({
      id: "train-loss",
      legend: true,
      x: [0, span],
      y: [0, top],
      lines: [
        { points: thinned(found.losses, 2 * top), colour, name: words.loss.batches },
        { points: [[0, chance.loss], [span, chance.loss]], colour: "var(--soft)", dash: "5 4", width: 1.5, name: words.loss.chance },
      ],
      points: [{ points: found.evaluations.map((each) => [each.update, each.loss]), colour: "var(--fg)", hollow: true, name: words.loss.fresh }],
    });
    map.show(found.rows.subarray(0, found.filled), choice.T, span);
  }
}

/** Text that stays on one line. */
const unbroken = (text) => text.replaceAll(" ", "\u00a0");

function createButton(press, name) {
  const button = tag("button", { type: "button", class: name });
  button.addEventListener("click", press);
  return button;
}

/** A worker of the module's own text, as a classic script, which browsers start from pages on disk too. */
function startThread(source) {
  const script = source.replace(/^export \{[^}]*\};\s*$/m, "");
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return new Worker(address);
  } finally {
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
}

/** At most so many points [update, loss], each the mean of as many updates; those above `most` count as `most`. */
function thinned(losses, most) {
  const size = Math.max(1, Math.ceil(losses.length / MOST_POINTS)), points = [];
  for (let first = 0; first < losses.length; first += size) {
    const part = losses.slice(first, first + size);
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    points.push([first + (part.length + 1) / 2, Math.min(mean, most)]);
  }
  return points;
}

function createCounters(words) {
  const names = ["updates", "seconds", "measure"], values = names.map(() => tag("dd"));
  const heads = [words.counters.updates, words.counters.seconds, words.counters.accuracy].map((name) => tag("dt", {}, name));
  const element = tag("dl", { class: "train-counters" }, ...names.map((_, n) => tag("div", {}, heads[n], values[n])));
  return {
    element,
    show(found) {
      names.forEach((name, n) => (values[n].textContent = found[name]));
      heads[2].textContent = found.name;
    },
  };
}

/** The controls; `choice` says {cell, start, task, T, learningRate, seed}. */
function createSettings(words, language, counted) {
  const plainly = new Intl.NumberFormat(language, { maximumSignificantDigits: 1 });
  const select = (names, chosen) =>
    tag("select", {}, ...Object.entries(names).map(([value, name]) => tag("option", { value, selected: value === chosen }, name)));
  const slider = (low, high, value) => tag("input", { type: "range", min: low, max: high, step: 1, value });
  const cell = select(Object.fromEntries(cellsInOrder().map((name) => [name, words.cells[name] ?? name])), FIRST_CHOICE.cell);
  const start = tag("select"), task = select(words.tasks, FIRST_CHOICE.task);
  const length = slider(LENGTHS.shortest, LENGTHS.longest, FIRST_CHOICE.T);
  const rate = slider(0, RATES.length - 1, RATES.indexOf(FIRST_CHOICE.learningRate));
  const seed = tag("input", { type: "number", min: 0, max: 999999, step: 1, value: FIRST_CHOICE.seed });
  const shown = { length: tag("span", { class: "train-value" }), rate: tag("span", { class: "train-value" }) };
  const labelled = (name, control, value = "") =>
    tag("label", {}, tag("span", {}, words.controls[name], value && ": ", value), control);
  const element = tag(
    "fieldset",
    { class: "train-settings" },
    tag("legend", {}, words.controls.settings),
    labelled("cell", cell),
    labelled("start", start),
    labelled("task", task),
    labelled("length", length, shown.length),
    labelled("rate", rate, shown.rate),
    labelled("seed", seed),
  );

  function offerStarts() {
    const before = start.value, legal = legalStarts(CELLS[cell.value]);
    start.replaceChildren(...legal.map((value) => tag("option", { value, selected: value === before }, words.starts[value])));
  }

  function say(control, place, text) {
    place.textContent = text;
    control.setAttribute("aria-valuetext", text);
  }

  function refresh() {
    say(length, shown.length, counted(words.controls.steps, Number(length.value)));
    say(rate, shown.rate, plainly.format(RATES[rate.value]));
  }

  cell.addEventListener("input", offerStarts);
  element.addEventListener("input", refresh);
  offerStarts();
  refresh();
  return {
    element,
    enable: (isEnabled) => (element.disabled = !isEnabled),
    choice: () => ({
      cell: cell.value,
      start: start.value,
      task: task.value,
      T: Number(length.value),
      learningRate: RATES[rate.value],
      seed: Math.trunc(Number(seed.value)) || 0,
    }),
  };
}

/** Those of the lecture first. */
function cellsInOrder() {
  return [...COLOURED.filter((name) => name in CELLS), ...Object.keys(CELLS).filter((name) => !COLOURED.includes(name))];
}
