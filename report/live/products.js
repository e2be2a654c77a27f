"use strict";

/**
 * Adds a product of two matrices to a third: out[n][m] += sum over k of left[n][k] right[m][k].
 *
 * A matrix is an array, the place of its first number, and the distances between its rows and between its columns, so
 * that the same loop multiplies by a matrix, by its transpose, and forms sums of outer products. Tiles of 4 times 4
 * sums stay in registers.
 *
 * @param {number} N rows of `left` and of `out`
 * @param {number} M rows of `right`, columns of `out`
 * @param {number} K columns of `left` and of `right`
 * @param {Float64Array} left from `l`, steps `lRow` and `lColumn`
 * @param {Float64Array} right from `r`, steps `rRow` and `rColumn`
 * @param {Float64Array} out from `o`, step `oRow` between rows, 1 between columns
 */
export function addProduct(N, M, K, left, l, lRow, lColumn, right, r, rRow, rColumn, out, o, oRow) {
  const wholeN = N - (N % 4), wholeM = M - (M % 4);
  for (let n = 0; n < wholeN; n += 4) {
    for (let m = 0; m < wholeM; m += 4) {
      let i = l + n * lRow, j = r + m * rRow;
      let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
      let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
      for (let k = 0; k < K; k++) {
        const a0 = left[i], a1 = left[i + lRow], a2 = left[i + 2 * lRow], a3 = left[i + 3 * lRow];
        const b0 = right[j], b1 = right[j + rRow], b2 = right[j + 2 * rRow], b3 = right[j + 3 * rRow];
        s00 += a0 * b0; s01 += a0 * b1; s02 += a0 * b2; s03 += a0 * b3;
        s10 += a1 * b0; s11 += a1 * b1; s12 += a1 * b2; s13 += a1 * b3;
        s20 += a2 * b0; s21 += a2 * b1; s22 += a2 * b2; s23 += a2 * b3;
        s30 += a3 * b0; s31 += a3 * b1; s32 += a3 * b2; s33 += a3 * b3;
        i += lColumn;
        j += rColumn;
      }
      let p = o + n * oRow + m;
      out[p] += s00; out[p + 1] += s01; out[p + 2] += s02; out[p + 3] += s03;
      p += oRow;
      out[p] += s10; out[p + 1] += s11; out[p + 2] += s12; out[p + 3] += s13;
      p += oRow;
      out[p] += s20; out[p + 1] += s21; out[p + 2] += s22; out[p + 3] += s23;
      p += oRow;
      out[p] += s30; out[p + 1] += s31; out[p + 2] += s32; out[p + 3] += s33;
    }
  }
  for (let n = 0; n < N; n++) {
    for (let m = n < wholeN ? wholeM : 0; m < M; m++) {
      let i = l + n * lRow, j = r + m * rRow, sum = 0;
      for (let k = 0; k < K; k++) {
        sum += left[i] * right[j];
        i += lColumn;
        j += rColumn;
      }
      out[o + n * oRow + m] += sum;
    }
  }
}
