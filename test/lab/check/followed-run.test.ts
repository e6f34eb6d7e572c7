import { describe, expect, it } from 'vitest'
import { gaussianInputs, linearTeacher } from '../../../src/data/index.ts'
import { earlyCondition, finalCondition, probeErrors } from '../../../src/theory/index.ts'
import { runDynamics, type Schedule, type Setup } from '../../../src/lab/check/followed-run.ts'
import { drawFeedback, toMatrix, toTensor } from '../../../src/lab/check/matrices.ts'
import { matrixFromRows } from '../../../src/tensor/index.ts'

interface Parameters {
  readonly depth: number
  readonly inputs: number
  readonly width: number
  readonly outputs: number
  readonly condition: number
  readonly rate: number
}

function setup({ depth, inputs, width, outputs, condition, rate }: Parameters,
  kind: 'orthogonal' | 'gaussian' = 'orthogonal'): Setup
{
  return {
    depth,
    rate,
    rank: Math.min(inputs, outputs),
    feedback: drawFeedback(kind, depth, width, outputs, 11).map(toMatrix),
    task: { teacher: linearTeacher(outputs, inputs, condition, 11).matrix },
    probes: probeErrors(500, outputs, 11),
    samples: gaussianInputs(50, inputs, 11),
  }
}

const TO_END: Schedule = { marks: [0.999, 1e-10], maximumSteps: 200_000, perDecade: 0 }

describe('runDynamics', () => {
  // None of these is a default of the command (depth 4, 20 inputs, width 100, 5 outputs, κ_T 1, 2, 5, 10, 30).
  it.each<Parameters>([{ depth: 3, inputs: 9, width: 31, outputs: 4, condition: 3, rate: 0.002 }, {
    depth: 5,
    inputs: 7,
    width: 23,
    outputs: 3,
    condition: 7,
    rate: 0.002,
  }, { depth: 3, inputs: 13, width: 64, outputs: 7, condition: 4, rate: 0.002 }, {
    depth: 2,
    inputs: 6,
    width: 17,
    outputs: 6,
    condition: 2.5,
    rate: 0.002,
  }, { depth: 6, inputs: 5, width: 19, outputs: 2, condition: 6, rate: 0.002 }])(
    'obeys both laws of conditioning for %j',
    (parameters) => {
      const { depth, condition } = parameters
      const { marks, final, converged } = runDynamics(setup(parameters), TO_END)
      expect(converged).toBe(true)
      const early = marks.get(0.999)?.conditionNumbers ?? []
      for (let layer = 2; layer <= depth; layer++) {
        const predicted = earlyCondition(condition, layer)
        if (predicted < 1e12) {expect(Math.abs(early[layer - 2] / predicted - 1), `early, layer ${layer}`).toBeLessThan(
            0.02,
          )}
        expect(Math.abs(final.conditionNumbers[layer - 2] / finalCondition(condition, layer, depth) - 1),
          `final, layer ${layer}`).toBeLessThan(0.01)
      }
    },
  )

  it('reproduces numbers of an independent computation: κ_T = 5, orthogonal feedback', () => {
    const { marks, final } = runDynamics({
      ...setup({ depth: 4, inputs: 20, width: 100, outputs: 5, condition: 5, rate: 0.01 }),
      probes: probeErrors(20_000, 5, 1),
    }, { marks: [0.999, 1e-4], maximumSteps: 100_000, perDecade: 0 })
    const early = [0.711, 0.548, 0.465]
    marks.get(0.999)?.weightAlignment.forEach((wa, i) => expect(Math.abs(wa - early[i])).toBeLessThan(2e-3))
    const late = [0.997, 0.988, 0.957]
    final.weightAlignment.forEach((wa, i) => expect(Math.abs(wa - late[i])).toBeLessThan(2e-3))
    expect(Math.abs(final.probeGradientAlignment - 0.912)).toBeLessThan(0.01)
  })

  it('records every mark once, a rising curve of steps and the end', () => {
    const run = runDynamics(setup({ depth: 3, inputs: 6, width: 20, outputs: 3, condition: 2, rate: 0.01 }), {
      marks: [0.9, 0.5, 1e-3],
      maximumSteps: 100_000,
      perDecade: 8,
    })
    expect([...run.marks.keys()]).toEqual([0.9, 0.5, 1e-3])
    for (const [mark, { loss }] of run.marks) expect(loss).toBeLessThanOrEqual(mark)
    for (let i = 1; i < run.curve.length - 1; i++) expect(run.curve[i].step).toBeGreaterThan(run.curve[i - 1].step)
    expect(run.final.step).toBe(run.steps)
  })

  it('says when it did not converge, and at which step it diverged', () => {
    const parameters = { depth: 3, inputs: 6, width: 20, outputs: 3, condition: 2, rate: 0.01 }
    expect(runDynamics(setup(parameters), { ...TO_END, maximumSteps: 10 })).toMatchObject({
      converged: false,
      steps: 10,
    })
    const lost = runDynamics(setup({ ...parameters, rate: 9 }), TO_END)
    expect(lost).toMatchObject({ converged: false, divergedAt: lost.steps })
    expect(lost.steps).toBeLessThan(30)
    expect(lost.final.weightAlignment).toEqual([NaN, NaN])
  })
})

describe('toMatrix and toTensor', () => {
  it('copy values without loss of float32 bits', () => {
    const a = matrixFromRows([[1, 0.1], [-3, 1e-40]])
    const back = toMatrix(toTensor(a))
    expect([...back.data]).toEqual([1, Math.fround(0.1), -3, Math.fround(1e-40)])
  })
})
