"use strict";
/*
 * Training of one network as the study trains it: Adam, the gradient clipped to a norm of 1, 32 units, batches of 32,
 * an evaluation on 256 fresh sequences every 100 updates, at which a network that meets its task's criterion is done.
 */
import { backward, createNetwork, createTape, forward, gradientNorms } from "./engine.js";
import { createRandom } from "./random.js";
import { initialise } from "./starts.js";
import { TASKS } from "./tasks.js";

/** As in the study's config.yaml and training/outcome.py. */
export const SETTINGS = {
  hidden: 32,
  batch: 32,
  updates: 1500,
  evaluateEvery: 100,
  evaluationSequences: 256,
  clipNorm: 1,
  divergenceRatio: 100,
};

const STREAMS = { weights: 1, training: 2, evaluation: 3 };

/** Adam (Kingma & Ba 2015) with the defaults of PyTorch, over arrays of parameters. */
export function createAdam(parameters, rate) {
  const zeros = () => parameters.map((values) => new Float64Array(values.length));
  return { rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, power1: 1, power2: 1, mean: zeros(), square: zeros() };
}

/** One update of the parameters, in place; returns nothing. */
export function descend(adam, parameters, gradients) {
  const { beta1, beta2, epsilon } = adam;
  adam.power1 *= beta1;
  adam.power2 *= beta2;
  const rate = adam.rate / (1 - adam.power1), root = Math.sqrt(1 - adam.power2);
  parameters.forEach((values, n) => {
    const mean = adam.mean[n], square = adam.square[n], gradient = gradients[n];
    for (let place = 0; place < values.length; place++) {
      const by = gradient[place];
      mean[place] += (by - mean[place]) * (1 - beta1);
      square[place] = square[place] * beta2 + by * by * (1 - beta2);
      values[place] -= (mean[place] / (Math.sqrt(square[place]) / root + epsilon)) * rate;
    }
  });
}

function normOf(arrays) {
  let sum = 0;
  for (const values of arrays) for (let place = 0; place < values.length; place++) sum += values[place] * values[place];
  return Math.sqrt(sum);
}

/**
 * A network that is to be trained.
 * @param {{cell: object, start: {name: string}, task: string, T: number, learningRate: number, seed: number,
 *   parameters?: object, hidden?: number, batch?: number}} of `parameters`, if given, stand in place of the start
 */
export function createTraining({ cell, start, task, T, learningRate, seed, parameters, hidden, batch }) {
  const { inputs, outputs } = TASKS[task];
  const units = hidden ?? SETTINGS.hidden, B = batch ?? SETTINGS.batch;
  const from = parameters ?? initialise(cell, units, inputs, outputs, createRandom(seed, STREAMS.weights), start);
  const network = createNetwork({ cell, hidden: units, inputs, outputs, parameters: from });
  const arrays = [from.weight, from.readout];
  return {
    network,
    task: TASKS[task],
    T,
    B,
    arrays,
    adam: createAdam(arrays, learningRate),
    tape: createTape(network, T, B),
    initialNorm: normOf(arrays),
    data: createRandom(seed, STREAMS.training),
    evaluation: createRandom(seed, STREAMS.evaluation),
    updates: 0,
  };
}

/** The next batch of the training's own sequences. */
export function drawBatch(training) {
  return training.task.sample(training.T, training.B, training.data);
}

/**
 * One update on a batch.
 * @returns {{loss: number, norm: number, hidden: Float64Array, diverged: boolean}} the loss before the update, the norm
 *   of the whole gradient before it is clipped, and that of dL/dh at every step [T + 1]; the batch's mean
 */
export function update(training, batch = drawBatch(training)) {
  const { network, task, T, B, arrays, tape, adam } = training;
  forward(network, batch.inputs, T, B, tape);
  const { loss } = task.judge(tape.outputs, batch.target);
  const found = backward(network, tape, tape.outputs);
  const gradients = [found.parameters.weight, found.parameters.readout];
  const norm = normOf(gradients), scale = Math.min(SETTINGS.clipNorm / norm, 1);
  for (const gradient of gradients) for (let place = 0; place < gradient.length; place++) gradient[place] *= scale;
  descend(adam, arrays, gradients);
  training.updates += 1;
  const isBounded = normOf(arrays) <= SETTINGS.divergenceRatio * training.initialNorm;
  return {
    loss,
    norm,
    hidden: gradientNorms(network, tape, found).hidden,
    diverged: !(Number.isFinite(loss) && Number.isFinite(norm) && isBounded),
  };
}

/** Loss and accuracy on fresh sequences, in parts as large as a batch, and whether they meet the task's criterion. */
export function evaluate(training) {
  const { network, task, T, B, tape } = training;
  const parts = Math.ceil(SETTINGS.evaluationSequences / B);
  let loss = 0, accuracy = 0;
  for (let part = 0; part < parts; part++) {
    const batch = task.sample(T, B, training.evaluation);
    forward(network, batch.inputs, T, B, tape);
    const judged = task.judge(tape.outputs, batch.target);
    loss += judged.loss / parts;
    accuracy += judged.accuracy / parts;
  }
  return { loss, accuracy, solved: task.isSolved(loss, accuracy) };
}
