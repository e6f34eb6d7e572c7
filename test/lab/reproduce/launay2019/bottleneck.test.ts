import { describe, expect, it } from 'vitest'
import { bottleneck } from '../../../../src/lab/reproduce/launay2019/bottleneck.ts'
import type { Practice } from '../../../../src/lab/reproduce/practices/training.ts'
import { judged, type Outcome } from './fake.ts'

/** As the authors' log has it, with cosines measured without masks, and a narrow layer that caps what lies below. */
function stored(c: Practice): Outcome {
  const narrow = c.network.widths[1]
  if (narrow < 800) return { cosines: [0.1 + narrow / 1000, 0.9, 0.1] }
  const p = c.keep, aligned = c.initial === 'pre-aligned'
  const cosines = [0.5 + 0.4 * p, aligned ? 0.3 + 0.65 * p : 0.07 + 0.8 * p, aligned ? 0.96 : 0.5]
  return {
    cosines,
    masked: p < 1 ? cosines.map((x) => p * x) : [],
    training: 0.4 + 0.5 * p,
    loss: 2 - p,
    test: (aligned ? 0.36 : 0.4) + 0.1 * p,
  }
}

const with2 = (change: (o: Outcome, c: Practice) => Partial<Outcome>) => (c: Practice): Outcome => {
  const own = stored(c)
  return { ...own, ...change(own, c) }
}
const cosines = (change: (x: number, layer: number, c: Practice) => number) =>
  with2((o, c) => ({ cosines: o.cosines.map((x, l) => change(x, l, c)) }))
const drawn = (c: Practice): boolean => c.initial === 'drawn' && c.network.widths[1] === 800

describe('the bottleneck', () => {
  it('holds at the paper’s scale where everything is as stored', () => {
    expect([...new Set(Object.values(judged(bottleneck, 'paper', stored)))]).toEqual(['holds'])
  })

  it('leaves what needs the authors’ steps undecided at the default scale', () => {
    const found = judged(bottleneck, 'default', stored)
    expect(Object.entries(found).filter(([, verdict]) => verdict !== 'holds')).toEqual(
      ['low', 'high', 'test', 'poor'].map((name) => [`bottleneck-${name}`, 'undecided']),
    )
  })

  it.each<[string, (c: Practice) => Outcome]>([['order',
    cosines((x, l, c) => (l === 1 && c.keep < 1 && c.keep > 0.2 ? 0.01 * x : x))], ['same-order',
    cosines((x, l, c) => (l === 1 && drawn(c) ? 1 - x : x))], ['low',
    cosines((x, l, c) => (l === 1 && drawn(c) ? x + 0.1 : x))], ['high',
    cosines((x, l, c) => (l === 1 && drawn(c) ? 0.8 * x : x))], ['artefact',
    with2((o) => ({ masked: (o.masked ?? []).map(() => 0.4) }))], ['below',
    cosines((x, l, c) => (l === 0 && drawn(c) ? x * c.keep : x))], ['training',
    with2((o) => ({ training: 1 - (o.training ?? 0) }))], ['loss', with2((o) => ({ loss: 3 - (o.loss ?? 0) }))], [
    'test',
    with2(() => ({ test: 0.4 })),
  ], ['pre-aligned', cosines((x, l, c) => (l === 1 && c.initial === 'pre-aligned' ? 0.05 : x))], ['poor',
    with2((o, c) => ({ test: c.initial === 'pre-aligned' ? (o.test ?? 0) + 0.1 : o.test ?? 0 }))], ['narrow',
    cosines((x, l, c) => (l === 0 && c.network.widths[1] < 800 ? 1 - x : x))], ['narrow-cap',
    cosines((x, l, c) => (l === 0 && c.network.widths[1] === 1 ? 0.5 : x))], ['narrow-itself',
    cosines((x, l, c) => (l === 1 && c.network.widths[1] < 800 ? 0.2 : x))]])('says of %s that it fails where it does',
      (name, outcome) => {
        expect(judged(bottleneck, 'paper', outcome)[`bottleneck-${name}`]).toBe('fails')
      })

  it('says that the rank argument fails where cosines are not n/9', () => {
    expect(judged(bottleneck, 'default', stored, (width) => width / 5)['bottleneck-rank']).toBe('fails')
  })
})
