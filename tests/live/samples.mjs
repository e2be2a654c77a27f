"use strict";
import { readFileSync } from "node:fs";
import { CELLS } from "./cells.js";
import { sizesOf } from "./engine.js";
import { createRandom } from "./random.js";
import { initialise, legalStarts } from "./starts.js";
import { TASKS, judgeClasses, judgeNumbers } from "./tasks.js";

const { tasks, starts, judged } = JSON.parse(readFileSync(0, "utf8"));

const sampled = tasks.map(({ task, T, B, seed }) => {
  const { inputs, target } = TASKS[task].sample(T, B, createRandom(seed));
  return { inputs: [...inputs], target: [...target] };
});
const started = starts.map(({ cell, hidden, inputs, outputs, seed, start }) => {
  const { weight, readout } = initialise(CELLS[cell], hidden, inputs, outputs, createRandom(seed), start);
  return { weight: [...weight], readout: [...readout], ...sizesOf(CELLS[cell], hidden, inputs) };
});
const judgements = judged.map(({ kind, outputs, target }) => {
  const values = Float64Array.from(outputs);
  const judge = kind === "classes" ? judgeClasses : judgeNumbers;
  return { ...judge(values, Float64Array.from(target)), gradient: [...values] };
});
let refusal = null;
try {
  initialise(CELLS.tanh, 4, 2, 1, createRandom(0), { name: "chrono", T: 10 });
} catch (error) {
  refusal = String(error);
}
const random = createRandom(7), streams = [createRandom(7, 1), createRandom(8)].map((stream) => stream.next());
console.log(
  JSON.stringify({
    sampled,
    started,
    judgements,
    refusal,
    legal: Object.fromEntries(Object.values(CELLS).map((cell) => [cell.name, legalStarts(cell)])),
    words: Array.from({ length: 4 }, () => random.next()),
    streams,
    uniform: Array.from({ length: 20000 }, () => random.uniform()),
    normal: Array.from({ length: 20000 }, () => random.normal()),
    whole: Array.from({ length: 20000 }, () => random.integer(8)),
  }),
);
