import { describe, expect, it } from 'vitest'
import { nerf } from '../../../../src/lab/reproduce/launay2020/nerf.ts'
import type { ViewConfiguration, ViewResult } from '../../../../src/lab/reproduce/views/training.ts'
import { htmlReport } from '../../../../src/lab/report/html.ts'
import { byId, verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

const USUAL = { spheres: { BP: 28, DFA: 22, shared: 21, shallow: 11.5 },
  lego: { BP: 20, DFA: 17, shared: 17, shallow: 9 } } as const
const MEAN_IMAGE = { spheres: 11.7, lego: 11 } as const
const usual = ({ scene, rule }: ViewConfiguration): number => USUAL[scene][rule]
/** What is best at each rule's second rate. */
const bestRate = ({ rate }: ViewConfiguration): number => (rate === 5e-3 ? 1 : 0)

const PIXEL = { name: 'test/0', width: 1, height: 1, truth: 'AAAA', rendered: '////', psnr: 9 }

const runs = (score = usual, signal: readonly number[] = [0.3, 0.4, 0.5], scale: 'quick' | 'default' = 'default') =>
  allRuns(nerf, scale, 0, (configuration) => {
    const c = configuration as ViewConfiguration
    const value = score(c) + 0.1 * (c.seed % 3)
    const result: ViewResult = {
      validation: value + bestRate(c),
      test: c.stage === 'sweep' ? null : value,
      meanImage: MEAN_IMAGE[c.scene],
      signal: c.rule === 'DFA' || c.rule === 'shared' ? signal : [],
      pictures: Array.from({ length: c.pictures }, () => PIXEL),
    }
    return result
  })
const judged = (...args: Parameters<typeof runs>) => verdicts(nerf.judge(runs(...args), 'default'))

describe('launay2020/nerf', () => {
  it('tries the same rates for every rule, takes the best on validation views, and compares at a common one', () => {
    const all = runs().map(({ configuration }) => configuration as ViewConfiguration)
    for (const scene of ['spheres', 'lego'] as const) {
      for (const rule of ['BP', 'DFA', 'shared', 'shallow'] as const) {
        const own = all.filter((c) => c.scene === scene && c.rule === rule)
        expect(own.filter(({ stage }) => stage === 'sweep').map(({ rate, seed }) => [rate, seed])).toEqual(
          [2e-3, 5e-3, 2e-2, 5e-2].map((rate) => [rate, 0]),
        )
        const finals = own.filter(({ stage }) => stage === 'final').map(({ rate, seed }) => [rate, seed])
        expect(finals).toEqual([...(scene === 'spheres' ? [0, 1, 2] : [0]).map((seed) => [5e-3, seed]),
          ...(scene === 'spheres' && rule !== 'shared' ? [[2e-3, 0]] : [])])
      }
    }
  })

  it('holds at the numbers that are expected', () => {
    const all = judged()
    expect(Object.keys(all)).toHaveLength(6 + 6 + 6 + 1)
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
  })

  it('fails where DFA is no better than the control or the mean image', () => {
    const like = (value: number) => (c: ViewConfiguration): number =>
      c.rule === 'DFA' || c.rule === 'shared' ? value : usual(c)
    expect(judged(like(8))).toMatchObject({
      'nerf-trains-spheres': 'fails',
      'nerf-trains-lego': 'fails',
      'nerf-above-image-spheres': 'fails',
      'nerf-shared-above-image-lego': 'fails',
      'nerf-share-spheres': 'fails',
      'nerf-dfa-spheres': 'fails',
      'nerf-dfa-elsewhere': 'fails',
    })
    expect(judged(like(30))).toMatchObject({ 'nerf-behind-spheres': 'fails', 'nerf-share-lego': 'holds' })
  })

  it('fails where BP or the control are not what was asked for', () => {
    const other =
      (rule: string, value: number) => (c: ViewConfiguration): number => (c.rule === rule ? value : usual(c))
    expect(judged(other('BP', 23))).toMatchObject({ 'nerf-bp-spheres': 'fails', 'nerf-bp-elsewhere': 'fails' })
    expect(judged(other('shallow', 14))).toMatchObject({ 'nerf-shallow-spheres': 'fails',
      'nerf-shallow-elsewhere': 'fails', 'nerf-shallow-below-image-lego': 'fails' })
  })

  it('fails where one of the three signals has no more than chance', () => {
    expect(judged(usual, [0.05, 0.4, 0.5])).toMatchObject({ 'nerf-aligned-spheres': 'fails',
      'nerf-trains-spheres': 'holds' })
  })

  it('fails, and does not throw, where trainings did not stay finite', () => {
    const broken = runs().map((run) => {
      const { rule, stage } = run.configuration as ViewConfiguration
      const result = run.result as ViewResult
      return rule === 'DFA' && stage === 'final'
        ? { ...run, result: { ...result, validation: null, test: null, signal: [], pictures: [] } } : run
    })
    expect(verdicts(nerf.judge(broken, 'default'))).toMatchObject({ 'nerf-trains-spheres': 'fails',
      'nerf-aligned-spheres': 'fails' })
  })

  it('states shares with their standard errors, and shows a row of pictures for each rule', () => {
    const judgment = nerf.judge(runs(), 'default')
    const [share] = byId(judgment).get('nerf-share-spheres')?.measured ?? []
    expect((share as { mean: number }).mean).toBeCloseTo(10.5 / 16.5, 12)
    expect(judgment.findings?.[0]).toBe(
      'spheres: DFA closes 0.64 ± 0.00 of the gap between the control and BP, with one '
        + 'matrix 0.58 ± 0.00: BP 28.1 dB, DFA 22.1 dB, with one matrix for all points 21.1 dB, control 11.6 dB, mean '
        + 'training image 11.7 dB.',
    )
    const [spheres, lego] = judgment.figures
    for (const { svg } of [spheres, lego]) expect(svg.match(/<img /g)).toHaveLength(2 * 5)
    expect(
      htmlReport({ title: 't', summary: 's', facts: [],
        sections: [{ id: 'a', heading: 'h', figures: judgment.figures }] }),
    ).toContain('img-src data:')
  })

  it('decides at quick scale alone that DFA trains', () => {
    const all = verdicts(nerf.judge(runs(usual, [0.3, 0.4, 0.5], 'quick'), 'quick'))
    expect(all).toMatchObject({ 'nerf-trains-spheres': 'holds', 'nerf-share-spheres': 'undecided' })
  })
})
