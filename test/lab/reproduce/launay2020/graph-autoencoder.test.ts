import { describe, expect, it } from 'vitest'
import type { AutoencoderConfiguration } from '../../../../src/lab/reproduce/graphs/autoencoder.ts'
import { graphAutoencoder } from '../../../../src/lab/reproduce/launay2020/graph-autoencoder.ts'
import { verdicts } from '../made.ts'
import { allRuns } from '../rounds.ts'

const runs = (auc: (c: AutoencoderConfiguration) => number) =>
  allRuns(graphAutoencoder, 'default', 0, (configuration) => {
    const c = configuration as AutoencoderConfiguration
    const score = { auc: auc(c), precision: auc(c) }
    return { validation: score, test: c.stage === 'sweep' ? null : score, signal: c.rule === 'DFA' ? 0.5 : null }
  })
const usual = ({ rule }: AutoencoderConfiguration): number => ({ BP: 0.9, DFA: 0.88, shallow: 0.75 })[rule]

describe('launay2020/graph-autoencoder', () => {
  it('holds at the numbers that are expected', () => {
    const all = verdicts(graphAutoencoder.judge(runs(usual), 'default'))
    expect(Object.keys(all)).toHaveLength(6)
    expect(new Set(Object.values(all))).toEqual(new Set(['holds']))
  })

  it('fails where DFA is no better than the control, or closes half of the gap', () => {
    const half = verdicts(graphAutoencoder.judge(runs((c) => (c.rule === 'DFA' ? 0.82 : usual(c))), 'default'))
    expect(half).toMatchObject({
      'graph-autoencoder-trains-cora': 'holds',
      'graph-autoencoder-share-cora': 'fails',
      'graph-autoencoder-dfa-cora': 'fails',
    })
    const none = verdicts(graphAutoencoder.judge(runs((c) => (c.rule === 'DFA' ? 0.7 : usual(c))), 'default'))
    expect(none).toMatchObject({ 'graph-autoencoder-trains-citeseer': 'fails' })
  })

  it('tunes the rate of the control by validation, and has the paper’s for the others', () => {
    const made = runs((c) => usual(c) + (c.stage === 'sweep' && c.rate === 0.1 ? 0.01 : 0))
    const rates = (rule: string,
      dataset: string) => [
      ...new Set(made.map(({ configuration }) =>
        configuration as AutoencoderConfiguration
      ).filter((c) => c.stage === 'final' && c.rule === rule && c.dataset === dataset).map(({ rate }) =>
        rate
      )),
    ]
    expect(rates('shallow', 'cora')).toEqual([0.1])
    expect([rates('BP', 'citeseer'), rates('DFA', 'citeseer'), rates('DFA', 'cora')]).toEqual([[0.01], [0.02], [0.01]])
  })
})
