export { type Batch, directFeedbackStep, type Feedback, type Weights } from './linear-network.ts'
export { alignmentFromWeights, type AlignmentMatrices, alignmentStep, applyUpdate, doubleSum, endToEnd, type Grams,
  grams, type HistoryEntry, historyEntry, type LinearTask, populationStep, populationUpdate, relativeLoss,
  weightsFromAlignment, zeroAlignment } from './alignment-matrices.ts'
export { strongAlignment, weightAlignments } from './weight-alignment.ts'
export { alignmentBound, backwardDirection, backwardProduct, gradientAlignment, kantorovichBound,
  probeErrors } from './gradient-alignment.ts'
export { conditionOnRank, earlyCondition, finalCondition, finalModes } from './conditioning.ts'
export { addUpdateSquares, relativeDifference, symmetricPartResidual, updateRecursionResidual } from './identities.ts'
export { centeredCondition, fitAlignment, type FittedAlignment, structurelessResidual } from './fitted-alignment.ts'
export { errorCoefficients, fieldCovariance, generalizationError, initialGeneralizationError,
  type OrderParameters } from './teacher-student/order-parameters.ts'
export { erfIntegrals, type GaussianIntegrals, linearIntegrals, reluI2 } from './teacher-student/gaussian-integrals.ts'
export { type TeacherStudentFlow, teacherStudentFlow } from './teacher-student/flow.ts'
export { earlyOutput, earlyOutputRatio, earlyStudentOverlap,
  earlyTeacherOverlap } from './teacher-student/early-time.ts'
export { successIncrement, successProbability } from './teacher-student/success-probability.ts'
export { type OnlineSimulation, onlineSimulation, orderParametersOf } from './teacher-student/online.ts'
export { integrateFixed, type Trajectory } from './runge-kutta.ts'
export { integrateAdaptive } from './dormand-prince.ts'
export { type SparseRows, sparseTimes } from './sparse-rows.ts'
export { type ConvolutionGeometry, convolutionMatrix, convolutionOutput,
  receptiveFields } from './convolution-as-matrix.ts'
export { type AttainableAlignment, attainableAlignment, convolutionWeightAlignment,
  expectedAttainableAlignment } from './attainable-alignment.ts'
export { type NonNegativeFactors, nonNegativeFactors } from './non-negative-factors.ts'
export { leadingSingularVectors } from './leading-singular-vectors.ts'
export { exactFeedback, feedbackFlow, forwardMaps, transportedFeedback } from './stability/flow.ts'
export { flattened, flowDerivative, restored } from './stability/flat-weights.ts'
export { fixedPointResidual, spuriousTeacher } from './stability/fixed-points.ts'
export { numericalJacobian } from './stability/numerical-jacobian.ts'
export { errorOperator, type LayerTerm, layerTerms } from './stability/error-operator.ts'
export { fixedPointStability, leastSymmetricParts, operatorTrace, type Stability, stabilityOf,
  wholeGradientProduct } from './stability/criteria.ts'
export { hiddenWeightAlignment, leastDecay, transverseSpectrum } from './stability/two-layer.ts'
export { chainConstant, chainEnd, chainForce, chainRate, type ScalarChain } from './stability/scalar-chain.ts'
export { alignmentInvariant, fromAbove, fromOutput, type HiddenSignal, homogeneousUpdate,
  neuronInvariants } from './stability/invariant.ts'
export { alignmentTerms, finalRate, finalRateRatio, modalSpectrum } from './stability/modal-spectrum.ts'
export { leastRate, NONLINEARITIES, type Nonlinearity, tangentKernel, twoLayerErrors, twoLayerFlow,
  twoLayerLoss } from './stability/tangent-kernel.ts'
export { curveAt, timeUntil } from './shaped-feedback/curve.ts'
export { backwardExponents, balancedExponents, equalizingShape, largestStableRate, modeRates, powerShapes, rateExponent,
  shapedLoss, type ShapedModes, shapedModes, type ShapedTask, teacherPower,
  timeToLoss } from './shaped-feedback/modes.ts'
export { shapedGradientAlignment, shapedWholeAlignment, wholeGradientAlignment } from './shaped-feedback/alignment.ts'
