"use strict";
/* Labelled controls of the live parts, each {element, value, show(visible)}; they tell of a change by calling `changed`. */
import { tag } from "./chart.js";

let controlsMade = 0;
const freshId = () => `live-control-${(controlsMade += 1)}`;

function controlOf(element, read, write) {
  return {
    element,
    get value() {
      return read();
    },
    set value(next) {
      write(next);
    },
    show(visible) {
      element.hidden = !visible;
    },
  };
}

/**
 * A slider with a field for the number beside it; both hold the same value, within bounds.
 * @param {{label: string, low: number, high: number, step: number, value: number, ticks?: number[],
 *   changed(value: number): void}} options `ticks` are marked below the slider, and the slider rests on them when near
 */
export function numberControl({ label, low, high, step, value, ticks = [], changed }) {
  const id = freshId(), list = `${id}-ticks`;
  const bounds = { min: low, max: high, step };
  const slider = tag("input", { type: "range", id, list: ticks.length ? list : null, ...bounds });
  const field = tag("input", { type: "number", "aria-label": label, inputmode: "decimal", ...bounds });
  const marks = ticks.length ? [tag("datalist", { id: list }, ...ticks.map((each) => tag("option", { value: each })))] : [];
  const element = tag("div", { class: "live-number" }, tag("label", { for: id }, label), slider, field, ...marks);
  const set = (next) => {
    slider.value = field.value = Math.min(high, Math.max(low, next));
    return Number(slider.value);
  };
  const near = (next) => ticks.find((each) => Math.abs(each - next) <= 1.01 * step) ?? next;
  slider.addEventListener("input", (event) => changed(set(event.isTrusted && slider.matches(":active") ? near(Number(slider.value)) : Number(slider.value))));
  field.addEventListener("input", () => {
    const typed = field.valueAsNumber;
    if (typed >= low && typed <= high) {
      slider.value = typed;
      changed(typed);
    }
  });
  field.addEventListener("change", () => changed(set(Number.isNaN(field.valueAsNumber) ? Number(slider.value) : field.valueAsNumber)));
  set(value);
  return controlOf(element, () => Number(slider.value), set);
}

/** A list to choose one of: options [[value, words]]. */
export function choiceControl({ label, options, value, changed }) {
  const id = freshId();
  const list = tag("select", { id }, ...options.map(([key, words]) => tag("option", { value: key }, words)));
  list.value = value;
  list.addEventListener("change", () => changed(list.value));
  return controlOf(tag("div", { class: "live-choice" }, tag("label", { for: id }, label), list), () => list.value, (next) => (list.value = next));
}

/** A button with words, or with a sign that is named by them. */
export function pushButton({ label, sign, pressed }) {
  const button = tag("button", { type: "button", "aria-label": sign ? label : null, title: sign ? label : null }, sign ?? label);
  button.addEventListener("click", pressed);
  return button;
}
