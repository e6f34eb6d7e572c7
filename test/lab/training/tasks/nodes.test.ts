import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crossCovariance } from '../../../../src/data/index.ts'
import { RULES } from '../../../../src/dfa/index.ts'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { configure } from '../../../../src/lab/training/configuration.ts'
import { type Session, startSession } from '../../../../src/lab/training/session.ts'
import { nodes } from '../../../../src/lab/training/tasks/nodes.ts'
import { sessionHash } from '../../../../src/lab/train/snapshot.ts'
import { blockedKernels, multiply, tensor, transpose } from '../../../../src/tensor/index.ts'
import { EDGE_ROWS, NODE_ROWS, writeGraph } from '../../small-graph.ts'

let data = ''
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'nodes-'))
  writeGraph(data)
})
afterAll(() => rmSync(data, { recursive: true }))

const asked = (texts: Readonly<Record<string, string>>): ReturnType<typeof configure> =>
  configure(new Map(Object.entries(texts)))
const faults = (texts: Readonly<Record<string, string>>): readonly string[] => asked({ model: 'gcn', ...texts }).faults

/** A session on the graph in `directory`. */
function start(texts: Readonly<Record<string, string>> = {}, directory = data): Session {
  const { configuration, faults: wrong } = asked({ model: 'gcn', width: '4', accumulation: 'float64', ...texts })
  expect(wrong).toEqual([])
  return startSession(configuration, nodes.read(configuration, directory), freshKernels('float64'))
}
const stepped = (session: Session, steps: number): Session => {
  for (let i = 0; i < steps; i++) session.step()
  return session
}

describe('a training on nodes', () => {
  it.each(['bp', 'dfa', 'fa', 'frozen'])('learns the labelled nodes and those of the others under %s', (rule) => {
    const session = start({ rule, rate: '0.05' })
    expect([session.perEpoch, session.sizes]).toEqual([1, { training: 8, validation: 12, test: 18 }])
    const before = session.score('training')
    stepped(session, 60)
    expect(session.score('training').loss).toBeLessThan(0.7 * before.loss)
    expect(session.score('test').accuracy).toBeGreaterThan(0.9)
  })

  it('has a loss per labelled node, whatever the nodes without a label and without a neighbor say', () => {
    const more = mkdtempSync(join(tmpdir(), 'nodes-'))
    const session = start({ dropout: '0' })
    const [loss, score] = [session.step(), session.score('validation')]
    // Two more nodes that nobody knows and nobody cites, one of them without a word.
    writeGraph(more, 'cora', [...NODE_ROWS, '40\t-1\t-\t1 3', '41\t-1\t-\t'], EDGE_ROWS)
    const other = start({ dropout: '0' }, more)
    rmSync(more, { recursive: true })
    expect(other.step()).toBeCloseTo(loss, 6)
    expect(other.score('validation').loss).toBeCloseTo(score.loss, 6)
    expect(other.score('validation').accuracy).toBe(score.accuracy)
    const untrained = start({ dropout: '0', initialization: 'zero', rate: '1e-9' })
    expect(untrained.step()).toBeCloseTo(Math.log(2), 6)
    expect(untrained.sumOf(0, 0.5)).toBe(8 * 0.5)
  })

  it('shows the rule and the exact gradient at labelled nodes alone', () => {
    const session = stepped(start({ rule: 'dfa' }), 3)
    const { error } = session.probe(1)
    const rows = Array.from({ length: 40 },
      (_, i) => error.data.subarray(2 * i, 2 * i + 2).some((value) => value !== 0))
    expect(rows.map((isThere, i) => isThere === i < 8)).not.toContain(false)
  })

  it('scores the nodes of each split', () => {
    const other = mkdtempSync(join(tmpdir(), 'nodes-'))
    writeGraph(other, 'cora',
      NODE_ROWS.map((row) => row.replace(/\t[01]\tval/, '\t0\tval').replace(/\t[01]\ttest/, '\t1\ttest')))
    const session = start({}, other)
    rmSync(other, { recursive: true })
    const { output: { data: output } } = session.probe(1)
    const share = (from: number, end: number, label: (node: number) => number): number => {
      let right = 0
      for (let i = from; i < end; i++) if (Number(output[2 * i + 1] > output[2 * i]) === label(i)) right++
      return right / (end - from)
    }
    const expected = [share(0, 8, (i) => i % 2), share(8, 20, () => 0), share(20, 38, () => 1)]
    expect(new Set(expected).size).toBe(3)
    expect((['training', 'validation', 'test'] as const).map((split) => session.score(split).accuracy)).toEqual(
      expected,
    )
  })

  it('draws other nodes by the seed where it is asked to', () => {
    const { sizes } = start({ nodes: 'random' })
    expect(sizes).toEqual({ training: 8, validation: 8, test: 24 })
    const hashes = ['1', '2'].map((seed) => sessionHash(stepped(start({ nodes: 'random', seed }), 2)))
    expect(hashes[0]).not.toBe(hashes[1])
  })

  it('keeps what is frozen, weight decay or not, and decays the first layer or all', () => {
    const values = (session: Session): ReadonlyMap<string, Float32Array> =>
      new Map(session.trainer.parameters.map(({ name, value }) => [name, value.data.slice()]))
    const frozen = start({ rule: 'frozen', 'weight-decay': '0.5', 'weight-decay-on': 'all' })
    const before = values(frozen)
    const after = values(stepped(frozen, 5))
    const changed = [...before].filter(([name, data]) => data.some((value, i) => value !== after.get(name)?.[i]))
    expect(changed.map(([name]) => name)).toEqual(['conv2/bias', 'conv2/linear/weight'])
    const [first, all, none] = [{ 'weight-decay-on': 'first' }, { 'weight-decay-on': 'all' }, { 'weight-decay': '0' }]
      .map((texts) => values(stepped(start({ rule: 'bp', dropout: '0', 'weight-decay': '0.5', ...texts }), 1)))
    const same = (x: ReadonlyMap<string, Float32Array>, y: ReadonlyMap<string, Float32Array>, name: string): boolean =>
      x.get(name)?.every((value, i) => value === y.get(name)?.[i]) ?? false
    expect(same(first, none, 'conv2/linear/weight')).toBe(true)
    expect(same(all, none, 'conv2/linear/weight')).toBe(false)
    expect(same(first, none, 'conv1/linear/weight')).toBe(false)
  })

  it('makes shaped feedback of the words and classes of the labelled nodes', () => {
    const { configuration } = asked({ model: 'gcn', feedback: 'shaped', features: 'raw' })
    const { spectrum } = nodes.read(configuration, data).compose(configuration, blockedKernels)
    const inputs = tensor([8, 7])
    const targets = tensor([8, 2])
    for (let i = 0; i < 8; i++) {
      inputs.data[7 * i + i % 2] = inputs.data[7 * i + 2 + i % 5] = 1
      targets.data[2 * i + i % 2] = 1
    }
    const covariance = crossCovariance(inputs, targets)
    expect(spectrum?.()).toEqual(multiply(covariance, transpose(covariance)))
  })

  it('is told of a layer that is silent, inside of convolutions that sum over their own', () => {
    for (const model of ['gcn', 'cheb', 'gat', 'spline']) {
      const width = model === 'gat' ? '8' : '4'
      const quiet = start({ model, width, initialization: 'zero' })
      expect(quiet.silent(), model).toMatch(/^conv1/)
      expect(start({ model, width }).silent(), model).toBeUndefined()
    }
  })

  it('refuses files that are damaged and splits that are empty', () => {
    const bad = mkdtempSync(join(tmpdir(), 'nodes-'))
    const { configuration } = asked({ model: 'gcn' })
    const refusal = (rows: readonly string[]): () => unknown => {
      writeGraph(bad, 'cora', rows)
      return () => nodes.read(configuration, bad)
    }
    expect(refusal(NODE_ROWS.map((row) => row.replace('val', '-')))).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(/must have validation nodes/) }),
    )
    expect(refusal(['0\t0'])).toThrow(
      expect.objectContaining({ name: 'UsageError',
        message: expect.stringMatching(/cora.nodes.tsv must have 4 columns/) }),
    )
    const random = asked({ model: 'gcn', nodes: 'random' }).configuration
    writeGraph(bad, 'cora', ['0\t0\ttrain\t0', '1\t1\tval\t0', '2\t2\ttest\t0'], ['0\t1'])
    expect(() => startSession(random, nodes.read(random, bad), blockedKernels)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(/must leave nodes to each part/) }),
    )
    rmSync(bad, { recursive: true })
  })
})

describe('its configuration', () => {
  it('takes every rule but the one that climbs through dense weights, and says so before a file is read', () => {
    for (const model of nodes.models) {
      const refused = Object.keys(RULES).filter((rule) => faults({ model, dataset: 'cora', rule }).length > 0)
      expect(refused, model).toEqual(['indirect-feedback-alignment'])
    }
    expect(faults({ rule: 'ifa' })[0]).toMatch(/^rule: indirectFeedbackAlignment: /)
  })

  it('refuses what the model has no use for, and sizes that do not fit', () => {
    expect(faults({ 'attention-dropout': '0.5' })).toEqual(['--attention-dropout: gcn has no attention'])
    expect(faults({ model: 'gat', width: '12' })[0]).toMatch(/^model: does not fit cora: .*12/)
    expect(faults({ feedback: 'low-rank', 'feedback-rank': '8' })).toEqual([
      'rule: feedbackMatrices: rank must be at most 7, the number of outputs, got 8',
    ])
    expect(faults({ 'frozen-layers': 'dense1' })[0]).toMatch(/layers must be among conv1, conv1\/linear, conv2/)
  })

  it('has defaults by the model and the rule, which options and files come before', () => {
    const of = (texts: Readonly<Record<string, string>>, file = {}): object =>
      configure(new Map(Object.entries(texts)), file).configuration
    expect(of({ model: 'gcn', rule: 'bp' })).toMatchObject({ dataset: 'cora', width: 16, rate: 0.01, dropout: 0.5,
      'weight-decay': 5e-4, 'weight-decay-on': 'first', optimizer: 'adam', epochs: 250, initialization: 'glorot' })
    expect(of({ model: 'gcn' })).toMatchObject({ dropout: 0.1, 'weight-decay': 1e-4 })
    expect(of({ model: 'gcn', rule: 'fa' })).toMatchObject({ dropout: 0.5, 'weight-decay': 5e-4 })
    expect(of({ model: 'gat', rule: 'frozen' })).toMatchObject({ width: 64, dropout: 0, 'attention-dropout': 0,
      'weight-decay': 0, rate: 1 })
    expect(of({ dropout: '0.3' }, { model: 'gcn', dropout: 0.2, epochs: 3 })).toMatchObject({ dropout: 0.3, epochs: 3 })
  })
})
