// Every experiment by name: an experiment is one file and one line here.

import type { Experiment } from './experiment.ts'
import { odeVsSimulation } from './refinetti2021/ode-vs-simulation.ts'
import { earlyTime } from './refinetti2021/early-time.ts'
import { degeneracy } from './refinetti2021/degeneracy.ts'
import { reluRecovery } from './refinetti2021/relu-recovery.ts'
import { overparameterized } from './refinetti2021/overparameterized.ts'
import { deepLinear, deepLinearMnist } from './refinetti2021/deep-linear.ts'
import { globalAlignment } from './refinetti2021/global-alignment.ts'
import { layerwise } from './refinetti2021/layerwise.ts'
import { degeneracyDeep } from './refinetti2021/degeneracy-deep.ts'
import { width } from './refinetti2021/width.ts'
import { targetCovariance } from './refinetti2021/target-covariance.ts'
import { labelNoise } from './refinetti2021/label-noise.ts'
import { gradientPerturbation } from './refinetti2021/gradient-perturbation.ts'
import { conditioningBeyond } from './refinetti2021/conditioning-beyond.ts'
import { convolution } from './refinetti2021/convolution.ts'
import { structuredFeedback } from './refinetti2021/structured-feedback.ts'
import { feedbackNormalization } from './launay2019/feedback-normalization.ts'
import { activations } from './launay2019/activations.ts'
import { dropout } from './launay2019/dropout.ts'
import { batchNorm } from './launay2019/batch-norm.ts'
import { bottleneck } from './launay2019/bottleneck.ts'
import { preAlignment } from './launay2019/pre-alignment.ts'
import { convolutions } from './launay2019/convolutions.ts'
import { reductions } from './launay2019/reductions.ts'
import { bestPractices } from './launay2019/best-practices.ts'
import { census } from './chu2023/census.ts'
import { escape } from './chu2023/escape.ts'
import { phasePortrait } from './chu2023/phase-portrait.ts'
import { tangentKernel } from './chu2023/tangent-kernel.ts'
import { initialScale } from './chu2023/initial-scale.ts'
import { alignedButPoor } from './chu2023/aligned-but-poor.ts'
import { walk } from './chu2023/walk.ts'
import { fourMeasures } from './chu2023/four-measures.ts'
import { switchExperiment } from './chu2023/switch.ts'
import { graphs } from './launay2020/graphs.ts'
import { graphRegularization } from './launay2020/graph-regularization.ts'
import { graphAutoencoder } from './launay2020/graph-autoencoder.ts'
import { hiddenMap } from './launay2020/hidden-map.ts'
import { shapedFeedback } from './beyond/shaped-feedback.ts'
import { shapedFeedbackNonlinear } from './beyond/shaped-feedback-nonlinear.ts'
import { rulesMnist } from './rules/mnist.ts'
import { rulesCifar } from './rules/cifar.ts'
import { trainDefaults } from './defaults/train-defaults.ts'

/** All experiments, in the order of the list and of reports. */
export const EXPERIMENTS: readonly Experiment[] = [odeVsSimulation, earlyTime, degeneracy, reluRecovery,
  overparameterized, deepLinear, deepLinearMnist, globalAlignment, layerwise, degeneracyDeep, width, targetCovariance,
  labelNoise, gradientPerturbation, conditioningBeyond, convolution, structuredFeedback, feedbackNormalization,
  activations, dropout, batchNorm, bottleneck, preAlignment, convolutions, reductions, bestPractices, census, escape,
  phasePortrait, tangentKernel, initialScale, alignedButPoor, walk, fourMeasures, switchExperiment, graphs,
  graphRegularization, graphAutoencoder, hiddenMap, shapedFeedback, shapedFeedbackNonlinear, rulesMnist, rulesCifar,
  trainDefaults]
