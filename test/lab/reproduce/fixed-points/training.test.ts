import { describe, expect, it } from 'vitest'
import { exponent, walkAlong } from '../../../../src/lab/reproduce/fixed-points/steps.ts'
import { type ControlConfiguration, planControls,
  tunedControl } from '../../../../src/lab/reproduce/fixed-points/control.ts'
import { lostBefore, meanSignal, signalOf, testPercent } from '../../../../src/lab/reproduce/fixed-points/summary.ts'
import { trainSwitching } from '../../../../src/lab/reproduce/fixed-points/switching.ts'
import { alignmentsOf, type NetworkConfiguration, type NetworkCurves, planNetwork,
  trainNetwork } from '../../../../src/lab/reproduce/fixed-points/training.ts'
import { feedbackAlignment, trainer } from '../../../../src/dfa/index.ts'
import { parametersOf, sgd, squaredError } from '../../../../src/nn/index.ts'
import { sum } from '../../../../src/tensor/index.ts'
import { denseOf, network, normals, plainCosine } from '../../../dfa/networks.ts'
import { TOOLS } from '../rounds.ts'

const trained = { stopped: null } as unknown as NetworkCurves
const base: NetworkConfiguration = {
  dataset: 'teacher',
  trainingSamples: 60,
  epochs: 2,
  batch: 20,
  hidden: [8, 7],
  activation: 'tanh',
  initialScale: 1,
  loss: 'cross-entropy',
  rule: 'FA',
  rate: 0.1,
  records: 0,
  seed: 4,
}

describe('planNetwork', () => {
  it('draws feedback of FA by its rows, of DFA by its columns', () => {
    const variance = (data: Float32Array): number => sum(data.map((x) => x * x)) / data.length
    const wide = { ...base, hidden: [300, 200] }
    const fa = planNetwork(wide, TOOLS).network
    const [, second, third] = denseOf(fa).map(({ transport }) => transport?.data ?? new Float32Array(0))
    expect(300 * variance(second)).toBeCloseTo(1, 1)
    expect(200 * variance(third)).toBeCloseTo(1, 0)
    for (const rank of [undefined, 3]) {
      const { rule } = planNetwork({ ...wide, rule: 'DFA', ...(rank === undefined ? {} : { rank }) }, TOOLS)
      const { feedback } = rule as unknown as { feedback: readonly { data: Float32Array }[] }
      expect(feedback).toHaveLength(2)
      expect(Math.abs(10 * variance(feedback[0].data) - 1)).toBeLessThan(rank === undefined ? 0.15 : 0.9)
    }
  })
})

describe('alignmentsOf', () => {
  it('is local under FA: both sides carry the same error down', () => {
    const net = network({ sizes: [5, 7, 6, 3] })
    const rule = feedbackAlignment({ seed: 2 })
    const run = trainer({ network: net, rule, loss: squaredError('mean'), optimizer: sgd(0.1) })
    const { output } = run.evaluate(normals(1, 5, 1, 'x'), normals(1, 3, 1, 't'))
    const { signal, weight } = alignmentsOf(net, rule, output)
    // By hand, for one sample: δ_3 = e; δ_2 = (R_3ᵀ e) ∘ g′.
    const [, second, third] = denseOf(net)
    const times = (d: ArrayLike<number>,
      { shape: [rows, columns], data }: { shape: readonly number[]; data: Float32Array }) =>
      Array.from({ length: columns }, (_, j) =>
        Array.from({ length: rows }, (__, i) => d[i] * data[i * columns + j]).reduce((a, b) => a + b, 0))
    const r3 = third.transport ?? third.weight.value, r2 = second.transport ?? second.weight.value
    expect(signal[1]).toBeCloseTo(plainCosine(times(output.data, r3), times(output.data, third.weight.value)), 5)
    const d2 = second.outputGradient?.data ?? []
    expect(signal[0]).toBeCloseTo(plainCosine(times(d2, r2), times(d2, second.weight.value)), 5)
    expect(weight[1]).toBeCloseTo(plainCosine(r3.data, third.weight.value.data), 5)
  })
})

describe('trainNetwork', () => {
  it('measures each epoch, layer by layer, for every rule', () => {
    for (const rule of ['BP', 'FA', 'DFA', 'frozen'] as const) {
      const found = trainNetwork({ ...base, rule }, TOOLS)
      expect(found.steps).toEqual([0, 3, 6])
      expect([found.loss.length, found.whole.length, found.signal.length, found.weight[1].length]).toEqual([3, 3, 2, 3])
      expect(found.stopped).toBeNull()
      if (rule === 'BP') expect(found.whole.every((cosine) => (cosine ?? 0) > 0.9999)).toBe(true)
      if (rule === 'FA') {
        expect(meanSignal(found, 1)).toBeCloseTo((signalOf(found, 1, 1) + signalOf(found, 2, 1)) / 2, 12)
      }
      expect(testPercent(found)).toBeCloseTo(100 * found.testAccuracy[2], 12)
    }
  })

  it('keeps what it had when values leave all bounds', () => {
    const found = trainNetwork({ ...base, rate: 1e30, loss: 'squared-error', epochs: 5 }, TOOLS)
    expect(found.stopped).not.toBeNull()
    expect(found.loss).toHaveLength(found.steps.length)
    // What was measured before the end is no result of the training.
    expect([testPercent(found), meanSignal(found), signalOf(found, 1)]).toEqual([NaN, NaN, NaN])
    expect(signalOf(found, 1, 0)).toBe(found.signal[0][0])
  })
})

describe('trainSwitching', () => {
  const c = {
    ...base,
    rule: 'BP',
    trainingSamples: 20,
    epochs: 300,
    loss: 'squared-error',
    residual: 0.2,
    next: [{ rule: 'FA', epochs: 10, slower: 1 }, { rule: 'copied', epochs: 5, slower: 2 }],
  } as const

  it('hands over at the residual, from where the other rule ended', () => {
    const { reached, phases, perEpoch } = trainSwitching(c, TOOLS)
    expect([reached, phases.length, perEpoch]).toEqual([true, 3, 1])
    expect(phases[0].loss.at(-1)).toBeLessThanOrEqual(0.2)
    expect(phases[0].loss.at(-2)).toBeGreaterThan(0.2)
    expect(phases[1].steps[0]).toBe(phases[0].steps.at(-1))
    expect(phases[1].loss[0]).toBe(phases[0].loss.at(-1))
    expect(phases[2].steps.at(-1)).toBe((phases[0].steps.at(-1) ?? NaN) + 15)
    expect([phases[0].weight[0], phases[2].weight[0]]).toEqual([null, 1])
    expect(trainSwitching(c, TOOLS).phases).toEqual(phases)
  })

  it('takes the steps of the next rule at its own rate', () => {
    const moved = (slower: number): number =>
      trainSwitching({ ...c, next: [{ rule: 'FA', epochs: 1, slower }] }, TOOLS).phases[1].moved
    expect(moved(1) / moved(8)).toBeCloseTo(8, 2)
  })

  it('ends when the residual is out of reach', () => {
    expect(trainSwitching({ ...c, residual: 1e-9, epochs: 3 }, TOOLS)).toMatchObject({
      reached: false,
      phases: { length: 1 },
    })
  })
})

describe('walkAlong', () => {
  it('sees the updates of the training: the first displacement is the first step', () => {
    const found = walkAlong({ ...base, records: 10 }, TOOLS)
    expect(found.times).toEqual([1, 2, 3, 4, 5, 6].filter((step) => found.times.includes(step)))
    const { run, network: net, training } = planNetwork(base, TOOLS)
    const first = parametersOf(net).map(({ value }) => value.data.slice())
    run.run({ times: [1], measure() {}, until: () => true, progress() {} })
    const squares = parametersOf(net).reduce(
      (total, { value: { data } }, index) =>
        total + data.reduce((own, x, i) => own + (x - first[index][i]) * (x - first[index][i]), 0),
      0,
    )
    expect(found.displacement[0]).toBeCloseTo(Math.sqrt(squares), 5)
    expect([found.cosine.length, found.layers.length, found.loss.length]).toEqual([5, 3, 2])
    expect(training.inputs.shape[0]).toBe(60)
  })

  it('compares every update with the one before', () => {
    const found = walkAlong({ ...base, records: 10 }, TOOLS)
    const { run, network: net } = planNetwork(base, TOOLS)
    const places: Float32Array[] = []
    run.run({
      times: [0, 1, 2, 3, 4, 5, 6],
      measure: () => void places.push(Float32Array.from(parametersOf(net).flatMap(({ value }) => [...value.data]))),
      progress() {},
    })
    const updates = places.slice(1).map((place, at) => place.map((x, i) => x - places[at][i]))
    found.cosine.forEach((cosine, at) => {
      expect(cosine).toBeCloseTo(plainCosine(updates[at + 1], updates[at]), 4)
      expect(found.length[at]).toBeCloseTo(Math.hypot(...updates[at + 1]), 4)
    })
    expect(Math.max(...found.cosine)).toBeLessThan(0.999)
  })

  it('fits the exponent of the square', () => {
    const times = [1, 2, 4, 8, 100]
    expect(exponent({ times, displacement: times.map((t) => 3 * Math.sqrt(t)) }, 1)).toBeCloseTo(1, 12)
    expect(exponent({ times, displacement: [1, 2, 4, 8, 8] }, 0.1)).toBeCloseTo(2, 12)
  })
})

describe('lostBefore', () => {
  it('counts the loss that is lost until the first layer aligns', () => {
    const curves = { ...trainNetwork({ ...base, epochs: 2 }, TOOLS), loss: [4, 1, 0.4] }
    const little = (signal: readonly (readonly number[])[]): number =>
      lostBefore({ ...curves, signal }, (cosine) => Math.abs(cosine) >= 0.05)
    expect(little([[0, 0, 0], [0, 0, 0.04]])).toBeCloseTo(0.9, 12)
    expect(little([[0, 0.01, 0.02], [0, 0.04, -0.06]])).toBeCloseTo(0.75, 12)
    expect(little([[0.3, 0, 0], [0, 0, 0]])).toBe(0)
  })
})

describe('planControls', () => {
  it('climbs the ladder where features are small, and finds the best rate again', () => {
    const bare = { ...base, hidden: [8, 8, 8] }
    let runs: { configuration: ControlConfiguration; result: NetworkCurves; seconds: number }[] = []
    for (;;) {
      const plan = planControls(bare, [0.1], [4, 5], runs)
      if (plan.length === runs.length) break
      runs = plan.map((configuration) => ({
        configuration,
        seconds: 0,
        result: { ...trained, loss: [Math.abs(Math.log(configuration.rate / 0.3e6))] },
      }))
    }
    expect(new Set(runs.map(({ configuration }) => configuration.rate))).toEqual(
      new Set([0.1e6, 0.03e6, 0.3e6, 1e6].map((rate) =>
        runs.find(({ configuration }) =>
          Math.abs(configuration.rate / rate - 1) < 1e-9
        )?.configuration.rate
      )),
    )
    expect(tunedControl(runs, 0.1).map(({ loss }) => loss[0] < 1e-9)).toEqual([true, true])
  })
})
