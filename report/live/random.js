"use strict";

/**
 * A stream of random numbers from a seed: xoshiro128** (Blackman & Vigna 2018), its state filled by splitmix32.
 * Streams with different purposes are independent of each other; none is NumPy's, so runs differ from the study's.
 * @param {number} seed a whole number
 * @param {number} [purpose] another whole number
 */
export function createRandom(seed, purpose = 0) {
  let filling = (seed ^ Math.imul(purpose + 1, 0x9e3779b9)) | 0;
  const word = () => {
    filling = (filling + 0x9e3779b9) | 0;
    let mixed = filling ^ (filling >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = word(), b = word(), c = word(), d = word(), spare = null;
  const next = () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  /** Uniform on [low, high), with 53 random bits. */
  const uniform = (low = 0, high = 1) =>
    low + (high - low) * (((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992);
  /** A whole number from 0 to count - 1. */
  const integer = (count) => Math.floor(uniform() * count);
  /** Standard normal (Box & Muller 1958). */
  const normal = () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())), angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { next, uniform, integer, normal };
}
