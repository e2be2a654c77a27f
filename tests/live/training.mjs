"use strict";
import { readFileSync } from "node:fs";
import { CELLS } from "./cells.js";
import { createTraining, evaluate, update } from "./training.js";

const numbers = (values) => Float64Array.from(values);

/** Updates on the given batches, from the given parameters. */
function follow({ cell, task, T, learningRate, weight, readout, batches }) {
  const parameters = { weight: numbers(weight), readout: numbers(readout) };
  const training = createTraining({ cell: CELLS[cell], task, T, learningRate, seed: 0, parameters, batch: batches[0].target.length });
  const steps = batches.map(({ inputs, target }) => {
    const { loss, norm, hidden, diverged } = update(training, { inputs: numbers(inputs), target: numbers(target) });
    return { loss, norm, hidden: [...hidden], diverged };
  });
  return { steps, weight: [...parameters.weight], readout: [...parameters.readout] };
}

/** A whole training on its own sequences. */
function train({ cell, start, task, T, learningRate, seed, updates }) {
  const training = createTraining({ cell: CELLS[cell], start, task, T, learningRate, seed });
  const losses = [], evaluations = [];
  while (training.updates < updates) {
    const { loss, diverged } = update(training);
    losses.push(loss);
    if (diverged) return { losses, evaluations, outcome: "diverged", updates: training.updates };
    if (training.updates % 100 === 0) {
      evaluations.push(evaluate(training));
      if (evaluations.at(-1).solved) return { losses, evaluations, outcome: "solved", updates: training.updates };
    }
  }
  return { losses, evaluations, outcome: "unsolved", updates };
}

const { followed, trained } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify({ followed: followed.map(follow), trained: trained.map(train) }));
