// All rules on MNIST: a fully connected network and LeNet.

import { type Claim } from '../../claims/claim.ts'
import { ordered } from '../../claims/legacy.ts'
import type { Experiment, Scale } from '../experiment.ts'
import { apart, near, within } from './claims.ts'
import { type Budget, RATES, type RulePlan } from './plan.ts'
import { meanAlignment, rowOf, type RuleRow, SIGN_RULES } from './rows.ts'
import { ruleExperiment } from './rule-experiment.ts'

const held = { validationSamples: 5000, testSamples: 0 } as const
const MLP: Budget = { model: 'mlp', sweepEpochs: 1, epochs: 5, batch: 64, trainingSamples: 0, ...held }
const LENET: Budget = { model: 'lenet', sweepEpochs: 2, epochs: 6, batch: 32, trainingSamples: 10_000, ...held }

const PLANS: Readonly<Record<Scale, RulePlan>> = {
  quick: {
    dataset: 'mnist',
    rates: [0.016, 0.064],
    further: 0,
    seeds: 1,
    budgets: [{ ...MLP, epochs: 2, trainingSamples: 2000, validationSamples: 1000, testSamples: 1000 }],
  },
  default: { dataset: 'mnist', rates: RATES, further: 3, seeds: 3, budgets: [MLP, LENET] },
  paper: {
    dataset: 'mnist',
    rates: RATES,
    further: 3,
    seeds: 5,
    budgets: [{ ...MLP, sweepEpochs: 5, epochs: 50 }, { ...LENET, sweepEpochs: 5, epochs: 50, trainingSamples: 0 }],
  },
}

function claims(rows: readonly RuleRow[]): readonly Claim[] {
  const models = new Set(rows.map(({ model }) => model))
  return [...models.has('mlp') ? mlpClaims(rows) : [], ...models.has('lenet') ? lenetClaims(rows) : []]
}

function mlpClaims(rows: readonly RuleRow[]): readonly Claim[] {
  const test = (rule: string): readonly number[] => rowOf(rows, 'mlp', rule).test
  const carried = (rule: string): number => meanAlignment(rowOf(rows, 'mlp', rule), 'weight', 'dense2') ?? NaN
  const akrout = (id: string, statement: string): { id: string; statement: string; source: string } => ({
    id: `rules-mnist-${id}`,
    statement: `MLP: ${statement}`,
    source: 'akrout2019 (784-500-10)',
  })
  const [bp, fa, dfa] = ['backpropagation', 'feedback-alignment', 'direct-feedback-alignment'].map(test)
  return [near(akrout('bp', 'backpropagation reaches about 98.5 %'), bp, 98.5, 0.5),
    within(akrout('kp', 'Kolen–Pollack stays within 0.3 points of backpropagation'), bp, [test('kolen-pollack')], 0.3),
    within(akrout('wm', 'weight mirrors stay within 0.3 points of backpropagation'), bp, [test('weight-mirror')], 0.3),
    near(akrout('fa', 'feedback alignment reaches 97.5 to 98.4 %'), fa, 97.95, 0.45),
    near({ ...akrout('dfa', 'direct feedback alignment reaches 97.5 to 98.4 %'), source: 'nokland2016' }, dfa, 97.95,
      0.45),
    apart({ ...akrout('frozen', 'the last layer alone stays 2 points below FA and DFA'), source: 'frenkel2021' }, [fa,
      dfa], [test('frozen')], 2),
    ordered({ ...akrout('transports', 'cos∠(W, R) of KP and WM above that of FA, FA above 0'), method: 'training' },
      'falling', [Math.min(carried('kolen-pollack'), carried('weight-mirror')), carried('feedback-alignment'), 0])]
}

function lenetClaims(rows: readonly RuleRow[]): readonly Claim[] {
  const test = (rule: string): readonly number[] => rowOf(rows, 'lenet', rule).test
  const source = 'BioTorch benchmark (LeNet)'
  const signs = SIGN_RULES.map(test)
  return [
    within({ id: 'rules-mnist-lenet-sign', statement: 'LeNet: sign methods lose at most 3 points', source },
      test('backpropagation'), signs, 3),
    apart({ id: 'rules-mnist-lenet-order', statement: 'LeNet: FA and DFA end below every sign method', source }, signs,
      ['feedback-alignment', 'direct-feedback-alignment'].map(test), 0),
  ]
}

/** Fourteen rules on MNIST. */
export const rulesMnist: Experiment = ruleExperiment({
  name: 'rules-mnist',
  title: 'Fourteen learning rules on MNIST',
  source: 'akrout2019, BioTorch benchmark, frenkel2021: orders and gaps, other settings',
  about: 'One table of every rule, on a fully connected network (784-500-10) and on LeNet (5×5×6, 5×5×16, 120, 84, '
    + '10). The papers trained for 100 to 400 epochs; here orders and gaps are claimed, not digits.',
  minutes: { quick: 0.2, default: 11, paper: 270 },
  plans: PLANS,
  figure: 'error',
  claims,
  discussion: [
    'Seeds 0 to 2, fully connected: order and gaps come out as in the papers, but for weight mirrors. The short runs '
    + 'chose 0.064 for them as for most rules; in the long runs the training loss explodes there (10⁴ in the last '
    + 'epoch) while the accuracy stays near 97.7 %. At 0.016 it does not, and the validation accuracy of seed 0 is '
    + '97.94 % against 98.10 % of backpropagation, within the claim. Noise of the mirror is not the reason: with '
    + 'sixteen times its samples per phase cos∠(W, R) is 0.998 and the loss still ends near 5000. The rate stays as '
    + 'the plan chose it.',
    'Indirect feedback alignment equals direct feedback alignment to the last bit where there is one hidden layer. '
    + 'DRTP and sDFA push without the size of the error, so the push never ends, and ReLU units grow or die of it: '
    + 'DRTP ends below the frozen control here, and reaches 94.8 % of validation with tanh (seed 0, rate 0.016), the '
    + 'kind of unit that saturates.',
    'LeNet: feedback that does not follow the weights makes training unstable before it makes it inaccurate. FA, '
    + 'SSDFA and sDFA end with median losses above 10⁵ and accuracies of 83 to 91 %; of three trainings of KP '
    + 'one diverged at step 77, the others reach 97.8 %; DKP, good in a short run, diverged in all long ones; DRTP '
    + 'learns nothing. The gradients of convolutions agree little with the exact ones under random feedback (GA at '
    + 'most 0.12), well under signs (0.3 to 0.7).',
  ],
})
