"use strict";
import { sizesOf } from "./engine.js";

/** Starts by name: what each needs of a cell. Those of a study's remedies of the same names. */
const START_NEEDS = {
  pytorch: () => true,
  orthogonal: (cell) => cell.blocks.some((block) => block.states > 0),
  identity: (cell) => cell.blocks.some((block) => block.states > 0),
  chrono: (cell) => cell.blocks.some((block) => block.gate === "keep"),
  "forget-bias": (cell) => cell.blocks.some((block) => block.gate === "keep"),
};

/** The names of the starts that a cell can have. */
export function legalStarts(cell) {
  return Object.keys(START_NEEDS).filter((name) => START_NEEDS[name](cell));
}

/**
 * Initial parameters, as the study draws them: all entries uniform in [-1/sqrt(H), 1/sqrt(H)], the bias of a block that
 * sees h and x as a sum of two such numbers, a cell's own parameters between their bounds; then the start's changes.
 * @param {object} random of `createRandom`
 * @param {{name: string, T?: number, b?: number}} start "pytorch"; "orthogonal" or "identity", of every recurrent
 *   matrix; "chrono", with the length T of sequences; "forget-bias", with the bias b of the gate that keeps
 * @returns {{weight: Float64Array, readout: Float64Array}} in the layout of engine.js
 */
export function initialise(cell, hidden, inputs, outputs, random, start) {
  if (!START_NEEDS[start.name]?.(cell)) {
    throw new RangeError(`start of ${cell.name} must be one of ${legalStarts(cell).join(", ")}, got ${start.name}`);
  }
  const { rows, columns, bias } = sizesOf(cell, hidden, inputs);
  const bound = 1 / Math.sqrt(hidden);
  const draw = () => random.uniform(-bound, bound);
  const weight = new Float64Array(rows * columns);
  cell.blocks.forEach((block, n) => {
    const own = cell.parameters.find((parameter) => block.parameter && parameter.name === block.name);
    for (let row = n * hidden; row < (n + 1) * hidden; row++) {
      const first = row * columns;
      for (let column = 0; column < block.states * hidden; column++) weight[first + column] = draw();
      for (let column = cell.multiplied * hidden; block.seesInput && column < bias; column++) weight[first + column] = draw();
      weight[first + bias] = own ? random.uniform(own.low, own.high) : draw();
      if (block.states > 0 && block.seesInput) weight[first + bias] += draw();
    }
  });
  const readout = Float64Array.from({ length: outputs * (hidden + 1) }, draw);
  changeStart(cell, hidden, weight, columns, bias, random, start);
  return { weight, readout };
}

function changeStart(cell, hidden, weight, columns, bias, random, start) {
  const setBias = (gate, values) => {
    const n = cell.blocks.findIndex((block) => block.gate === gate);
    if (n >= 0) values.forEach((value, unit) => (weight[(n * hidden + unit) * columns + bias] = value));
  };
  if (start.name === "chrono") {
    const times = Array.from({ length: hidden }, () => Math.log(random.uniform(1, Math.max(start.T - 1, 1))));
    setBias("keep", times);
    setBias("write", times.map((time) => -time));
  }
  if (start.name === "forget-bias") setBias("keep", new Array(hidden).fill(start.b));
  if (start.name !== "orthogonal" && start.name !== "identity") return;
  const matrix = start.name === "orthogonal" ? () => orthogonal(hidden, random) : () => identityMatrix(hidden);
  cell.blocks.forEach((block, n) => {
    for (let state = 0; state < block.states; state++) {
      const values = matrix();
      for (let unit = 0; unit < hidden; unit++) {
        const row = values.subarray(unit * hidden, (unit + 1) * hidden);
        weight.set(row, (n * hidden + unit) * columns + state * hidden);
      }
    }
  });
  if (start.name === "identity" && cell.blocks.length === 1) fillColumn(weight, columns, bias, 0);
}

function fillColumn(weight, columns, column, value) {
  for (let place = column; place < weight.length; place += columns) weight[place] = value;
}

function identityMatrix(size) {
  const matrix = new Float64Array(size * size);
  for (let unit = 0; unit < size; unit++) matrix[unit * size + unit] = 1;
  return matrix;
}

/** A random orthogonal matrix of the Haar measure: normal rows, made orthonormal one after another (Gram and Schmidt). */
export function orthogonal(size, random) {
  const matrix = Float64Array.from({ length: size * size }, () => random.normal());
  for (let row = 0; row < size; row++) {
    const own = matrix.subarray(row * size, (row + 1) * size);
    for (let round = 0; round < 2; round++) {
      for (let other = 0; other < row; other++) {
        const before = matrix.subarray(other * size, (other + 1) * size);
        const along = before.reduce((sum, value, place) => sum + value * own[place], 0);
        for (let place = 0; place < size; place++) own[place] -= along * before[place];
      }
    }
    const norm = Math.hypot(...own);
    for (let place = 0; place < size; place++) own[place] /= norm;
  }
  return matrix;
}
