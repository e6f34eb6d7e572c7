export { type Batch, directFeedbackStep, type Feedback, type Weights } from './linear-network.ts'
export {
  alignmentFromWeights, type AlignmentMatrices, alignmentStep, applyUpdate, doubleSum, endToEnd, grams, type Grams,
  historyEntry, type HistoryEntry, type LinearTask, populationStep, populationUpdate, relativeLoss, weightsFromAlignment,
  zeroAlignment,
} from './alignment-matrices.ts'
export { strongAlignment, weightAlignments } from './weight-alignment.ts'
export { alignmentBound, backwardProduct, gradientAlignment, kantorovichBound, probeErrors } from './gradient-alignment.ts'
export { conditionOnRank, earlyCondition, finalCondition, finalModes } from './conditioning.ts'
export { addUpdateSquares, relativeDifference, symmetricPartResidual, updateRecursionResidual } from './identities.ts'
