"use strict";
/*
 * Lines and points over steps, as SVG, in words as well: numbers in the reader's language, axes with ticks, names at the
 * ends of lines. All is drawn in CSS pixels of the width at hand, so that text keeps its size on a phone.
 */

const SVG_SPACE = "http://www.w3.org/2000/svg";
const MARGIN = { top: 14, right: 12, bottom: 42, left: 52 };
const LETTER = 6.6;
const ROW_OF_TEXT = 15;

/** An element of HTML with attributes and children; text as a string. */
export function tag(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for an element of SVG. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG_SPACE, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/**
 * How numbers are written in a language.
 * @param {string} language "en" or "pl"
 * @returns {{number(value, digits), percent(share, digits), raised(base, exponent)}} `number` has so many significant digits, and
 *   a power of ten where it would be long; `raised` takes the base as text
 */
export function numbersIn(language) {
  const written = (value, options) => new Intl.NumberFormat(language, options).format(value).replace("-", "−");
  const raised = (base, exponent) => `${base}${String(exponent).replace(/./g, (sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(sign)])}`;
  const number = (value, digits = 3) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value < 0 ? "−∞" : "∞";
    const size = Math.abs(value);
    if (size === 0 || (size >= 1e-3 && size < 1e5)) return written(value, { maximumSignificantDigits: digits });
    const exponent = Math.floor(Math.log10(size) + 1e-12);
    return `${written(value / 10 ** exponent, { maximumSignificantDigits: digits })} · ${raised(10, exponent)}`;
  };
  return {
    number,
    raised,
    percent: (share, digits = 2) => `${number(share * 100, digits)}${language === "pl" ? "" : " "}%`,
  };
}

/** Fills the places {name} of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Evenly spaced numbers of one, two or five times a power of ten from `from` to `to`, at most `most` of them. */
export function linearTicks(from, to, most) {
  const rough = (to - from) / most, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((each) => each >= rough * (1 - 1e-9));
  const first = Math.ceil(from / step - 1e-9), last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
}

/** Exponents of ten from `from` to `to`, both whole, at most `most` of them, 0 among them if it lies there. */
export function logTicks(from, to, most) {
  const step = [1, 2, 3, 5, 10, 20, 50].find((each) => (to - from) / each + 1 <= most) ?? 100;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, n) => (first + n) * step);
}

/** Names beside each other's heights, moved apart so that none covers another; [place, name] sorted by place. */
export function spread(places, distance, from, to) {
  const order = places.map((place, index) => ({ place: Math.min(Math.max(place, from), to), index }));
  order.sort((one, other) => one.place - other.place);
  order.forEach((each, n) => n && (each.place = Math.max(each.place, order[n - 1].place + distance)));
  let limit = to;
  for (const each of order.reverse()) limit = (each.place = Math.min(each.place, limit)) - distance;
  const found = new Array(places.length);
  for (const { place, index } of order) found[index] = place;
  return found;
}

/**
 * A chart in an element; it draws itself anew when its width changes.
 * @param {{label: string, height?: number, language: string, x: {label: string}, y: {label: string, log?: boolean,
 *   percent?: boolean}}} options `label` names the picture for those who do not see it
 * @returns {{element: HTMLElement, show(content), say(text)}}
 *   show({x: [from, to], y: [from, to] (exponents of ten on a log axis), lines: [{points [[x, y]], colour, name?, width?,
 *   dash?, faint?}], points: [{points, colour, name?, hollow?}], mark?: {x, y?, colour}, legend?}); values outside the
 *   axes are cut. `say` puts a sentence into a live region, which screen readers speak.
 */
export function createChart({ label, height = 300, language, x, y }) {
  const written = numbersIn(language);
  const picture = shape("svg", { role: "img", "aria-label": label, class: "chart-picture" });
  const keys = tag("ul", { class: "chart-keys" });
  const summary = tag("p", { class: "chart-summary", "aria-live": "polite" });
  const element = tag("div", { class: "chart" }, picture, keys, summary);
  let content = null;

  function draw() {
    if (!content || !element.clientWidth) return;
    const width = element.clientWidth;
    const named = [...content.lines, ...(content.points ?? [])].filter((each) => each.name);
    const beside = width >= 460 && !content.legend;
    const right = beside ? Math.min(width * 0.38, 26 + LETTER * Math.max(0, ...named.map((each) => each.name.length))) : MARGIN.right;
    const box = { left: MARGIN.left, top: MARGIN.top, right: width - Math.max(right, MARGIN.right), bottom: height - MARGIN.bottom };
    const [x0, x1] = content.x, [y0, y1] = content.y;
    const acrossOf = (value) => box.left + ((value - x0) / (x1 - x0)) * (box.right - box.left);
    const heightOf = (value) => box.bottom - (((y.log ? Math.log10(value) : value) - y0) / (y1 - y0)) * (box.bottom - box.top);
    const inside = ([, value]) => Number.isFinite(value) && (!y.log || value > 0);
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("height", height);
    const clip = `${content.id ?? "chart"}-${Math.round(width)}-${height}`;
    picture.replaceChildren(
      shape("clipPath", { id: clip }, shape("rect", { x: box.left - 5, y: box.top - 5, width: box.right - box.left + 10, height: box.bottom - box.top + 10 })),
      ...axes(box, acrossOf, heightOf),
    );
    const drawn = shape("g", { "clip-path": `url(#${clip})` });
    for (const { points, colour, width: stroke = 2, dash, faint } of content.lines) {
      const path = points.filter(inside).map((point, n) => `${n ? "L" : "M"}${acrossOf(point[0]).toFixed(1)} ${heightOf(point[1]).toFixed(1)}`).join("");
      drawn.append(shape("path", { d: path, fill: "none", stroke: colour, "stroke-width": stroke, "stroke-dasharray": dash, "stroke-opacity": faint ? 0.45 : null, "stroke-linejoin": "round" }));
    }
    for (const { points, colour, hollow } of content.points ?? []) {
      for (const point of points.filter(inside)) {
        drawn.append(shape("circle", { cx: acrossOf(point[0]).toFixed(1), cy: heightOf(point[1]).toFixed(1), r: hollow ? 3.4 : 2.9, fill: hollow ? "var(--bg)" : colour, stroke: colour, "stroke-width": 1.6 }));
      }
    }
    const mark = content.mark;
    if (mark) {
      drawn.append(shape("line", { x1: acrossOf(mark.x), x2: acrossOf(mark.x), y1: box.top, y2: box.bottom, stroke: "var(--soft)", "stroke-dasharray": "2 3" }));
      if (inside([0, mark.y])) drawn.append(shape("circle", { cx: acrossOf(mark.x), cy: heightOf(mark.y), r: 6, fill: mark.colour, stroke: "var(--bg)", "stroke-width": 2 }));
    }
    picture.append(drawn);
    if (beside) picture.append(...names(named, box, heightOf, inside));
    keys.replaceChildren(...(beside ? [] : named.map(key)));
  }

  function axes(box, acrossOf, heightOf) {
    const text = (words, attributes) => shape("text", { fill: "var(--soft)", "font-size": 12, ...attributes }, words);
    const line = (attributes) => shape("line", { stroke: "var(--line)", ...attributes });
    const parts = [];
    for (const value of linearTicks(...content.x, Math.max(2, Math.floor((box.right - box.left) / 60)))) {
      parts.push(line({ x1: acrossOf(value), x2: acrossOf(value), y1: box.bottom, y2: box.bottom + 5 }));
      parts.push(text(written.number(value), { x: acrossOf(value), y: box.bottom + 19, "text-anchor": "middle" }));
    }
    const rows = Math.max(2, Math.floor((box.bottom - box.top) / 34));
    const ticks = y.log ? logTicks(...content.y, rows).map((each) => [10 ** each, tickOf(each)]) : linearTicks(...content.y, rows).map((each) => [each, y.percent ? written.percent(each, 3) : written.number(each)]);
    for (const [value, words] of ticks) {
      parts.push(line({ x1: box.left, x2: box.right, y1: heightOf(value), y2: heightOf(value) }));
      parts.push(text(words, { x: box.left - 6, y: heightOf(value) + 4, "text-anchor": "end" }));
    }
    parts.push(text(x.label, { x: (box.left + box.right) / 2, y: box.bottom + 36, "text-anchor": "middle" }));
    const middle = (box.top + box.bottom) / 2;
    parts.push(text(y.label, { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }));
    return parts;
  }

  const tickOf = (exponent) => (exponent >= -2 && exponent <= 2 ? written.number(10 ** exponent) : written.raised(10, exponent));

  function names(named, box, heightOf, inside) {
    const ends = named.map(({ points }) => points.filter((point) => inside(point) && heightOf(point[1]) >= box.top - 1 && heightOf(point[1]) <= box.bottom + 1).at(-1));
    const heights = spread(ends.map((end) => (end ? heightOf(end[1]) : box.top)), ROW_OF_TEXT, box.top, box.bottom);
    return named.flatMap(({ name, colour, dash, width = 2, hollow }, n) => [
      hollow === undefined
        ? shape("line", { x1: box.right + 4, x2: box.right + 16, y1: heights[n], y2: heights[n], stroke: colour, "stroke-width": width, "stroke-dasharray": dash })
        : shape("circle", { cx: box.right + 10, cy: heights[n], r: 3.4, fill: hollow ? "none" : colour, stroke: colour, "stroke-width": 1.6 }),
      shape("text", { x: box.right + 20, y: heights[n] + 4, "font-size": 12, fill: "var(--fg)" }, name),
    ]);
  }

  function key({ name, colour, dash, width = 2, hollow }) {
    const sign = shape("svg", { width: 22, height: 10, "aria-hidden": true });
    const isLine = hollow === undefined;
    sign.append(isLine ? shape("line", { x1: 0, x2: 22, y1: 5, y2: 5, stroke: colour, "stroke-width": width, "stroke-dasharray": dash }) : shape("circle", { cx: 11, cy: 5, r: 3.4, fill: hollow ? "none" : colour, stroke: colour, "stroke-width": 1.6 }));
    return tag("li", {}, sign, ` ${name}`);
  }

  if (typeof ResizeObserver !== "undefined") new ResizeObserver(draw).observe(element);
  return {
    element,
    show(next) {
      content = next;
      draw();
    },
    say(text) {
      if (summary.textContent !== text) summary.textContent = text;
    },
  };
}
