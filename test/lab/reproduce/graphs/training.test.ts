import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphTask, readGraph } from '../../../../src/lab/training/citation-graphs.ts'
import { configurationOf, type GraphBudget } from '../../../../src/lab/reproduce/graphs/settings.ts'
import { graphTrainer, startGraph, trainGraph } from '../../../../src/lab/reproduce/graphs/training.ts'
import { GRAPH_MODELS } from '../../../../src/lab/training/graph-models.ts'
import { NODES, writeGraph } from '../../small-graph.ts'
import { parametersOf } from '../../../../src/nn/index.ts'
import { blockedKernels } from '../../../../src/tensor/index.ts'

let data = ''
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'graphs-'))
  writeGraph(data)
})
afterAll(() => rmSync(data, { recursive: true }))

const tools = () => ({ data, kernels: () => blockedKernels, progress() {} })
const budget: GraphBudget = { model: 'gcn', datasets: ['cora'], epochs: 20, every: 3, seeds: 1, width: 16 }

describe('graphTask', () => {
  it('divides rows by their sum or not, and takes the benchmark’s nodes or others', () => {
    const graph = readGraph(data, 'cora')
    const task = (features: 'normalized' | 'raw', split: 'public' | 'random') =>
      graphTask(graph, { features, split, seed: 1 }, blockedKernels)
    expect([...new Set(task('normalized', 'public').input.data)]).toEqual([0.5])
    expect([...new Set(task('raw', 'public').input.data)]).toEqual([1])
    expect(task('raw', 'public').split.training).toEqual(graph.training)
    expect(task('raw', 'random').split.training).toHaveLength(8)
    expect(task('raw', 'random').split.test).toHaveLength(24)
    expect(task('raw', 'public').target.data.reduce((sum, v) => sum + v, 0)).toBe(NODES)
  })

  it('says which line of which file is wrong', () => {
    writeGraph(data, 'citeseer', undefined, ['0\t1', '1\t99'])
    expect(() => readGraph(data, 'citeseer')).toThrow('citeseer.edges.tsv must name nodes below 40 at line 2, got "99"')
    expect(() => readGraph(data, 'pubmed')).toThrow('pubmed.nodes.tsv')
    writeGraph(data, 'pubmed')
    expect(readGraph(data, 'pubmed').classes).toBe(2)
  })
})

describe('trainGraph', () => {
  it.each(GRAPH_MODELS)('trains %s and scores the first epoch of the best validation', (model) => {
    const own = { ...budget, model, width: model === 'gat' ? 64 : 16 }
    const bp = trainGraph(configurationOf(own, 'cora', 'BP', 1, NaN), tools())
    expect(bp.last.epoch).toBe(20)
    expect(bp.best.epoch % 3 === 0 || bp.best.epoch === 20).toBe(true)
    expect(bp.best.validation).toBeGreaterThanOrEqual(bp.last.validation)
    expect([bp.signal, bp.first]).toEqual([[], null])
    const dfa = trainGraph(configurationOf(own, 'cora', model === 'dna' ? 'target' : 'DFA', 1, NaN), tools())
    expect(dfa.signal).toHaveLength(model === 'dna' ? 6 : 1)
    for (const cosine of [...dfa.signal, dfa.first ?? NaN]) expect(Math.abs(cosine)).toBeLessThanOrEqual(1)
    expect(trainGraph(configurationOf(own, 'cora', 'BP', 1, NaN), tools())).toEqual(bp)
  })

  it('keeps the first layer of the control, and measures it like the others', () => {
    const c = configurationOf(budget, 'cora', 'shallow', 1, 0.1)
    const { model: { first }, run } = startGraph(c, tools())
    const before = first.children.flatMap(({ parameters }) => parameters.map(({ value }) => value.data.slice()))
    run(() => {})
    expect(first.children.flatMap(({ parameters }) => parameters.map(({ value }) => value.data))).toEqual(before)
  })

  it.each(GRAPH_MODELS)('trains what is above the frozen part of %s to the bits of the whole', (model) => {
    const c = configurationOf({ ...budget, model }, 'cora', 'shallow', 1, 0.1)
    const one = startGraph(c, tools()), other = startGraph(c, tools())
    one.run(() => {})
    const whole = graphTrainer(other.model, c, blockedKernels)
    for (let epoch = 0; epoch < c.epochs; epoch++) whole.step(other.task.input, other.task.target)
    const values = ({ model: { network } }: typeof one) =>
      parametersOf(network).map(({ name, value }) => [name, value.data])
    expect(values(one)).toEqual(values(other))
  })

  it('refuses a control with dropout', () => {
    const c = { ...configurationOf(budget, 'cora', 'shallow', 1, 0.1), hidden: 0.5 }
    expect(() => startGraph(c, tools())).toThrow(new Error('startGraph: dropout must be 0 in the control, got some'))
  })

  it('does not look at the test nodes in a sweep', () => {
    expect(trainGraph(configurationOf(budget, 'cora', 'shallow', 1, 0.1, 'sweep'), tools()).best.test).toBe(0)
  })

  const real = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? '../shared/data'
  it.skipIf(!existsSync(`${real}/planetoid/cora.nodes.tsv.gz`))('aligns on Cora within sixty epochs', () => {
    const c = configurationOf({ ...budget, epochs: 60, every: 10 }, 'cora', 'DFA', 0, NaN)
    const { best, signal: [signal] } = trainGraph(c, { ...tools(), data: real })
    expect(best.test).toBeGreaterThan(0.65)
    expect(signal).toBeGreaterThan(0.5)
  })
})
