"use strict";
/* Pictures of the walk: eigenvalues on the plane, the arrow of the gradient, the row of steps. */
import { shape, tag } from "./chart.js";

const SIZE = 260, HALF = SIZE / 2, RIM = 14;
const LARGEST_RADIUS = 1.5;
const TURN = Math.PI / 180;

/** Radius and angle in degrees as the pair can have them. */
export function heldInBounds(radius, degrees) {
  const hundredth = Math.round(100 * radius) / 100;
  return { radius: Math.min(LARGEST_RADIUS, Math.max(0, hundredth)), degrees: Math.min(180, Math.max(0, Math.round(degrees))) };
}

/** Where an arrow key takes an eigenvalue; null for another key. Up and down: radius; left and right: angle. */
export function movedByKey(key, isFar, { radius, degrees }) {
  const far = isFar ? 5 : 1;
  const moves = { ArrowUp: [0.02, 0], ArrowDown: [-0.02, 0], ArrowLeft: [0, 3], ArrowRight: [0, -3] }[key];
  return moves ? heldInBounds(radius + far * moves[0], degrees + far * moves[1]) : null;
}

/**
 * The unit circle with eigenvalues. Those of a pair can be dragged, and moved by arrow keys.
 * @param {{label: string, handle: string, moved({radius, degrees}): void}} options
 * @returns {{element, show({eigenvalues [[re, im]], pair: {radius, degrees, said} | null, gates: number[], colour})}}
 */
export function createPlane({ label, handle, moved }) {
  const picture = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "walk-plane", role: "group", "aria-label": label });
  const still = shape("g", { "aria-hidden": true }), dots = shape("g", { "aria-hidden": true, class: "walk-dots" });
  const handles = [1, -1].map((sign) => {
    const dot = shape("circle", { r: 8, "stroke-width": 2.5, stroke: "var(--bg)" });
    const attributes = sign > 0 ? { tabindex: 0, role: "slider", "aria-label": handle, "aria-valuemin": 0, "aria-valuemax": LARGEST_RADIUS } : { "aria-hidden": true };
    return shape("g", { class: "walk-handle", ...attributes }, shape("circle", { r: 18, fill: "transparent" }), dot);
  });
  picture.append(still, dots, ...handles);
  let scale = 1, held = { radius: 1, degrees: 0 };
  const x = (value) => HALF + value * scale, y = (value) => HALF - value * scale;

  handles.forEach((each, n) => {
    const sign = n ? -1 : 1;
    const follow = (event) => {
      const box = picture.getBoundingClientRect();
      const across = ((event.clientX - box.left) / box.width) * SIZE - HALF;
      const up = HALF - ((event.clientY - box.top) / box.height) * SIZE;
      moved(heldInBounds(Math.hypot(across, up) / scale, Math.atan2(Math.max(0, sign * up), across) / TURN));
    };
    each.addEventListener("pointerdown", (event) => {
      each.setPointerCapture(event.pointerId);
      each.classList.add("held");
      handles[0].focus({ preventScroll: true });
      event.preventDefault();
    });
    each.addEventListener("pointermove", (event) => each.classList.contains("held") && follow(event));
    for (const end of ["pointerup", "pointercancel"]) each.addEventListener(end, () => each.classList.remove("held"));
  });
  handles[0].addEventListener("keydown", (event) => {
    const next = movedByKey(event.key, event.shiftKey, held);
    if (!next) return;
    event.preventDefault();
    moved(next);
  });

  function show({ eigenvalues, pair, gates, colour }) {
    const largest = Math.max(pair ? LARGEST_RADIUS : 1.1, ...eigenvalues.map((each) => Math.hypot(...each)));
    scale = (HALF - RIM) / largest;
    still.replaceChildren(
      shape("line", { x1: 2, x2: SIZE - 2, y1: HALF, y2: HALF, stroke: "var(--line)" }),
      shape("line", { x1: HALF, x2: HALF, y1: 2, y2: SIZE - 2, stroke: "var(--line)" }),
      shape("circle", { cx: HALF, cy: HALF, r: scale, fill: "none", stroke: "var(--soft)", "stroke-dasharray": "4 3" }),
      shape("text", { x: x(1) + 3, y: HALF + 14, "font-size": 11, fill: "var(--soft)" }, "1"),
    );
    dots.replaceChildren(
      ...gates.map((gate) => shape("rect", { x: x(gate) - 1.5, y: HALF - 7, width: 3, height: 14, fill: colour, "fill-opacity": 0.75 })),
      ...(pair ? [] : eigenvalues.map(([re, im]) => shape("circle", { cx: x(re), cy: y(im), r: 4, fill: colour, "fill-opacity": 0.8, stroke: "var(--bg)" }))),
    );
    handles.forEach((each) => (each.style.display = pair ? "" : "none"));
    if (!pair) return;
    held = pair;
    handles.forEach((each, n) => {
      each.setAttribute("transform", `translate(${x(eigenvalues[n][0])} ${y(eigenvalues[n][1])})`);
      each.lastChild.setAttribute("fill", colour);
    });
    handles[0].setAttribute("aria-valuenow", pair.radius);
    handles[0].setAttribute("aria-valuetext", pair.said);
  }
  return { element: picture, show };
}

/** The arrow at a place between steps: straight from tip to tip. */
export function arrowAt(arrows, place) {
  const k = Math.min(Math.floor(place), arrows.length - 1), rest = place - k;
  const next = arrows[Math.min(k + 1, arrows.length - 1)];
  return arrows[k].map((value, n) => value + rest * (next[n] - value));
}

/**
 * The gradient as an arrow, with the tips that it had; the view grows with it, and the dashed circle is its length at
 * the loss.
 * @returns {{element, show(walk, place, colour)}}
 */
export function createArrow({ label }) {
  const picture = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "walk-arrow", role: "img", "aria-label": label });
  function show(walk, place, colour) {
    const k = Math.floor(place), tip = arrowAt(walk.arrows, place);
    const past = [...walk.arrows.slice(0, k + 1), tip];
    const scale = (HALF - RIM) / Math.max(1, ...past.map((each) => Math.hypot(...each)).filter(Number.isFinite));
    const at = ([across, up]) => [HALF + across * scale, HALF - up * scale];
    const trail = past.map(at), [endX, endY] = at(tip);
    picture.replaceChildren(
      shape("line", { x1: 2, x2: SIZE - 2, y1: HALF, y2: HALF, stroke: "var(--line)" }),
      shape("line", { x1: HALF, x2: HALF, y1: 2, y2: SIZE - 2, stroke: "var(--line)" }),
      shape("circle", { cx: HALF, cy: HALF, r: scale, fill: "none", stroke: "var(--soft)", "stroke-dasharray": "4 3" }),
      shape("polyline", { points: trail.map((each) => each.map((value) => value.toFixed(1)).join(",")).join(" "), fill: "none", stroke: colour, "stroke-opacity": 0.45, "stroke-width": 1.5 }),
      ...trail.slice(0, -1).map(([cx, cy], n) => shape("circle", { cx, cy, r: 2.5, fill: colour, "fill-opacity": 0.25 + 0.5 * ((n + 1) / trail.length) })),
      ...head(endX, endY, colour),
    );
  }
  return { element: picture, show };
}

function head(x, y, colour) {
  const length = Math.hypot(x - HALF, y - HALF);
  if (length < 3) return [shape("circle", { cx: x, cy: y, r: 3.5, fill: colour })];
  const [across, down] = [(x - HALF) / length, (y - HALF) / length], wide = Math.min(7, length / 2);
  const corner = (side) => `${(x - across * 2 * wide + side * down * wide).toFixed(1)},${(y - down * 2 * wide - side * across * wide).toFixed(1)}`;
  return [
    shape("line", { x1: HALF, y1: HALF, x2: x - across * wide, y2: y - down * wide, stroke: colour, "stroke-width": 3.5 }),
    shape("polygon", { points: `${x.toFixed(1)},${y.toFixed(1)} ${corner(1)} ${corner(-1)}`, fill: colour }),
  ];
}

/** The sequence, from its first step to the loss: the darker a step, the larger its input; the step reached is marked. */
export function createRow() {
  const element = tag("div", { class: "walk-row", "aria-hidden": true });
  function show(walk, place, colour) {
    const largest = Math.max(...walk.sizes, 1e-9), reached = walk.T - Math.floor(place);
    if (element.childElementCount !== walk.T) element.replaceChildren(...walk.sizes.map(() => tag("span")));
    walk.sizes.forEach((size, n) => {
      const cell = element.children[n];
      cell.style.setProperty("--shade", `${Math.round((85 * size) / largest)}%`);
      cell.style.setProperty("--mark", colour);
      cell.classList.toggle("passed", n + 1 > reached);
      cell.classList.toggle("here", n + 1 === reached);
    });
  }
  return { element, show };
}
