import { describe, expect, it } from 'vitest'
import type { GraphConfiguration } from '../../../../src/lab/reproduce/graphs/training.ts'
import { graphRegularization } from '../../../../src/lab/reproduce/launay2020/graph-regularization.ts'
import { verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

const judged = (accuracy: (c: GraphConfiguration) => number) =>
  verdicts(graphRegularization.judge(allRuns(graphRegularization, 'default', 0, (c) => {
    const score = { epoch: 1, validation: 0.5, test: accuracy(c as GraphConfiguration) }
    return { best: score, last: score, signal: [], first: null }
  }), 'default'))

const isStrong = ({ hidden, decay }: GraphConfiguration): boolean => hidden === 0.5 && decay === 5e-4
const usual = (c: GraphConfiguration): number =>
  c.rule === 'BP' ? 0.81 : isStrong(c) ? (c.epochs === 600 ? 0.766 : 0.747) : 0.78

describe('launay2020/graph-regularization', () => {
  it('holds at the numbers that are expected', () => {
    expect(judged(usual)).toEqual({
      'graph-regularization-dfa': 'holds',
      'graph-regularization-more': 'holds',
      'graph-regularization-longer': 'holds',
      'graph-regularization-accuracy': 'holds',
    })
  })

  it('fails where regularization helps DFA, where it harms BP as much, and where DFA is only slower', () => {
    expect(judged((c) => (c.rule === 'DFA' && isStrong(c) ? 0.79 : usual(c)))['graph-regularization-dfa']).toBe('fails')
    expect(judged((c) => (c.rule === 'BP' && isStrong(c) ? 0.7 : usual(c)))['graph-regularization-more']).toBe('fails')
    expect(judged((c) => (c.epochs === 600 ? 0.79 : usual(c)))['graph-regularization-longer']).toBe('fails')
    expect(judged((c) => (isStrong(c) ? 0.6 : usual(c)))['graph-regularization-accuracy']).toBe('fails')
  })
})
