// All rules on the CIFAR-10 images at hand, where the gap between the families opens.

import { undecided } from '../../claims/claim.ts'
import { type Budget, SIGN_RULES } from './plan.ts'
import { pointsAhead, rowsFor } from './rows.ts'
import { ruleExperiment } from './rule-experiment.ts'

const held = { trainingSamples: 8000, validationSamples: 2000, testSamples: 0 } as const
const MLP: Budget = { model: 'mlp', epochs: 4, batch: 64, ...held }
const CNN: Budget = { model: 'cnn', epochs: 3, batch: 32, ...held, trainingSamples: 3000 }
const few = { batch: 8, epochs: 1, trainingSamples: 256, validationSamples: 100, testSamples: 200 } as const
const all = { epochs: 100, trainingSamples: 0 } as const
const DEFAULT = { dataset: 'cifar10', tuningSeeds: 2, seeds: 5, budgets: [MLP, CNN] } as const

/** Every rule on CIFAR-10. */
export const rulesCifar = ruleExperiment({
  name: 'rules-cifar',
  title: 'Fourteen learning rules on CIFAR-10',
  source: 'akrout2019, BioTorch benchmark: orders and gaps, other settings',
  about: 'One table of every rule, on a fully connected network (3072-500-10) and a small convolutional one (5×5×16, '
    + 'pool, 5×5×32, pool, 10). The 10,000 images of the first training file are trained on and validated with; the '
    + 'first 1000 of the test file and the last 1000 of the fifth training file are the test set. Accuracies are far '
    + 'below those of all 50,000 images: only gaps are claimed.',
  scales: {
    quick: { minutes: 1, ...DEFAULT, tuningSeeds: 1, seeds: 1, budgets: [{ ...CNN, ...few }] },
    default: { minutes: 45, ...DEFAULT },
    paper: { minutes: 1600, ...DEFAULT, budgets: [{ ...MLP, ...all }, { ...CNN, ...all }] },
  },
  figure: 'accuracy',
  claims(rows, { claim, setting, scale }) {
    const on = (model: string, ...rules: readonly string[]) => rowsFor(rows, model, rules)
    const more = { source: 'BioTorch benchmark (LeNet, SGD)' }
    const [bp, fa, dfa, ...signs] = on('cnn', 'backpropagation', 'feedback-alignment', 'direct-feedback-alignment',
      ...SIGN_RULES)
    const beyond = '3 points are what sign methods may lose'
    const size = claim.atLeast('rules-cifar-cnn-size', 'CNN: points that FA and DFA lose against backpropagation',
      pointsAhead([bp], [fa, dfa]), 15, 'what the benchmark has at least', more)
    const cnn = [
      claim.atMost('rules-cifar-cnn-sign', 'CNN: points that each sign method loses against backpropagation',
        pointsAhead([bp], signs), 3, '3 points allowed for other settings', more),
      claim.above('rules-cifar-cnn-fa', 'CNN: points that feedback alignment loses against backpropagation',
        pointsAhead([bp], [fa]), 3, beyond, more),
      claim.above('rules-cifar-cnn-dfa', 'CNN: points that direct feedback alignment loses against backpropagation',
        pointsAhead([bp], [dfa]), 3, beyond, more),
      scale === 'paper' ? size : undecided(size, 'the benchmark trained for 250 epochs of 45,000 images'),
    ]
    if (!setting.budgets.some(({ model }) => model === 'mlp')) return cnn
    const learned = on('mlp', 'kolen-pollack', 'weight-mirror')
    const akrout = { source: 'akrout2019 (3072-500-10)' }
    return [
      claim.above('rules-cifar-transports', 'MLP: points by which Kolen–Pollack and weight mirrors are ahead of FA',
        pointsAhead(learned, on('mlp', 'feedback-alignment')), 0, 'sign alone', akrout),
      claim.atMost('rules-cifar-near', 'MLP: points that Kolen–Pollack and weight mirrors lose against backpropagation',
        pointsAhead(on('mlp', 'backpropagation'), learned), 3, '3 points allowed for other settings', akrout),
      ...cnn,
    ]
  },
})
