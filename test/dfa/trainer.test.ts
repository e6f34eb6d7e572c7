import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, errorTap, feedbackAlignment, feedbackPoint, frozen,
  type LearningRule, RULES, type Trainer, trainer, TrainingStopped } from '../../src/dfa/index.ts'
import { activation, adam, type BatchNorm, batchNorm, chain, clipByNorm, concatenation, crossEntropy, dense,
  type Dropout, dropout, initialize, type Layer, type Loss, momentumSgd, residual, sgd, squaredError,
  stepRate } from '../../src/nn/index.ts'
import { setTraining } from '../../src/nn/mode.ts'
import { fromRows, type Tensor, tensor } from '../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals, relativeDistance, valuesOf } from './networks.ts'

function linear(rate: number, loss: Loss = squaredError('mean')): Trainer {
  return trainer({
    network: network({ sizes: [2, 3, 2], activation: 'linear' }),
    rule: directFeedbackAlignment(),
    loss,
    optimizer: sgd(rate),
  })
}

/** Runs one step that must throw, and that nothing moved. */
function expectRefusal(engine: Trainer, input: Tensor, target: Tensor, message: string | RegExp): void {
  const before = valuesOf(engine.network)
  const steps = engine.steps
  expect(() => engine.step(input, target)).toThrow(message)
  expect(valuesOf(engine.network)).toEqual(before)
  expect(engine.steps).toBe(steps)
}

describe('trainer', () => {
  it('steps down the gradient: w ← w − η dw, and returns the loss before the update', () => {
    const engine = linear(0.1)
    const input = fromRows([[1, -2], [0.5, 1]])
    const target = fromRows([[1, 0], [0, 1]])
    const { loss, output } = engine.evaluate(input, target)
    let expected = 0
    target.data.forEach((t, i) => {
      expected += (output.data[i] - t) * (output.data[i] - t) / 4
    })
    expect(loss).toBeCloseTo(expected, 12)
    const before = valuesOf(engine.network)
    const gradients = gradientsOf(engine.network, input,
      tensor([2, 2], output.data.map((y, i) => (y - target.data[i]) / 2)))
    expect(engine.step(input, target)).toBe(loss)
    for (const [name, values] of valuesOf(engine.network)) {
      const wanted = (before.get(name) ?? new Float32Array(0)).map((w, i) =>
        w - 0.1 * (gradients.get(name)?.[i] ?? NaN)
      )
      expect(relativeDistance(values, wanted), name).toBeLessThan(1e-6)
    }
    expect(engine.evaluate(input, target).loss).toBeLessThan(loss)
    expect(engine.steps).toBe(1)
  })

  it('evaluates without any change', () => {
    const engine = linear(0.1)
    const before = valuesOf(engine.network)
    engine.evaluate(fromRows([[1, 2]]), fromRows([[0, 1]]))
    expect(valuesOf(engine.network)).toEqual(before)
    expect(engine.steps).toBe(0)
  })

  describe('with layers that remember', () => {
    const build = (): { engine: Trainer; norm: BatchNorm; drop: Dropout } => {
      const norm = batchNorm({ name: 'norm', channels: 4 }), drop = dropout({ name: 'drop', probability: 0.5, seed: 3 })
      const net = chain('net', [dense({ name: 'a', inputs: 3, outputs: 4 }), norm, drop,
        dense({ name: 'b', inputs: 4, outputs: 2 })])
      initialize(net, 'uniform', 1)
      return {
        norm,
        drop,
        engine: trainer({ network: net, rule: backpropagation(), loss: squaredError(), optimizer: sgd(0.1) }),
      }
    }
    const [x, t] = [normals(6, 3, 1, 'x'), normals(6, 2, 1, 't')]

    it('evaluates without waking frozen layers', () => {
      const { engine, norm, drop } = build()
      setTraining(engine.network, false)
      drop.training = true
      engine.evaluate(x, t)
      expect([norm.training, drop.training]).toEqual([false, true])
      engine.step(x, t)
      expect([...norm.runningMean.data, ...norm.runningVariance.data]).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
      expect(drop.steps.data[0]).toBe(1)
    })

    it('leaves what they remember as it was when a step stops, and goes on with the same bits', () => {
      const { engine, norm, drop } = build()
      const twin = build().engine
      for (const one of [engine, twin]) one.step(x, t)
      const before = [...norm.runningMean.data, ...norm.runningVariance.data, ...drop.steps.data]
      expect(() => engine.step(tensor([6, 3], new Float32Array(18).fill(NaN)), t)).toThrow(TrainingStopped)
      expect([...norm.runningMean.data, ...norm.runningVariance.data, ...drop.steps.data]).toEqual(before)
      expect(engine.step(x, t)).toBe(twin.step(x, t))
      expect(valuesOf(engine.network)).toEqual(valuesOf(twin.network))
    })
  })

  it.each([NaN, Infinity, -Infinity])('stops at %s in the input, the target or a weight, naming step and place',
    (bad) => {
      const good = fromRows([[1, 2]])
      const aim = fromRows([[0, 1]])
      for (const loss of [squaredError('mean'), crossEntropy('mean')]) {
        const engine = linear(0.01, loss)
        engine.step(good, aim)
        expectRefusal(engine, fromRows([[1, bad]]), aim,
          /^training stopped at step 1: loss is .*, the input is not finite$/)
        expectRefusal(engine, good, fromRows([[bad, 0]]),
          /^training stopped at step 1: loss is .*, all activations finite: the loss itself overflowed or the target is not finite$/)
        const { data } = denseOf(engine.network)[1].weight.value
        const kept = data[2]
        data[2] = bad
        expectRefusal(engine, good, aim, /^training stopped at step 1: .*parameter dense2\/weight/)
        data[2] = kept
        expect(engine.step(good, aim)).toBeGreaterThan(0)
      }
    })

  it('names the layer whose output overflows first', () => {
    const engine = linear(0.01)
    for (const { weight } of denseOf(engine.network)) weight.value.data.fill(1e30)
    expectRefusal(engine, fromRows([[1e5, 1]]), fromRows([[0, 1]]),
      /step 0: loss is .*, first not finite: output of dense2$/)
    denseOf(engine.network)[0].weight.value.data.fill(3e38)
    expectRefusal(engine, fromRows([[1e5, 1]]), fromRows([[0, 1]]),
      /step 0: loss is .*, first not finite: output of dense1$/)
  })

  it('stops a gradient that overflows although the loss is finite, naming the parameter', () => {
    const engine = trainer({
      network: network({ sizes: [1, 1], activation: 'linear', bias: false }),
      rule: backpropagation(),
      loss: squaredError('mean'),
      optimizer: sgd(1),
    })
    denseOf(engine.network)[0].weight.value.data.fill(1)
    expectRefusal(engine, fromRows([[1e25]]), fromRows([[0]]),
      /^training stopped at step 0: gradient of dense1\/weight is not finite \(loss 4\.99\d*e\+49\)$/)
  })

  it('stops a divergent run, whatever the rule, with the parameters of the last good step', () => {
    for (const rule of [backpropagation(), feedbackAlignment(), directFeedbackAlignment(), frozen()]) {
      const engine = trainer({
        network: network({ activation: 'linear' }),
        rule,
        loss: squaredError('sum'),
        optimizer: sgd(5),
      })
      const input = normals(8, 5, 1, 'input')
      const target = normals(8, 3, 1, 'target')
      let message = ''
      let before = valuesOf(engine.network)
      while (message === '' && engine.steps < 2000) {
        before = valuesOf(engine.network)
        try {
          engine.step(input, target)
        } catch (error) {
          message = (error as Error).message
        }
      }
      expect(message, rule.name).toMatch(
        new RegExp(`^training stopped at step ${engine.steps}: (loss is|gradient of dense\\d/)`),
      )
      expect(valuesOf(engine.network), rule.name).toEqual(before)
    }
  })

  it('catches a weight that overflows in the update at that step or the next', () => {
    const engine = trainer({
      network: network({ sizes: [1, 1], activation: 'linear', bias: false }),
      rule: backpropagation(),
      loss: squaredError('mean'),
      optimizer: sgd(1e3),
    })
    denseOf(engine.network)[0].weight.value.data.fill(0)
    const step = (): unknown => engine.step(fromRows([[1e19]]), fromRows([[1e18]]))
    expect(() => [step(), step()]).toThrow(/^training stopped at step [01]: .*dense1\/weight/)
  })

  it('calls the hooks around the step, in order, with step and rate; evaluation calls none', () => {
    const calls: string[] = []
    let engine: Trainer | undefined
    const weight = (): number => denseOf(engine?.network ?? network())[0].weight.value.data[0]
    let before = 0
    const rule: LearningRule = {
      name: 'spy',
      install: ({ carriers }) => {
        calls.push(`install ${carriers.length}`)
      },
      beforeStep({ step, rate }) {
        before = weight()
        calls.push(`beforeStep ${step} ${rate}`)
      },
      beforeUpdate({ parts: { tap }, step }) {
        calls.push(`beforeUpdate ${step} ${tap?.error?.shape} ${tap?.target?.data} ${weight() === before}`)
      },
      afterStep({ step }) {
        calls.push(`afterStep ${step} ${weight() === before}`)
      },
    }
    engine = trainer({
      network: network({ sizes: [2, 3, 2] }),
      rule,
      loss: squaredError('mean'),
      optimizer: sgd(stepRate({ rate: 0.5, factor: 0.5, milestones: [1] })),
    })
    engine.step(fromRows([[1, -2]]), fromRows([[1, 0]]))
    engine.evaluate(fromRows([[1, -2]]), fromRows([[1, 0]]))
    engine.step(fromRows([[1, -2]]), fromRows([[0, 1]]))
    expect(calls).toEqual(['install 2', 'beforeStep 0 0.5', 'beforeUpdate 0 1,2 1,0 true', 'afterStep 0 false',
      'beforeStep 1 0.25', 'beforeUpdate 1 1,2 0,1 true', 'afterStep 1 false'])
  })

  it('clips the gradients of the network once, also where feedback shares them', () => {
    for (const name of ['backpropagation', 'kolen-pollack']) {
      const engine = trainer({
        network: network(),
        rule: RULES[name]({ decay: 0 }),
        loss: squaredError('sum'),
        optimizer: sgd(1),
        clip: clipByNorm(0.01),
      })
      const before = valuesOf(engine.network)
      engine.step(normals(8, 5, 1, 'input'), normals(8, 3, 1, 'target'))
      let squares = 0
      for (const [of, values] of valuesOf(engine.network)) {
        values.forEach((w, i) => {
          squares += (w - (before.get(of)?.[i] ?? NaN)) * (w - (before.get(of)?.[i] ?? NaN))
        })
      }
      expect(Math.abs(Math.sqrt(squares) / 0.01 - 1), name).toBeLessThan(1e-4)
    }
  })

  it('names what a checkpoint must hold, and refuses what does not fit without changing anything', () => {
    const engine = trainer({
      network: network({ sizes: [2, 3, 2], bias: false }),
      rule: RULES['kolen-pollack']({}),
      loss: squaredError('mean'),
      optimizer: momentumSgd({ rate: 0.1 }),
      constrainWeights: true,
    })
    expect(engine.state().map(({ name, data }) => `${name} ${data.length}`)).toEqual([
      'optimizer/dense1/weight/velocity 6',
      'optimizer/dense2/weight/velocity 6',
      'optimizer/feedback/dense2/velocity 6',
      'rule/feedback/dense2 6',
      'norm/dense1/weight 1',
      'norm/dense2/weight 1',
    ])
    engine.step(fromRows([[1, 2]]), fromRows([[0, 1]]))
    const copy = (): { name: string; data: Float32Array | Float64Array }[] =>
      engine.state().map(({ name, data }) => ({ name, data: data.slice() }))
    const before = copy()
    for (let missing = 0; missing < before.length; missing++) {
      const state = before.filter((_, index) => index !== missing).map(({ name, data }) => ({
        name,
        data: data.slice().fill(7),
      }))
      expect(() => engine.restore(9, state)).toThrow(before[missing].name.replace('optimizer/', ''))
    }
    expect(() => engine.restore(9, [...before, { name: 'rule/other', data: new Float32Array(1) }])).toThrow(
      'got the unknown rule/other',
    )
    expect(copy()).toEqual(before)
    expect(engine.steps).toBe(1)
  })

  it('goes on bit for bit from a checkpoint with batch norm and dropout, whose memory is float64', () => {
    const make = (seed: number): Trainer => {
      const made = chain('net', [dense({ name: 'd1', inputs: 5, outputs: 8 }), batchNorm({ name: 'norm', channels: 8 }),
        activation({ name: 'g', kind: 'tanh' }), dropout({ name: 'drop', probability: 0.4, seed: 3 }),
        feedbackPoint('p', 8), dense({ name: 'd2', inputs: 8, outputs: 3 }), errorTap('tap')])
      initialize(made, 'uniform', seed)
      return trainer({
        network: made,
        rule: directFeedbackAlignment({ seed: 2 }),
        loss: squaredError('mean'),
        optimizer: momentumSgd({ rate: 0.05 }),
      })
    }
    const run = (engine: Trainer, until: number): readonly number[] => {
      const losses: number[] = []
      while (engine.steps < until) {
        losses.push(engine.step(normals(6, 5, engine.steps, 'input'), normals(6, 3, engine.steps, 'target')))
      }
      return losses
    }
    const whole = make(1), fresh = make(2)
    run(whole, 5)
    const saved = whole.state().map(({ name, data }) => ({ name, data: data.slice() }))
    expect(saved.slice(-3).map(({ name, data }) => [name, data.constructor.name, data.length])).toEqual([[
      'layer/norm/mean',
      'Float64Array',
      8,
    ], ['layer/norm/variance', 'Float64Array', 8], ['layer/drop/steps', 'Float64Array', 1]])
    expect(saved[saved.length - 1].data[0]).toBe(5)
    const values = valuesOf(whole.network)
    fresh.restore(5, saved)
    for (const { name, value } of fresh.parameters) value.data.set(values.get(name) ?? [])
    const expected = run(whole, 10)
    expect(run(fresh, 10)).toEqual(expected)
    expect(valuesOf(fresh.network)).toEqual(valuesOf(whole.network))
    expect(fresh.state()).toEqual(whole.state())
    const probe = normals(4, 5, 99, 'input')
    expect(fresh.evaluate(probe, normals(4, 3, 99, 'target'))).toEqual(
      whole.evaluate(probe, normals(4, 3, 99, 'target')),
    )
    // Without the layers' memory it is refused, and so is a float32 copy of it; nothing has moved.
    const before = fresh.state().map(({ name, data }) => ({ name, data: data.slice() }))
    const spoilt = saved.map(({ name, data }) => ({ name, data: data.map(() => 7) }))
    expect(() => fresh.restore(5, spoilt.filter(({ name }) => name !== 'layer/norm/mean'))).toThrow(
      'layer/norm/mean must have 8 elements',
    )
    expect(() => fresh.restore(5, spoilt.map(({ name, data }) => ({ name, data: Float32Array.from(data) })))).toThrow(
      'trainer.restore: layer/norm/mean must hold float64 numbers, got float32',
    )
    expect(() => fresh.restore(5, spoilt.filter(({ name }) => name !== 'optimizer/d1/weight/velocity'))).toThrow(
      'd1/weight/velocity',
    )
    expect(fresh.state()).toEqual(before)
    expect(fresh.steps).toBe(10)
  })

  it('shows each step to an observer before anything is clipped or updated, and stays as it would be without', () => {
    const seen: string[] = []
    const make = (observed: boolean): Trainer => {
      const engine: Trainer = trainer({
        network: network({ sizes: [2, 3, 2] }),
        rule: directFeedbackAlignment(),
        loss: squaredError('mean'),
        optimizer: sgd(0.5),
        clip: clipByNorm(1e-3),
        ...observed && {
          observe: ({ step, loss, error, network: shown }) => {
            const [{ gradient, value }] = engine.parameters
            seen.push(
              `${step} ${loss > 0} ${error.shape} ${shown === engine.network} ${Math.hypot(...gradient.data) > 1e-3} ${
                value.data[0]
              }`,
            )
            shown.backward(error, false)
          },
        },
      })
      return engine
    }
    const [plain, observed] = [make(false), make(true)]
    const weights = [0, 1].map(() => {
      const w = plain.parameters[0].value.data[0]
      for (const engine of [plain, observed]) engine.step(fromRows([[1, -2], [3, 1]]), fromRows([[1, 0], [0, 1]]))
      return w
    })
    expect(seen).toEqual(weights.map((w, step) => `${step} true 2,2 true true ${w}`))
    expect(valuesOf(observed.network)).toEqual(valuesOf(plain.network))
  })

  it('names the layer whose output overflows in a network that is not a plain chain', () => {
    const big = dense({ name: 'big', inputs: 2, outputs: 2 })
    big.weight.value.data.fill(3e38)
    const small = (name: string): Layer => activation({ name, kind: 'linear' })
    const engine = trainer({
      network: chain('net', [concatenation({
        name: 'sides',
        branches: [activation({ name: 'one', kind: 'relu' }), chain('other', [small('two'), big])],
      }), residual({ name: 'around', inner: small('three') }), dense({ name: 'top', inputs: 4, outputs: 2 }),
        errorTap('tap')]),
      rule: backpropagation(),
      loss: squaredError('mean'),
      optimizer: sgd(0.1),
    })
    // The second branch is asked with the input, not with what the first made of it: zeros.
    expectRefusal(engine, fromRows([[-1e5, -1]]), fromRows([[0, 1]]), /first not finite: output of big$/)
  })

  it('keeps a flat heap over ten thousand steps, for every rule and for alternating batch sizes', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const settled = (): NodeJS.MemoryUsage => {
      for (let i = 0; i < 3; i++) collect()
      return process.memoryUsage()
    }
    for (const rule of Object.values(RULES).map((make) => make({}))) {
      const engine = trainer({
        network: network({ sizes: [6, 12, 12, 3] }),
        rule,
        loss: crossEntropy('mean'),
        constrainWeights: true,
        clip: clipByNorm(1),
        optimizer: adam({ rate: stepRate({ rate: 0.001, milestones: [5000] }) }),
      })
      const batches = [8, 5].map((size) => ({
        input: normals(size, 6, size, 'input'),
        target: tensor([size, 3],
          Float32Array.from({ length: 3 * size }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0))),
      }))
      const run = (until: number): void => {
        while (engine.steps < until) {
          const { input, target } = batches[engine.steps % 2]
          engine.step(input, target)
        }
      }
      run(1000)
      // 9,000 steps may leave 128 KiB of compiled code and the like behind: 15 bytes per step, less than one object each.
      // Code may come late, on a busy machine, and once: what steps leave behind comes in every stretch.
      let start = settled(), end = start
      for (let stretch = 0; stretch < 3; stretch++) {
        start = end
        run(engine.steps + 9000)
        end = settled()
        if (end.heapUsed - start.heapUsed < 131_072) break
      }
      expect(end.heapUsed - start.heapUsed, `${rule.name}: heap growth in bytes`).toBeLessThan(131_072)
      expect(end.arrayBuffers - start.arrayBuffers, `${rule.name}: growth of array buffers in bytes`)
        .toBeLessThanOrEqual(0)
    }
  })
})
