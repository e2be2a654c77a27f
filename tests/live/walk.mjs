"use strict";
import { readFileSync } from "node:fs";
import { linearTicks, logTicks, numbersIn, spread } from "./chart.js";
import { gradientsByRadius, keptByBias, spectralRadius, UNITS } from "./radii.js";
import { createRandom } from "./random.js";
import { measuredAt, stepsUntil } from "./sliders.js";
import { initialise } from "./starts.js";
import { TASKS } from "./tasks.js";
import { CELLS } from "./cells.js";
import { heldInBounds, movedByKey } from "./walk-pictures.js";
import { powersFor, theoryAfter } from "./walk.js";
import { eigenvaluesOfPair, leadingPlane, matrixOf, noise, pairNetwork, trainedNetwork, walkPair, walkTrained } from "./walking.js";

const asked = {
  matrix: ({ radius, angle }) => ({ W: matrixOf(radius, angle), eigenvalues: eigenvaluesOfPair(matrixOf(radius, angle)) }),
  eigenvalues: ({ W }) => eigenvaluesOfPair(W),
  pair: ({ cell, radius, angle, bias, T, size, seed }) => {
    const inputs = noise(T, size, seed), walk = walkPair(pairNetwork({ cell, radius, angle, bias }), T, inputs);
    return { ...walk, inputs: [...inputs] };
  },
  trained: ({ entry, T, seed }) => {
    const { inputs, target } = TASKS[entry.task].sample(T, 1, createRandom(seed, 8));
    return { ...walkTrained(trainedNetwork(entry), entry.task, T, seed), inputs: [...inputs], wanted: target[0] };
  },
  plane: ({ gradients, hidden }) => leadingPlane({ cell: { states: ["h"] }, hidden }, Float64Array.from(gradients)).map((axis) => [...axis]),
  radius: ({ matrix, size }) => spectralRadius(Float64Array.from(matrix), size),
  byRadius: ({ cell, T, radii }) => {
    const gradients = gradientsByRadius(cell, T);
    return radii.map(gradients);
  },
  byBias: ({ T, biases }) => {
    const kept = keptByBias(T), cell = CELLS.lstm, { sample, inputs, outputs } = TASKS.recall;
    const networks = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const random = createRandom(seed, 9), { weight } = initialise(cell, UNITS, inputs, outputs, random, { name: "pytorch" });
      return { weight: [...weight], inputs: [...sample(T, 1, random).inputs] };
    });
    return { kept: biases.map(kept), networks };
  },
  moves: ({ key, far, from }) => movedByKey(key, far, from),
  bounds: ({ radius, degrees }) => heldInBounds(radius, degrees),
  powers: ({ norms, theory }) => powersFor(norms, theory),
  theory: ({ base, k }) => theoryAfter(base, k),
  numbers: ({ language, values }) => values.map((value) => numbersIn(language).number(value)),
  raised: ({ language, base, exponent }) => numbersIn(language).raised(base, exponent),
  percent: ({ language, values }) => values.map((value) => numbersIn(language).percent(value)),
  ticks: ({ from, to, most, log }) => (log ? logTicks : linearTicks)(from, to, most),
  spread: ({ places, distance, from, to }) => spread(places, distance, from, to),
  measured: ({ entries, value }) => measuredAt(entries, "radius", value).length,
  until: ({ share, factor }) => stepsUntil(share, factor),
};

const given = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(given.map(({ ask, ...rest }) => asked[ask](rest))));
