"use strict";
/*
 * The thread that trains. It is sent {kind: "start", choice: {cell, start, task, T, learningRate, seed}, seconds},
 * {kind: "pause"} and {kind: "resume"}, and says, ten times a second at most:
 *   {updates, seconds, losses: [number], rows: Float32Array [update][T], evaluation: {update, loss, accuracy} | null,
 *    outcome: null | "solved" | "unsolved" | "diverged" | "late"}
 * `losses` and `rows` are those of the updates since the last message; a row is log10 of the norm of dL/dh after steps 1
 * to T, the batch's mean. `seconds` counts the time of training, not of pauses.
 */
import { CELLS } from "./cells.js";
import { SETTINGS, createTraining, evaluate, update } from "./training.js";

const BETWEEN_MESSAGES = 110; // milliseconds

/** Answers the messages of a worker's scope. */
export function serveTraining(scope) {
  let training = null, limit = Infinity, spent = 0, next = null;

  function work() {
    const begun = performance.now(), losses = [], rows = [];
    let outcome = null, evaluation = null;
    do {
      const step = update(training);
      losses.push(step.loss);
      rows.push(step.hidden.subarray(1));
      const isLast = training.updates === SETTINGS.updates;
      if (step.diverged) outcome = "diverged";
      else if (training.updates % SETTINGS.evaluateEvery === 0 || isLast) {
        const { solved, ...found } = evaluate(training);
        evaluation = { update: training.updates, ...found };
        outcome = solved ? "solved" : isLast ? "unsolved" : null;
      }
    } while (!outcome && performance.now() - begun < BETWEEN_MESSAGES);
    spent += (performance.now() - begun) / 1000;
    if (!outcome && spent >= limit) outcome = "late";
    const logarithms = new Float32Array(rows.length * training.T);
    rows.forEach((row, n) => logarithms.set(row.map(Math.log10), n * training.T));
    const message = { updates: training.updates, seconds: spent, losses, rows: logarithms, evaluation, outcome };
    scope.postMessage(message, [logarithms.buffer]);
    if (!outcome) next = setTimeout(work, 0);
  }

  scope.onmessage = ({ data }) => {
    if (data.kind === "start") {
      training = createTraining({ ...data.choice, cell: CELLS[data.choice.cell] });
      limit = data.seconds;
    }
    clearTimeout(next);
    if (data.kind !== "pause") work();
  };
}

if (typeof document === "undefined" && typeof self !== "undefined" && typeof self.postMessage === "function") serveTraining(self);
