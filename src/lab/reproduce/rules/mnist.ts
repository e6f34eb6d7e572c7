// All rules on MNIST: a fully connected network and LeNet.

import { pairedDifference, sample } from '../../statistics.ts'
import { type Budget, RATES, SIGN_RULES } from './plan.ts'
import { cosinesOf, pointsAhead, rowsFor } from './rows.ts'
import { ruleExperiment } from './rule-experiment.ts'

const held = { validationSamples: 5000, testSamples: 0 } as const
const MLP: Budget = { model: 'mlp', sweepEpochs: 1, epochs: 5, batch: 64, trainingSamples: 0, ...held }
const LENET: Budget = { model: 'lenet', sweepEpochs: 2, epochs: 6, batch: 32, trainingSamples: 10_000, ...held }
const few = { epochs: 2, trainingSamples: 2000, validationSamples: 1000, testSamples: 1000 } as const
const long = { sweepEpochs: 5, epochs: 50, trainingSamples: 0 } as const
const DEFAULT = { dataset: 'mnist', rates: RATES, further: 3, seeds: 3, budgets: [MLP, LENET] } as const

/** Every rule on MNIST. */
export const rulesMnist = ruleExperiment({
  name: 'rules-mnist',
  title: 'Fourteen learning rules on MNIST',
  source: 'akrout2019, BioTorch benchmark, frenkel2021: orders and gaps, other settings',
  about: 'One table of every rule, on a fully connected network (784-500-10) and on LeNet (5×5×6, 5×5×16, 120, 84, '
    + '10). The papers trained for 100 to 400 epochs; here orders and gaps are claimed, not digits.',
  scales: {
    quick: { minutes: 0.2, ...DEFAULT, rates: [0.016, 0.064], further: 0, seeds: 1, budgets: [{ ...MLP, ...few }] },
    default: { minutes: 11, ...DEFAULT },
    paper: { minutes: 270, ...DEFAULT, seeds: 5, budgets: [{ ...MLP, ...long }, { ...LENET, ...long }] },
  },
  figure: 'error',
  claims(rows, { claim, setting }) {
    const on = (model: string, ...rules: readonly string[]) => rowsFor(rows, model, rules)
    const [bp, fa, dfa, kp, wm, frozen] = on('mlp', 'backpropagation', 'feedback-alignment',
      'direct-feedback-alignment', 'kolen-pollack', 'weight-mirror', 'frozen')
    const carried = [kp, wm, fa].map((row) => cosinesOf(row, 'weight', 'dense2'))
    const over = (a: readonly number[], b: readonly number[]) =>
      a.length === b.length ? pairedDifference(a, b) : sample([])
    const akrout = { source: 'akrout2019 (784-500-10)' }
    const range = 'range of the papers, whose settings differ'
    const points = (number: number): string => `${number} points allowed for other settings`
    const mlp = [
      claim.between('rules-mnist-bp', 'MLP: test accuracy of backpropagation in %', sample(bp.test), 98, 99, range,
        akrout),
      claim.atMost('rules-mnist-kp', 'MLP: points that Kolen–Pollack loses against backpropagation',
        pointsAhead([bp], [kp]), 0.3, points(0.3), akrout),
      claim.atMost('rules-mnist-wm', 'MLP: points that weight mirrors lose against backpropagation',
        pointsAhead([bp], [wm]), 0.3, points(0.3), akrout),
      claim.between('rules-mnist-fa', 'MLP: test accuracy of feedback alignment in %', sample(fa.test), 97.5, 98.4,
        range, akrout),
      claim.between('rules-mnist-dfa', 'MLP: test accuracy of direct feedback alignment in %', sample(dfa.test), 97.5,
        98.4, range, { source: 'nokland2016' }),
      claim.atLeast('rules-mnist-frozen', 'MLP: points that the last layer alone loses against FA and against DFA',
        pointsAhead([fa, dfa], [frozen]), 2, 'what the papers have at least', { source: 'frenkel2021' }),
      claim.above('rules-mnist-transports', 'MLP: cos∠(W, R) of KP and of WM less that of FA, and that of FA', [
        over(carried[0], carried[2]),
        over(carried[1], carried[2]),
        sample(carried[2]),
      ], 0, 'sign alone', akrout),
    ]
    if (!setting.budgets.some(({ model }) => model === 'lenet')) return mlp
    const signs = on('lenet', ...SIGN_RULES)
    const lenet = { source: 'BioTorch benchmark (LeNet)' }
    return [...mlp,
      claim.atMost('rules-mnist-lenet-sign', 'LeNet: points that each sign method loses against backpropagation',
        pointsAhead(on('lenet', 'backpropagation'), signs), 3, points(3), lenet),
      claim.above('rules-mnist-lenet-order', 'LeNet: points by which each sign method is ahead of FA and of DFA',
        pointsAhead(signs, on('lenet', 'feedback-alignment', 'direct-feedback-alignment')), 0, 'sign alone', lenet)]
  },
})
