"use strict";
import { readFileSync } from "node:fs";
import { CELLS } from "./cells.js";
import { backward, carryBack, createNetwork, createTape, forward, gradientNorms, ofSequence, readOut } from "./engine.js";

const numbers = (values) => Float64Array.from(values);

function pass({ name, sizes, weight, readout, inputs, start, outputGradients, vector, sequence, from, to }) {
  const { steps, hidden, inputs: features, outputs, batch } = sizes;
  const parameters = { weight: numbers(weight), readout: numbers(readout) };
  const network = createNetwork({ cell: CELLS[name], hidden, inputs: features, outputs, parameters });
  const tape = createTape(network, steps, batch);
  for (const array of [tape.states, tape.outputs, tape.gradients]) array.fill(NaN); // as if used before
  forward(network, numbers(inputs), steps, batch, tape, start && numbers(start));
  const found = backward(network, tape, numbers(outputGradients));
  const norms = gradientNorms(network, tape, found);
  const result = {
    states: [...tape.states],
    outputs: [...tape.outputs],
    firstOutputs: [...readOut(network, tape, 1)],
    weight: [...found.parameters.weight],
    readout: [...found.parameters.readout],
    gradients: [...found.states],
    hidden: [...norms.hidden],
    full: [...norms.full],
    ofSequence: [...ofSequence(network, tape, tape.states, sequence)],
  };
  result.carried = [...carryBack(network, tape, numbers(vector), { sequence, from, to })];
  return result;
}

const given = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(given.map(pass)));
