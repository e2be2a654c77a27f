"use strict";
/* What the sliders compute: untrained networks of 32 units at the radius or the forget bias that is shown. */
import { CELLS } from "./cells.js";
import { carryBack, createNetwork, forward } from "./engine.js";
import { createRandom } from "./random.js";
import { initialise } from "./starts.js";
import { TASKS } from "./tasks.js";
import { keepingBlock, sigmoid } from "./walking.js";

export const UNITS = 32;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const SQUARINGS = 30;
const TASK = TASKS.recall;

/**
 * The spectral radius of a square matrix [size][size]: the limit of ||W^n||^(1/n) (Gelfand), by squaring it 30 times.
 */
export function spectralRadius(matrix, size) {
  let power = Float64Array.from(matrix), log = 0;
  for (let round = 0; round <= SQUARINGS; round++) {
    const norm = Math.hypot(...power);
    if (norm === 0) return 0;
    log += Math.log(norm) / 2 ** round;
    if (round === SQUARINGS) break;
    power = squared(power.map((value) => value / norm), size);
  }
  return Math.exp(log);
}

function squared(matrix, size) {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = matrix[i * size + k];
      for (let j = 0; j < size; j++) product[i * size + j] += factor * matrix[k * size + j];
    }
  }
  return product;
}

/** Networks of a cell, as PyTorch starts them, one per seed, with a sequence of recall each; made once. */
function untrained(name, start, T) {
  const cell = CELLS[name];
  return SEEDS.map((seed) => {
    const random = createRandom(seed, 9);
    const parameters = initialise(cell, UNITS, TASK.inputs, TASK.outputs, random, start);
    const network = createNetwork({ cell, hidden: UNITS, inputs: TASK.inputs, outputs: TASK.outputs, parameters });
    return { network, inputs: TASK.sample(T, 1, random).inputs };
  });
}

/**
 * Gradients of an answer of untrained networks whose W is rescaled to a radius.
 * @param {string} name a cell with one recurrent matrix
 * @param {number} T steps of the sequences
 * @returns {(radius: number) => number[]} by lag 0..T the median over eight networks of the gradient over that at lag 0
 */
export function gradientsByRadius(name, T) {
  const made = untrained(name, { name: "pytorch" }, T).map(({ network, inputs }) => {
    const { columns, parameters } = network, W = new Float64Array(UNITS * UNITS);
    for (let unit = 0; unit < UNITS; unit++) W.set(parameters.weight.subarray(unit * columns, unit * columns + UNITS), unit * UNITS);
    return { network, inputs, W, own: spectralRadius(W, UNITS) };
  });
  return (radius) => medians(made.map(({ network, inputs, W, own }) => {
    const { columns, parameters } = network;
    W.forEach((value, place) => (parameters.weight[Math.floor(place / UNITS) * columns + (place % UNITS)] = (value * radius) / own));
    const tape = forward(network, inputs, T, 1);
    return normsByLag(carryBack(network, tape, parameters.readout.slice(0, UNITS)), T, UNITS);
  }));
}

function normsByLag(gradients, T, width) {
  const norms = Array.from({ length: T + 1 }, (_, k) => Math.hypot(...gradients.subarray((T - k) * width, (T - k + 1) * width)));
  return norms.map((norm) => norm / norms[0]);
}

/**
 * What the forget gates of untrained LSTMs leave along c, in the unit that keeps most.
 * @param {number} T steps of the sequences
 * @returns {(bias: number) => number[]} by lag 0..T the median over eight networks
 */
export function keptByBias(T) {
  const made = untrained("lstm", { name: "pytorch" }, T);
  return (bias) => medians(made.map(({ network, inputs }) => {
    const { cell, rows, columns, parameters } = network, first = cell.blocks.indexOf(keepingBlock(cell)) * UNITS;
    for (let unit = 0; unit < UNITS; unit++) parameters.weight[(first + unit) * columns + network.bias] = bias;
    const { blocks } = forward(network, inputs, T, 1), products = new Float64Array(UNITS).fill(1), kept = [1];
    for (let t = T - 1; t >= 0; t--) {
      products.forEach((value, unit) => (products[unit] = value * sigmoid(blocks[t * rows + first + unit])));
      kept.push(Math.max(...products));
    }
    return kept;
  }));
}

/** The median over curves, place by place. */
export function medians(curves) {
  return curves[0].map((_, place) => {
    const values = curves.map((curve) => curve[place]).sort((one, other) => one - other), middle = values.length / 2;
    return values.length % 2 ? values[middle - 0.5] : (values[middle - 1] + values[middle]) / 2;
  });
}
