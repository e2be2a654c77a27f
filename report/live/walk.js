"use strict";
/* Watch the gradient walk back: a network, a sequence, and dL/d(state) at every step from the loss to the start. */
import { createChart, fill, numbersIn, tag } from "./chart.js";
import { choiceControl, numberControl, pushButton } from "./controls.js";
import { createArrow, createPlane, createRow } from "./walk-pictures.js";
import { eigenvaluesOfPair, keepingBlock, matrixOf, noise, pairNetwork, sigmoid, trainedNetwork, WALKED_CELLS, walkPair, walkTrained } from "./walking.js";

const STEPS_A_SECOND = { slow: 2, normal: 6, fast: 20 };
const SMALLEST_POWER = -16, LARGEST_POWER = 40;
const BEYOND = 3;
const SAID_AFTER = 500;
const MUCH = 1.005;
const DETOUR = 1.5;
const OWN = "pair";

/** The share that theory leaves after k steps: of W alone by its radius, of a gate that always stands at sigmoid(b). */
export const theoryAfter = (base, k) => base ** k;

/** Exponents of ten between which a curve lies, and theory as far as three powers beyond it. */
export function powersFor(norms, theory) {
  const logs = (values) => values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const own = [0, ...logs(norms)], all = logs(theory);
  const [low, high] = [Math.min(...own), Math.max(...own)];
  const from = Math.max(Math.min(low, ...all), low - BEYOND, SMALLEST_POWER), to = Math.min(Math.max(high, ...all), high + BEYOND, LARGEST_POWER);
  return [Math.min(-1, Math.floor(from + 1e-9)), Math.max(0, Math.ceil(to - 1e-9))];
}

/**
 * Builds the part in an empty element.
 * @param {HTMLElement} root
 * @param {{words: object, language: string, data: {networks: object[]}}} context words of report/LANGUAGE/live/walk.json
 * @returns {{state(): object}} what it shows, for tests; `root.live` is the same
 */
export function mountWalk(root, { words, language, data }) {
  const written = numbersIn(language), plural = new Intl.PluralRules(language);
  const trained = data.networks, still = matchMedia("(prefers-reduced-motion: reduce)");
  const now = { network: OWN, cell: "tanh", radius: 0.9, degrees: 25, bias: 1, noise: 0.3, T: 30, seed: 1, place: 0, playing: false, speed: "normal" };
  let walk = null, network = null, said = 0, before = null;

  const ofNetwork = () => trained[Number(now.network)] ?? null;
  const cellName = () => ofNetwork()?.cell ?? now.cell;
  const colour = () => `var(--cell-${cellName()})`;
  const hasGate = () => Boolean(keepingBlock(network.cell));
  const memory = () => (network.cell.states.length > 1 ? "c" : "h");

  /* controls */
  const change = (values) => {
    Object.assign(now, values);
    compute();
  };
  const label = (each) => fill(words.trained, { cell: words.cells[each.cell], hidden: each.hidden, length: each.length });
  const networks = choiceControl({
    label: words.network,
    options: [[OWN, words.pair], ...trained.map((each, n) => [String(n), label(each)])],
    value: OWN,
    changed: choose,
  });
  const cells = choiceControl({ label: words.cell, options: WALKED_CELLS.map((name) => [name, words.cells[name]]), value: now.cell, changed: (cell) => change({ cell, place: 0 }) });
  const radius = numberControl({ label: words.radius, low: 0, high: 1.5, step: 0.01, value: now.radius, changed: (value) => change({ radius: value }) });
  const angle = numberControl({ label: words.angle, low: 0, high: 180, step: 1, value: now.degrees, changed: (degrees) => change({ degrees }) });
  const bias = numberControl({ label: words.bias.lstm, low: -2, high: 7, step: 0.1, value: now.bias, changed: (value) => change({ bias: value }) });
  const sizeOfNoise = numberControl({ label: words.noise, low: 0, high: 3, step: 0.1, value: now.noise, changed: (value) => change({ noise: value }) });
  const length = numberControl({ label: words.length, low: 5, high: 80, step: 1, value: now.T, changed: (T) => change({ T, place: Math.min(now.place, T) }) });
  const fresh = pushButton({ label: words.fresh, pressed: () => change({ seed: now.seed + 1 }) });
  const controls = tag("div", { class: "live-controls" }, ...[networks, cells, radius, angle, bias, sizeOfNoise, length].map((each) => each.element), fresh);

  /* transport */
  const play = pushButton({ label: words.play, pressed: () => (now.playing ? stop() : start()) });
  const back = pushButton({ label: words.back, sign: "→", pressed: () => stepTo(Math.ceil(now.place) - 1) });
  const on = pushButton({ label: words.on, sign: "←", pressed: () => stepTo(Math.floor(now.place) + 1) });
  const speed = choiceControl({ label: words.speed, options: Object.keys(STEPS_A_SECOND).map((name) => [name, words.speeds[name]]), value: now.speed, changed: (name) => (now.speed = name) });
  const steps = numberControl({ label: words.step, low: 0, high: now.T, step: 1, value: 0, changed: stepTo });
  play.classList.add("live-main-button");
  const transport = tag("div", { class: "live-controls walk-transport" }, play, on, back, speed.element, steps.element);

  /* pictures */
  const plane = createPlane({
    label: words.plane,
    handle: words.handle,
    moved: (place) => {
      radius.value = place.radius;
      angle.value = place.degrees;
      change(place);
    },
  });
  const arrow = createArrow({ label: words.arrow }), row = createRow();
  const chart = createChart({ label: words.chart, height: 300, language, x: { label: words.x }, y: { label: words.y, log: true } });
  const title = (text = "") => tag("p", { class: "live-title" }, text);
  const titles = { plane: title(), arrow: title(), chart: title(words.titles.chart) };
  const notes = { plane: tag("p"), arrow: tag("p", { class: "walk-note" }), formula: tag("p", { class: "walk-formula" }) };
  const sentence = tag("p", { class: "walk-now" }), about = tag("p", { class: "walk-about" });
  const panel = (name, ...inner) => tag("div", { class: `walk-panel walk-panel-${name}` }, titles[name], ...inner);
  root.append(
    controls,
    about,
    tag("div", { class: "walk-panels" }, panel("plane", plane.element, notes.plane), panel("arrow", arrow.element, notes.formula, notes.arrow), panel("chart", chart.element)),
    tag("div", { class: "walk-steps" }, row.element, tag("div", { class: "walk-ends", "aria-hidden": true }, tag("span", {}, words.start), tag("span", {}, words.loss))),
    transport,
    sentence,
  );
  if (!trained.length) root.append(tag("p", { class: "walk-about" }, words.none));

  function choose(value) {
    stop();
    const chosen = trained[Number(value)];
    length.value = chosen?.length ?? 30;
    change({ network: value, T: length.value, place: 0 });
  }

  function compute() {
    const own = ofNetwork();
    if (own) {
      network = trainedNetwork(own);
      walk = walkTrained(network, own.task, now.T, now.seed);
    } else {
      network = pairNetwork({ cell: now.cell, radius: now.radius, angle: (now.degrees * Math.PI) / 180, bias: now.bias });
      walk = walkPair(network, now.T, noise(now.T, now.noise, now.seed));
    }
    for (const each of [cells, radius, angle, sizeOfNoise]) each.show(!own);
    bias.show(!own && hasGate());
    bias.element.querySelector("label").textContent = words.bias[now.cell] ?? words.bias.lstm;
    steps.element.querySelectorAll("input").forEach((input) => (input.max = now.T));
    now.place = Math.min(now.place, now.T);
    about.textContent = own ? fill(words["trained-on"], { seed: own.seed, length: own.length, updates: own.updates }) : "";
    about.hidden = !own;
    titles.arrow.textContent = fill(words.titles.arrow, { what: `∂L/∂${memory()}` });
    notes.formula.textContent = words.formulas[cellName()];
    draw();
  }

  /** What theory multiplies by at every step; null for a trained network of gates, which has no such number. */
  function base() {
    const own = ofNetwork();
    if (own) return own.eigenvalues.length ? Math.hypot(...own.eigenvalues[0]) : null;
    return hasGate() ? sigmoid(now.bias) : now.radius;
  }

  function lines() {
    const own = ofNetwork(), reached = Math.floor(now.place), at = (values) => values.map((value, k) => [k, value]);
    const theory = base() === null ? [] : walk.norms.map((_, k) => theoryAfter(base(), k));
    const found = [
      { points: at(walk.norms), colour: colour(), faint: true },
      { points: at(walk.norms.slice(0, reached + 1)), colour: colour(), width: 3, name: words.lines.walk },
    ];
    if (theory.length) found.push({ points: at(theory), colour: "var(--fg)", width: 1, name: words.lines[hasGate() ? "gate" : "radius"] });
    if (walk.kept) found.push({ points: at(walk.kept), colour: "var(--soft)", dash: "5 4", width: 1.5, name: words.lines.kept });
    const isAsTrained = own && own.length === now.T;
    const points = isAsTrained ? [{ points: at(own.profile), colour: colour(), hollow: true, name: words.lines.measured }] : [];
    return { lines: found, points, y: powersFor([...walk.norms, ...(isAsTrained ? own.profile : [])], [...theory, ...(walk.kept ?? [])]) };
  }

  function draw() {
    const own = ofNetwork(), k = Math.floor(now.place);
    const eigenvalues = own ? own.eigenvalues : eigenvaluesOfPair(matrixOf(now.radius, (now.degrees * Math.PI) / 180));
    const pair = own ? null : { radius: now.radius, degrees: now.degrees, said: fill(words.at, { radius: written.number(now.radius), degrees: now.degrees }) };
    const gates = walk.gates ? walk.gates[Math.max(1, k)] : [];
    plane.show({ eigenvalues, pair, gates, colour: colour() });
    titles.plane.textContent = eigenvalues.length ? words.titles.plane : words.titles.gates;
    notes.plane.textContent = [own ? words.titles.still : words.titles.drag, ...(gates.length && eigenvalues.length ? [words.titles.gates] : [])].join(" · ");
    arrow.show(walk, now.place, colour());
    row.show(walk, now.place, colour());
    chart.show({ id: "walk", x: [0, now.T], ...lines(), mark: { x: now.place, y: between(walk.norms, now.place), colour: colour() } });
    steps.value = k;
    play.textContent = now.playing ? words.pause : now.place >= now.T ? words.again : words.play;
    play.classList.toggle("playing", now.playing);
    const parts = k ? [fill(words.factor, { factor: written.number(walk.norms[k] / walk.norms[k - 1], 2) })] : [words.scale];
    if (walk.shares[k] < 0.995) parts.push(fill(words["plane-share"], { share: written.percent(walk.shares[k]) }));
    notes.arrow.textContent = parts.join(" · ");
    sentence.textContent = saying(k);
    clearTimeout(said);
    if (!now.playing) said = setTimeout(() => chart.say(saying(k)), SAID_AFTER);
  }

  function saying(k) {
    const own = ofNetwork(), parts = [];
    if (k === 0) parts.push(words.beginning);
    else {
      const share = walk.norms[k], power = (value) => written.raised(written.number(value, 3), k);
      const left = share <= MUCH ? fill(words.left, { share: written.percent(share) }) : fill(words.grown, { times: written.number(share, 2) });
      const steps = fill(words.after[plural.select(k)] ?? words.after.other, { n: k });
      parts.push(fill(words.now, { steps, left }));
      const amount = (value) => (value <= MUCH ? written.percent(value) : written.number(value, 2));
      const theory = base() === null ? null : amount(theoryAfter(base(), k));
      const kept = walk.kept && written.percent(walk.kept[k]);
      if (own) parts.push(theory ? fill(words["by-trained-radius"], { radius: written.number(base()), power: power(base()), theory }) : fill(words["by-trained-gate"], { kept }));
      else if (hasGate()) {
        parts.push(fill(words["by-gate"], { power: `σ(${written.number(now.bias)})${written.raised("", k)}`, theory, kept }));
        if (share > DETOUR * walk.kept[k]) parts.push(words["by-detour"]);
      } else {
        parts.push(fill(words["by-radius"], { power: power(now.radius), theory }));
        if (share < 0.9 * theoryAfter(base(), k)) parts.push(words["by-slopes"]);
      }
    }
    if (own) parts.push(fill(words.answered, { target: walk.target + 1, probability: written.percent(walk.probability) }));
    return parts.join(" ");
  }

  /* the walk itself */
  function stepTo(k) {
    stop();
    now.place = Math.min(now.T, Math.max(0, k));
    draw();
  }

  function start() {
    if (now.place >= now.T) now.place = 0;
    now.playing = true;
    before = null;
    requestAnimationFrame(frame);
    draw();
  }

  function stop() {
    if (!now.playing) return;
    now.playing = false;
    now.place = Math.round(now.place);
    draw();
  }

  let behind = 0;
  function frame(time) {
    if (!now.playing || !root.isConnected) return;
    const passed = before === null ? 0 : Math.min(0.25, (time - before) / 1000) * STEPS_A_SECOND[now.speed];
    before = time;
    behind += passed;
    const moved = still.matches ? Math.floor(behind) : behind;
    behind -= moved;
    now.place = Math.min(now.T, now.place + moved);
    if (now.place >= now.T) now.playing = false;
    if (moved) draw();
    if (now.playing) requestAnimationFrame(frame);
  }

  compute();
  if (!still.matches) start();
  root.live = { state: () => ({ ...now, cell: cellName(), norms: walk.norms, kept: walk.kept, base: base(), sentence: sentence.textContent }) };
  return root.live;
}

function between(values, place) {
  const k = Math.min(Math.floor(place), values.length - 1), next = values[Math.min(k + 1, values.length - 1)];
  return values[k] > 0 && next > 0 ? values[k] * (next / values[k]) ** (place - k) : values[k];
}
