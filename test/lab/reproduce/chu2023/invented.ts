// Results of trainings as they might be, for what experiments say of them.

import { expect } from 'vitest'
import type { Verdict } from '../../../../src/lab/claims/claim.ts'
import type { Experiment } from '../../../../src/lab/reproduce/experiment.ts'
import type { LinearConfiguration, LinearResult } from '../../../../src/lab/reproduce/fixed-points/linear-flow.ts'
import type { NetworkConfiguration, NetworkCurves } from '../../../../src/lab/reproduce/fixed-points/training.ts'
import { verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

/** Curves of three times that stay where they are put; a little scatter by seed. */
export function curvesOf({ hidden, seed }: NetworkConfiguration,
  { cosine, test, loss = [2, 1, 0.5] }: { cosine: number; test: number; loss?: readonly number[] }): NetworkCurves
{
  const three = (x: number): readonly number[] => [x, x, x]
  const layers = (x: number): readonly (readonly number[])[] => hidden.map(() => three(x))
  const scattered = cosine + 0.001 * (seed % 3)
  return {
    steps: [0, 5, 10],
    perEpoch: 5,
    loss,
    accuracy: three(test),
    testAccuracy: three(test + 0.0005 * (seed % 3)),
    signal: layers(scattered),
    gradient: layers(scattered),
    weight: layers(scattered),
    whole: three(scattered),
    stopped: null,
  }
}

/** A linear network at three times. */
export function linearOf({ seed }: LinearConfiguration,
  { cosine, weight = cosine, end = 1e-12, falls = true }: { cosine: number; weight?: number; end?: number;
    falls?: boolean }): LinearResult
{
  const three = (x: number): readonly number[] => [x, x, x]
  const scattered = cosine + 0.001 * (seed % 3)
  return {
    times: [0, 1, 6],
    loss: [1, 0.1, end],
    signal: three(scattered),
    gradient: three(scattered),
    whole: three(0.5),
    weight: three(weight),
    falls: [falls, true, true],
  }
}

/** Verdicts at default scale of results made for each configuration; no claim says NaN. */
export function judged<C>(e: Experiment, make: (configuration: C) => unknown): Readonly<Record<string, Verdict>> {
  const judgment = e.judge(allRuns(e, 'default', 0, (c) => make(c as C)), 'default')
  expect(JSON.stringify(judgment)).not.toMatch(/NaN|undefined/)
  return verdicts(judgment)
}
