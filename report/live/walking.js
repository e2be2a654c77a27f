"use strict";
/*
 * What "watch the gradient walk back" computes: small networks whose eigenvalues can be chosen, trained ones, and the
 * gradient of one real sequence at every step back. No document is needed here.
 */
import { CELLS } from "./cells.js";
import { backward, carryBack, createNetwork, forward, ofSequence, sizesOf } from "./engine.js";
import { createRandom } from "./random.js";
import { TASKS } from "./tasks.js";

/** The plain cells and those with gates that the lecture is about, in the order of the report. */
export const WALKED_CELLS = ["linear", "tanh", "relu", "gru", "lstm"];
const PAIR = 2;
const GATE_NOISE = 0.5;
const UNIT_DIRECTION = [Math.SQRT1_2, Math.SQRT1_2];

/** The real 2 x 2 matrix with eigenvalues radius e^(i angle) and its conjugate: a turn, and a stretch by the radius. */
export function matrixOf(radius, angle) {
  const across = radius * Math.cos(angle), up = radius * Math.sin(angle);
  return [[across, -up], [up, across]];
}

/** Eigenvalues [[real, imaginary], [real, imaginary]] of a real 2 x 2 matrix. */
export function eigenvaluesOfPair([[a, b], [c, d]]) {
  const half = (a + d) / 2, rest = half * half - (a * d - b * c), root = Math.sqrt(Math.abs(rest));
  return rest < 0 ? [[half, root], [half, -root]] : [[half + root, 0], [half - root, 0]];
}

export const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** The block of a cell whose gate multiplies the old memory; undefined for a cell without one. */
export const keepingBlock = (cell) => cell.blocks.find((block) => block.gate === "keep");

/**
 * Two units. Where a block makes the new content (a, the LSTM's g, what the GRU's candidate takes from h), W stands; the
 * input enters it as it is. Gates see the input only, at half its size, and their biases are 0 but for the one that keeps.
 * @param {{cell: string, radius: number, angle: number, bias?: number}} options radians; the bias of the keeping gate
 */
export function pairNetwork({ cell: name, radius, angle, bias: keep = 0 }) {
  const cell = CELLS[name], { rows, columns, bias } = sizesOf(cell, PAIR, PAIR);
  const weight = new Float64Array(rows * columns), W = matrixOf(radius, angle);
  const isContent = (block) => block.gate === null && block.name !== "r";
  cell.blocks.forEach((block, n) => {
    for (let unit = 0; unit < PAIR; unit++) {
      const first = (n * PAIR + unit) * columns;
      if (isContent(block) && block.states) weight.set(W[unit], first);
      if (block.seesInput) weight[first + cell.multiplied * PAIR + unit] = isContent(block) ? 1 : GATE_NOISE;
      if (block.gate === "keep") weight[first + bias] = keep;
    }
  });
  return createNetwork({ cell, hidden: PAIR, inputs: PAIR, outputs: 1, parameters: { weight, readout: new Float64Array(PAIR + 1) } });
}

/** A network of the study, from its entry in the data of the page. */
export function trainedNetwork({ cell, hidden, task, recurrent, readout }) {
  const parameters = { weight: Float64Array.from(recurrent.flat()), readout: Float64Array.from(readout.flat()) };
  return createNetwork({ cell: CELLS[cell], hidden, inputs: TASKS[task].inputs, outputs: TASKS[task].outputs, parameters });
}

/** Normal noise [T][2] of this size, from a seed. */
export function noise(T, size, seed) {
  const random = createRandom(seed, 7);
  return Float64Array.from({ length: T * PAIR }, () => size * random.normal());
}

/**
 * Walks two units: the loss is a direction of the memory after the last step (h, or c where there is one).
 * @returns what `walkOf` returns
 */
export function walkPair(network, T, inputs) {
  const tape = forward(network, inputs, T, 1), S = network.cell.states.length;
  const vector = new Float64Array(S * PAIR);
  vector.set(UNIT_DIRECTION, (S - 1) * PAIR);
  const width = S * PAIR;
  const axes = [0, 1].map((unit) => Float64Array.from({ length: width }, (_, place) => (place === width - PAIR + unit ? 1 : 0)));
  return walkOf(network, tape, carryBack(network, tape, vector), axes);
}

/**
 * Walks a trained network over a fresh sequence of its task, from the gradient of its own loss.
 * @returns what `walkOf` returns, with the answer: {target, answer, probability}
 */
export function walkTrained(network, task, T, seed) {
  const { inputs, target } = TASKS[task].sample(T, 1, createRandom(seed, 8));
  const tape = forward(network, inputs, T, 1), outputs = Float64Array.from(tape.outputs);
  const answer = outputs.indexOf(Math.max(...outputs));
  TASKS[task].judge(outputs, target);
  const probability = 1 + outputs[target[0]];
  const gradients = ofSequence(network, tape, backward(network, tape, outputs).states, 0);
  return { ...walkOf(network, tape, gradients, leadingPlane(network, gradients)), target: target[0], answer, probability };
}

/**
 * What there is to see of a walk, by steps back k from 0 (at the loss) to T (before the first step).
 * @param {Float64Array} gradients [T + 1][S][H]
 * @param {Float64Array[]} axes two orthonormal vectors of the state, [S][H] each: the plane of the arrow
 * @returns {{T, norms: number[], arrows: [number, number][], shares: number[], kept: number[] | null,
 *   gates: number[][] | null, sizes: number[]}} norms of the gradient over that at the loss; arrows in the plane, likewise
 *   scaled; the share of the gradient's length in the plane; the product of the keeping gates since the loss in the unit
 *   that keeps most, and these gates of the step just walked through (none at k = 0); sizes of the inputs at t = 1 to T
 */
export function walkOf(network, tape, gradients, axes) {
  const { T } = tape, width = network.cell.states.length * network.hidden;
  const at = (k) => gradients.subarray((T - k) * width, (T - k + 1) * width);
  const first = Math.hypot(...at(0));
  const walk = { T, norms: [], arrows: [], shares: [], ...gatesOf(network, tape), sizes: inputSizes(network, tape) };
  for (let k = 0; k <= T; k++) {
    const gradient = at(k), norm = Math.hypot(...gradient);
    const arrow = axes.map((axis) => dot(axis, gradient));
    walk.norms.push(norm / first);
    walk.arrows.push(arrow.map((value) => value / first));
    walk.shares.push(norm > 0 ? Math.hypot(...arrow) / norm : 1);
  }
  return walk;
}

function gatesOf(network, tape) {
  const { cell, hidden, rows } = network, block = cell.blocks.findIndex((each) => each.gate === "keep");
  if (block < 0) return { kept: null, gates: null };
  const products = new Float64Array(hidden).fill(1), kept = [1], gates = [[]];
  for (let t = tape.T - 1; t >= 0; t--) {
    const values = Array.from(tape.blocks.subarray(t * rows + block * hidden, t * rows + (block + 1) * hidden), sigmoid);
    values.forEach((value, unit) => (products[unit] *= value));
    kept.push(Math.max(...products));
    gates.push(values);
  }
  return { kept, gates };
}

function inputSizes(network, tape) {
  return Array.from({ length: tape.T }, (_, t) => Math.hypot(...tape.inputs.subarray(t * network.inputs, (t + 1) * network.inputs)));
}

/** The two leading principal directions of the gradient's direction over the steps, by power iteration. */
export function leadingPlane(network, gradients) {
  const width = network.cell.states.length * network.hidden, rows = [];
  for (let first = 0; first < gradients.length; first += width) {
    const row = gradients.subarray(first, first + width), norm = Math.hypot(...row);
    if (norm > 0) rows.push(row.map((value) => value / norm));
  }
  const axes = [];
  for (let n = 0; n < PAIR; n++) {
    let axis = orthonormal(Float64Array.from({ length: width }, (_, place) => Math.cos(1 + (n + 1) * place)), axes);
    for (let round = 0; round < 200; round++) {
      const next = new Float64Array(width);
      for (const row of rows) {
        const along = dot(row, axis);
        row.forEach((value, place) => (next[place] += along * value));
      }
      axis = orthonormal(next, axes) ?? axis;
    }
    const last = rows.at(-1);
    axes.push(last && dot(axis, last) < 0 ? axis.map((value) => -value) : axis);
  }
  return axes;
}

/** The part of a vector that is at right angles to these, of length 1; null where nothing is left. */
function orthonormal(vector, axes) {
  const rest = Float64Array.from(vector);
  for (const axis of axes) {
    const along = dot(axis, rest);
    axis.forEach((value, place) => (rest[place] -= along * value));
  }
  const norm = Math.hypot(...rest);
  return norm > 1e-12 * Math.hypot(...vector) && norm > 0 ? rest.map((value) => value / norm) : null;
}

function dot(one, other) {
  let sum = 0;
  for (let place = 0; place < one.length; place++) sum += one[place] * other[place];
  return sum;
}
