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
import { shapedFeedback } from './beyond/shaped-feedback.ts'
import { shapedFeedbackNonlinear } from './beyond/shaped-feedback-nonlinear.ts'
import { rulesMnist } from './rules/mnist.ts'
import { rulesCifar } from './rules/cifar.ts'

/** All experiments, in the order of the list and of reports. */
export const EXPERIMENTS: readonly Experiment[] = [odeVsSimulation, earlyTime, degeneracy, reluRecovery,
  overparameterized, deepLinear, deepLinearMnist, globalAlignment, layerwise, degeneracyDeep, width, targetCovariance,
  labelNoise, gradientPerturbation, conditioningBeyond, convolution, structuredFeedback, shapedFeedback,
  shapedFeedbackNonlinear, rulesMnist, rulesCifar]
