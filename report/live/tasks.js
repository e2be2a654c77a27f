"use strict";
/*
 * Tasks as the study has them (tasks/recall.py, adding.py, parity.py): layout of inputs, answers, criterion.
 *
 * sample(T, B, random) gives {inputs [T][B][X], target [B]}, from a stream of `createRandom`; a class is a whole number.
 */

const SYMBOLS = 8;

/** Delayed recall: one of 8 symbols at the first step, normal noise in channel 8, at the last step 1 in channel 9. */
function sampleRecall(T, B, random) {
  const X = SYMBOLS + 2, inputs = new Float64Array(T * B * X), target = new Float64Array(B);
  for (let b = 0; b < B; b++) {
    target[b] = random.integer(SYMBOLS);
    inputs[b * X + target[b]] = 1;
    for (let t = 1; t < T - 1; t++) inputs[(t * B + b) * X + SYMBOLS] = random.normal();
    inputs[((T - 1) * B + b) * X + SYMBOLS + 1] = 1;
  }
  return { inputs, target };
}

/** Adding: numbers from [0, 1) in channel 0, in channel 1 one mark in each half; the sum of the two marked numbers. */
function sampleAdding(T, B, random) {
  const inputs = new Float64Array(T * B * 2), target = new Float64Array(B), half = Math.floor(T / 2);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) inputs[(t * B + b) * 2] = random.uniform();
    for (const t of [random.integer(half), half + random.integer(T - half)]) {
      inputs[(t * B + b) * 2 + 1] = 1;
      target[b] += inputs[(t * B + b) * 2];
    }
  }
  return { inputs, target };
}

/** Parity: +1 for a one and -1 for a zero in channel 0, at the last step 1 in channel 1; was the number of ones odd? */
function sampleParity(T, B, random) {
  const inputs = new Float64Array(T * B * 2), target = new Float64Array(B);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bit = random.integer(2);
      inputs[(t * B + b) * 2] = 2 * bit - 1;
      target[b] = (target[b] + bit) % 2;
    }
    inputs[((T - 1) * B + b) * 2 + 1] = 1;
  }
  return { inputs, target };
}

const isOftenRight = (loss, accuracy) => accuracy >= 0.95;

/** By name: sizes, the loss that is left to whoever remembers nothing, the rule by which a task counts as solved. */
export const TASKS = {
  recall: {
    inputs: SYMBOLS + 2,
    outputs: SYMBOLS,
    chance: { loss: Math.log(SYMBOLS), accuracy: 1 / SYMBOLS },
    judge: judgeClasses,
    isSolved: isOftenRight,
    sample: sampleRecall,
  },
  adding: {
    inputs: 2,
    outputs: 1,
    chance: { loss: 1 / 6, accuracy: NaN },
    judge: judgeNumbers,
    isSolved: (loss) => loss <= 1 / 60,
    sample: sampleAdding,
  },
  parity: {
    inputs: 2,
    outputs: 2,
    chance: { loss: Math.log(2), accuracy: 1 / 2 },
    judge: judgeClasses,
    isSolved: isOftenRight,
    sample: sampleParity,
  },
};

/**
 * Cross-entropy, in nats: the mean of -ln softmax(outputs)[target] over sequences.
 * @param {Float64Array} values [B][O] outputs, replaced by the gradient of the loss
 * @param {Float64Array} target [B]
 * @returns {{loss: number, accuracy: number}}
 */
export function judgeClasses(values, target) {
  const B = target.length, O = values.length / B;
  let loss = 0, right = 0;
  for (let b = 0; b < B; b++) {
    const first = b * O;
    let best = 0, total = 0;
    for (let o = 1; o < O; o++) if (values[first + o] > values[first + best]) best = o;
    const largest = values[first + best], chosen = values[first + target[b]];
    for (let o = 0; o < O; o++) {
      values[first + o] = Math.exp(values[first + o] - largest);
      total += values[first + o];
    }
    loss += Math.log(total) + (largest - chosen);
    right += best === target[b] ? 1 : 0;
    for (let o = 0; o < O; o++) values[first + o] = (values[first + o] / total - (o === target[b] ? 1 : 0)) / B;
  }
  return { loss: loss / B, accuracy: right / B };
}

/** Mean squared error over sequences of one output each; as `judgeClasses`, but the accuracy is NaN. */
export function judgeNumbers(values, target) {
  const B = target.length;
  let loss = 0;
  for (let b = 0; b < B; b++) {
    const error = values[b] - target[b];
    loss += error ** 2;
    values[b] = (2 * error) / B;
  }
  return { loss: loss / B, accuracy: NaN };
}
