// Whether a ReLU student can learn at all under random feedback: a unit whose feedback and output weight differ in sign
// climbs the loss, so M positive teacher units need M student units with positive feedback.

import { checkSize } from '../../tensor/index.ts'

/**
 * P(K, M) = 2^−K Σ_{k=0}^{K−M} C(K, k): at least M of K feedback weights of random sign are positive.
 * Equation: theory (3.30). P = 0 for K < M, 2^−M for K = M.
 * Order: the increments P(K+1) − P(K) from K = M on, all positive. Cost: K − M steps. Accuracy: some 2⁻⁵³·K relative;
 * 2^−M is 0 beyond M = 1074. Throws: TypeError, RangeError.
 */
export function successProbability(units: number, teacherUnits: number): number {
  checkSize('successProbability', 'units', units, 1)
  checkSize('successProbability', 'teacherUnits', teacherUnits, 1)
  if (units < teacherUnits) return 0
  let probability = 1
  for (let m = 0; m < teacherUnits; m++) probability /= 2
  let increment = probability * teacherUnits / 2
  for (let k = teacherUnits; k < units; k++) {
    probability += increment
    // C(k+1, M−1)/C(k, M−1) = (k + 1)/(k + 2 − M), and another factor ½.
    increment *= (k + 1) / (2 * (k + 2 - teacherUnits))
  }
  return probability
}

/**
 * P(K+1, M) − P(K, M) = C(K, K−M+1)/2^(K+1): the first K units hold M − 1 positive signs and the next one is positive.
 * Equation: theory (3.31). 0 for K < M − 1. Throws: TypeError, RangeError.
 */
export function successIncrement(units: number, teacherUnits: number): number {
  checkSize('successIncrement', 'units', units)
  checkSize('successIncrement', 'teacherUnits', teacherUnits, 1)
  if (units < teacherUnits - 1) return 0
  let value = 0.5
  // C(K, M−1)/2^K as a product of factors around 1, so that neither overflows: one factor ½ for each of the K units.
  let halves = units
  for (let j = 1; j < teacherUnits; j++) {
    value *= (units - teacherUnits + 1 + j) / j
    for (; value > 1 && halves > 0; halves--) value /= 2
  }
  for (; halves > 0; halves--) value /= 2
  return value
}
