"use strict";
import { linearTicks, numbersIn, shape, tag } from "./chart.js";

/** Colours from dark to light, evenly spaced: those of matplotlib's viridis (Smith & van der Walt 2015). */
export const VIRIDIS = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];

/** The exponents of ten at both ends of the colours. */
export const DARKEST = -8, LIGHTEST = 0;

const MOST_ROWS = 300;
const ROOM = { left: 60, right: 12, top: 6, bottom: 42 };
const BAR = 10;

const CHANNELS = VIRIDIS.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));

/** Red, green and blue of an exponent of ten; beyond the ends the colours of the ends. */
export function colourOf(exponent) {
  const share = Math.min(Math.max((exponent - DARKEST) / (LIGHTEST - DARKEST), 0), 1) * (VIRIDIS.length - 1);
  const below = Math.min(Math.floor(share), VIRIDIS.length - 2);
  return CHANNELS[below].map((low, n) => Math.round(low + (share - below) * (CHANNELS[below + 1][n] - low)));
}

/**
 * A map of numbers over steps (across) and updates (down), with a bar of its colours; it draws itself anew when its width
 * changes.
 * @param {{label: string, height: number, language: string, x: string, y: string, colours: string}} words of the axes
 * @returns {{element: HTMLElement, show(rows: Float32Array, T: number, span: number)}} `rows` [update][T] are exponents of
 *   ten from update 1 on, of which `span` have room; where there are several to a row of pixels, it shows their mean
 */
export function createHeatMap({ label, height, language, x, y, colours }) {
  const written = numbersIn(language);
  const pixels = tag("canvas", { class: "heat-map-pixels", "aria-hidden": "true" });
  const picture = shape("svg", { role: "img", "aria-label": label });
  const bar = shape("svg", { class: "heat-map-bar", "aria-hidden": "true" });
  const element = tag("div", { class: "heat-map" }, tag("div", { class: "heat-map-field" }, pixels, picture), bar);
  let content = null;

  function draw() {
    if (!content || !element.clientWidth) return;
    const { rows, T, span } = content, width = element.clientWidth;
    const box = { left: ROOM.left, top: ROOM.top, right: width - ROOM.right, bottom: height - ROOM.bottom };
    paint(rows, T, span);
    Object.assign(pixels.style, {
      left: `${box.left}px`,
      top: `${box.top}px`,
      width: `${box.right - box.left}px`,
      height: `${box.bottom - box.top}px`,
    });
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("height", height);
    picture.replaceChildren(...axes(box, T, span));
    drawBar(width);
  }

  function paint(rows, T, span) {
    const height = Math.min(span, MOST_ROWS), updates = rows.length / T;
    pixels.width = T;
    pixels.height = height;
    const filled = Math.ceil((updates * height) / span);
    if (!filled) return;
    const brush = pixels.getContext("2d"), image = brush.createImageData(T, filled);
    for (let row = 0; row < filled; row++) {
      const first = Math.floor((row * span) / height), last = Math.min(Math.ceil(((row + 1) * span) / height), updates);
      for (let t = 0; t < T; t++) {
        let sum = 0;
        for (let update = first; update < last; update++) sum += Math.min(Math.max(rows[update * T + t], DARKEST), LIGHTEST);
        if (!Number.isNaN(sum)) image.data.set([...colourOf(sum / (last - first)), 255], 4 * (row * T + t));
      }
    }
    brush.putImageData(image, 0, 0);
  }

  const text = (words, attributes) => shape("text", { fill: "var(--soft)", "font-size": 12, ...attributes }, words);
  const line = (attributes) => shape("line", { stroke: "var(--soft)", ...attributes });

  function axes(box, T, span) {
    const across = (t) => box.left + ((t - 0.5) / T) * (box.right - box.left);
    const down = (update) => box.top + (update / span) * (box.bottom - box.top);
    const frame = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    const parts = [shape("rect", { ...frame, fill: "none", stroke: "var(--line)" })];
    const steps = linearTicks(1, T, Math.max(2, Math.floor(frame.width / 60))).filter(Number.isInteger);
    for (const t of new Set([1, ...steps.filter((step) => step > T / 12 && step < T - T / 12), T])) {
      parts.push(line({ x1: across(t), x2: across(t), y1: box.bottom, y2: box.bottom + 5 }));
      parts.push(text(written.number(t), { x: across(t), y: box.bottom + 19, "text-anchor": "middle" }));
    }
    for (const update of linearTicks(0, span, 5)) {
      parts.push(line({ x1: box.left - 5, x2: box.left, y1: down(update), y2: down(update) }));
      parts.push(text(written.number(update, 4), { x: box.left - 8, y: down(update) + 4, "text-anchor": "end" }));
    }
    const middle = (box.top + box.bottom) / 2;
    parts.push(text(x, { x: (box.left + box.right) / 2, y: box.bottom + 36, "text-anchor": "middle" }));
    parts.push(text(y, { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }));
    return parts;
  }

  function drawBar(width) {
    const left = ROOM.left, right = width - ROOM.right;
    const stops = VIRIDIS.map((colour, n) => shape("stop", { offset: n / (VIRIDIS.length - 1), "stop-color": colour }));
    const parts = [
      shape("linearGradient", { id: "heat-map-colours" }, ...stops),
      shape("rect", { x: left, y: 0, width: right - left, height: BAR, fill: "url(#heat-map-colours)" }),
    ];
    for (let exponent = DARKEST; exponent <= LIGHTEST; exponent += 2) {
      const place = left + ((exponent - DARKEST) / (LIGHTEST - DARKEST)) * (right - left);
      parts.push(text(exponent ? written.raised(10, exponent) : "1", { x: place, y: BAR + 14, "text-anchor": "middle" }));
    }
    parts.push(text(colours, { x: (left + right) / 2, y: BAR + 31, "text-anchor": "middle" }));
    bar.setAttribute("viewBox", `0 0 ${width} ${BAR + 38}`);
    bar.setAttribute("height", BAR + 38);
    bar.replaceChildren(...parts);
  }

  if (typeof ResizeObserver !== "undefined") new ResizeObserver(draw).observe(element);
  return {
    element,
    show(rows, T, span) {
      content = { rows, T, span };
      draw();
    },
  };
}
