"use strict";
/*
 * Recurrent networks, forward and back through time, with the gradient of every state at every step.
 *
 * A cell is an object that is generated from the equations of a study's cell (CELLS in cells.js):
 *   name, states (["h", "c"]: h first), saved (numbers that its adjoint needs of each step),
 *   blocks [{name, states, seesInput, gate, parameter}] in the order of the weight's rows: `states` says how many states
 *     the block has a recurrent matrix for (0: none, 1: for h), `gate` is "keep", "write", "show" or null, `parameter`
 *     says that the block is a trained number of every unit,
 *   parameters [{name, low, high}], multiplied (how many states stand in the columns of the weight),
 *   step(...) and adjoint(...), unit by unit, over the arrays of a tape.
 *
 * Weights are laid out as in the study's engine (Layout in engine/layout.py), row after row, so that they can be moved:
 *   parameters.weight  [block, unit][state, unit | input | 1]: rows [block 0; block 1; ...], columns [h; x; 1], where h
 *                      stands for all `multiplied` states one after another; the last column is the bias
 *   parameters.readout [output][unit | 1], applied to [h; 1]
 * Entries that a block does not see, or that belong to a parameter but for its bias, are 0 and have no gradient.
 *
 * All arrays are Float64Array. Axes, the last one running fastest: T steps, B sequences, H units, S states of the cell,
 * X inputs, O outputs, R = blocks * H rows.
 *   inputs [T][B][X]; states [T + 1][S][B][H], at 0 before the first step; blocks [T][B][R], the pre-activations
 *
 * For one sequence that is walked through: forward(network, inputs, T, 1), then backward(...).states, or carryBack(...)
 * for any vector of one's own.
 */
import { addProduct } from "./products.js";

/**
 * A network.
 * @param {{cell: object, hidden: number, inputs: number, outputs: number,
 *   parameters: {weight: Float64Array, readout: Float64Array}}} of
 */
export function createNetwork({ cell, hidden, inputs, outputs, parameters }) {
  const network = { cell, hidden, inputs, outputs, parameters, ...sizesOf(cell, hidden, inputs) };
  const expected = { weight: network.rows * network.columns, readout: outputs * (hidden + 1) };
  for (const [name, size] of Object.entries(expected)) {
    if (parameters[name]?.length !== size) {
      throw new RangeError(`${name} must have ${size} numbers, got ${parameters[name]?.length}`);
    }
  }
  return network;
}

/** Rows and columns of the weight, and the column of the bias. */
export function sizesOf(cell, hidden, inputs) {
  const bias = cell.multiplied * hidden + inputs;
  return { rows: cell.blocks.length * hidden, columns: bias + 1, bias };
}

/** Buffers for passes of T steps over B sequences; a tape may be used again for the same sizes. */
export function createTape(network, T, B) {
  const { cell, hidden, rows, outputs } = network;
  const size = B * hidden, S = cell.states.length;
  return {
    T,
    B,
    inputs: null,
    states: new Float64Array((T + 1) * S * size),
    blocks: new Float64Array(T * B * rows),
    saved: new Float64Array(T * cell.saved * size),
    outputs: new Float64Array(B * outputs),
    gradients: new Float64Array((T + 1) * S * size),
    byBlocks: new Float64Array(T * B * rows),
    byParameters: {
      weight: new Float64Array(network.parameters.weight.length),
      readout: new Float64Array(network.parameters.readout.length),
    },
  };
}

/** Calls `use(row, column, state, width)` for each matrix of the weight; state is -1 for that of the inputs. */
function eachMatrix(network, use) {
  const { cell, hidden, inputs } = network;
  cell.blocks.forEach((block, n) => {
    for (let state = 0; state < block.states; state++) use(n * hidden, state * hidden, state, hidden);
    if (block.seesInput) use(n * hidden, cell.multiplied * hidden, -1, inputs);
  });
}

/**
 * Runs a network over sequences.
 * @param {Float64Array} inputs [T][B][X]
 * @param {object} [tape] one of `createTape(network, T, B)`, which is overwritten; by default a new one
 * @param {Float64Array} [start] [S][B][H], the states before the first step; by default 0
 * @returns a tape: {T, B, inputs, states [T + 1][S][B][H], blocks [T][B][R], outputs [B][O] after the last step, ...};
 *   `readOut` gives the outputs after another step
 */
export function forward(network, inputs, T, B, tape = createTape(network, T, B), start = null) {
  const { cell, hidden, rows, columns, bias, parameters } = network;
  const { states, blocks, saved } = tape;
  const weight = parameters.weight, size = B * hidden, S = cell.states.length;
  if (inputs.length !== T * B * network.inputs) {
    throw new RangeError(`inputs must have ${T * B * network.inputs} numbers, got ${inputs.length}`);
  }
  tape.inputs = inputs;
  if (start) states.set(start);
  else states.fill(0, 0, S * size);
  for (let row = 0; row < rows; row++) {
    const value = weight[row * columns + bias];
    for (let place = row; place < blocks.length; place += rows) blocks[place] = value;
  }
  const recurrent = [];
  eachMatrix(network, (row, column, state, width) => {
    if (state >= 0) {
      recurrent.push({ row, column, state });
      return;
    }
    const at = row * columns + column;
    addProduct(T * B, hidden, width, inputs, 0, width, 1, weight, at, columns, 1, blocks, row, rows);
  });
  for (let t = 0; t < T; t++) {
    const before = t * S * size, a = t * B * rows;
    for (const { row, column, state } of recurrent) {
      const h = before + state * size, at = row * columns + column;
      addProduct(B, hidden, hidden, states, h, hidden, 1, weight, at, columns, 1, blocks, a + row, rows);
    }
    cell.step(B, hidden, blocks, a, states, before, before + S * size, saved, t * cell.saved * size);
  }
  readOut(network, tape, T, tape.outputs);
  return tape;
}

/** The outputs [B][O] of the read-out after step t (0: before the first) of a tape. */
export function readOut(network, tape, t, into = new Float64Array(tape.B * network.outputs)) {
  const { cell, hidden, outputs, parameters } = network;
  const stride = hidden + 1, h = t * cell.states.length * tape.B * hidden;
  for (let place = 0; place < into.length; place++) into[place] = parameters.readout[(place % outputs) * stride + hidden];
  addProduct(tape.B, outputs, hidden, tape.states, h, hidden, 1, parameters.readout, 0, stride, 1, into, 0, outputs);
  return into;
}

/**
 * Goes back over a tape, from the gradient of the outputs after the last step.
 * @param {Float64Array} outputGradients dL/d(outputs), [B][O]
 * @returns {{parameters: {weight: Float64Array, readout: Float64Array}, states: Float64Array}} the gradients of the
 *   parameters, and dL/d(state) [T + 1][S][B][H], of the whole state at every step; buffers of the tape, which the next
 *   pass overwrites
 */
export function backward(network, tape, outputGradients) {
  const { cell, hidden, outputs, parameters } = network;
  const { T, B, states, gradients, byParameters } = tape;
  const stride = hidden + 1, last = T * cell.states.length * B * hidden;
  gradients.fill(0);
  byParameters.readout.fill(0);
  const by = byParameters.readout;
  addProduct(outputs, hidden, B, outputGradients, 0, 1, outputs, states, last, 1, hidden, by, 0, stride);
  for (let place = 0; place < outputGradients.length; place++) {
    by[(place % outputs) * stride + hidden] += outputGradients[place];
  }
  addProduct(B, hidden, outputs, outputGradients, 0, outputs, 1, parameters.readout, 0, 1, stride, gradients, last, hidden);
  backThroughSteps(network, tape, gradients, T, 0);
  addWeightGradient(network, tape);
  return { parameters: byParameters, states: gradients };
}

/** Fills the gradients of states [T + 1][S][B][H] from step `from` back to step `to`, adding to what is there. */
function backThroughSteps(network, tape, gradients, from, to) {
  const { cell, hidden, rows, columns, parameters } = network;
  const { B, states, blocks, saved, byBlocks } = tape;
  const weight = parameters.weight, size = B * hidden, S = cell.states.length;
  const recurrent = [];
  eachMatrix(network, (row, column, state) => state >= 0 && recurrent.push({ row, column, state }));
  for (let t = from - 1; t >= to; t--) {
    const before = t * S * size, a = t * B * rows, v = t * cell.saved * size;
    cell.adjoint(B, hidden, blocks, a, states, before, before + S * size, saved, v, gradients, byBlocks, a);
    for (const { row, column, state } of recurrent) {
      const into = before + state * size, at = row * columns + column;
      addProduct(B, hidden, hidden, byBlocks, a + row, rows, 1, weight, at, 1, columns, gradients, into, hidden);
    }
  }
}

function addWeightGradient(network, tape) {
  const { cell, hidden, rows, columns, bias } = network;
  const { T, B, inputs, states, byBlocks } = tape;
  const by = tape.byParameters.weight, size = B * hidden, S = cell.states.length;
  by.fill(0);
  eachMatrix(network, (row, column, state, width) => {
    const at = row * columns + column;
    if (state < 0) {
      addProduct(hidden, width, T * B, byBlocks, row, 1, rows, inputs, 0, 1, width, by, at, columns);
      return;
    }
    for (let t = 0; t < T; t++) {
      const h = (t * S + state) * size;
      addProduct(hidden, width, B, byBlocks, t * B * rows + row, 1, rows, states, h, 1, hidden, by, at, columns);
    }
  });
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let place = row; place < byBlocks.length; place += rows) sum += byBlocks[place];
    by[row * columns + bias] = sum;
  }
}

/**
 * The size of the gradient at every step: sums over sequences of the norm of dL/d(state), as the study records it. Where
 * the loss is the mean over sequences, that is the mean of the norms of the sequences' own gradients.
 * @param {{states: Float64Array}} result what `backward` returned
 * @returns {{hidden: Float64Array, full: Float64Array}} [T + 1] each: of h alone, and of all states together
 */
export function gradientNorms(network, tape, result) {
  const { hidden, cell } = network;
  const { T, B } = tape;
  const S = cell.states.length;
  const norms = { hidden: new Float64Array(T + 1), full: new Float64Array(T + 1) };
  for (let t = 0; t <= T; t++) {
    for (let b = 0; b < B; b++) {
      let all = 0;
      for (let state = 0; state < S; state++) {
        const first = ((t * S + state) * B + b) * hidden;
        for (let place = first; place < first + hidden; place++) all += result.states[place] ** 2;
        if (state === 0) norms.hidden[t] += Math.sqrt(all);
      }
      norms.full[t] += Math.sqrt(all);
    }
  }
  return norms;
}

/**
 * Carries a vector back through the Jacobians of one sequence: row t of the result is
 * vector . d state(from) / d state(t), for t from `from` down to `to`.
 * @param {Float64Array} vector [S][H], dL/d(state) after step `from`
 * @param {{sequence?: number, from?: number, to?: number}} [options] by default sequence 0, from the last step to the start
 * @returns {Float64Array} [T + 1][S][H]; 0 outside the steps from `to` to `from`
 */
export function carryBack(network, tape, vector, { sequence = 0, from = tape.T, to = 0 } = {}) {
  const { hidden, cell } = network;
  const { T, B } = tape;
  const S = cell.states.length, gradients = new Float64Array((T + 1) * S * B * hidden);
  for (let state = 0; state < S; state++) {
    const first = ((from * S + state) * B + sequence) * hidden;
    gradients.set(vector.subarray(state * hidden, (state + 1) * hidden), first);
  }
  backThroughSteps(network, tape, gradients, from, to);
  return ofSequence(network, tape, gradients, sequence);
}

/** What an array [T + 1][S][B][H], such as `tape.states` or `backward(...).states`, holds of one sequence: [T + 1][S][H]. */
export function ofSequence(network, tape, values, sequence) {
  const { hidden, cell } = network;
  const { T, B } = tape;
  const count = (T + 1) * cell.states.length, found = new Float64Array(count * hidden);
  for (let place = 0; place < count; place++) {
    const first = (place * B + sequence) * hidden;
    found.set(values.subarray(first, first + hidden), place * hidden);
  }
  return found;
}
