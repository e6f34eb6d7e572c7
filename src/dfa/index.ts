export { type ErrorTap, errorTap, isErrorTap } from './error-tap.ts'
export { deliverNothing, type Delivery, type FeedbackPoint, feedbackPoint, isFeedbackPoint,
  passOn } from './feedback-point.ts'
export { type FeedbackKind, feedbackMatrices, type FeedbackNormalization, type FeedbackOptions,
  type FeedbackTarget } from './feedback.ts'
export type { FeedbackMaps } from './feedback-maps.ts'
export { type Carrier, installRule, isCarrier, type LearningRule, type NetworkParts, partsOf,
  type StepContext } from './rules/rule.ts'
export { RULE_DESCRIPTIONS, RULES } from './rules/index.ts'
export type { RuleDescription, RuleOption, RuleOptions } from './rules/description.ts'
export { type DirectOptions, type DirectRule } from './rules/direct-delivery.ts'
export { type TransportOptions } from './rules/transport.ts'
export { type SignSymmetryOptions } from './rules/sign-symmetry.ts'
export { backpropagation } from './rules/backpropagation.ts'
export { feedbackAlignment, type FeedbackAlignmentOptions } from './rules/feedback-alignment.ts'
export { type DirectFeedbackAlignment, directFeedbackAlignment,
  type DirectFeedbackAlignmentOptions } from './rules/direct-feedback-alignment.ts'
export { type IndirectFeedbackAlignment, indirectFeedbackAlignment,
  type IndirectFeedbackAlignmentOptions } from './rules/indirect-feedback-alignment.ts'
export { uniformSignSymmetry, type UniformSignSymmetryOptions } from './rules/uniform-sign-symmetry.ts'
export { batchRandomSignSymmetry } from './rules/batch-random-sign-symmetry.ts'
export { fixedRandomSignSymmetry } from './rules/fixed-random-sign-symmetry.ts'
export { kolenPollack, type KolenPollackOptions } from './rules/kolen-pollack.ts'
export { weightMirror, type WeightMirrorOptions } from './rules/weight-mirror.ts'
export { directRandomTargetProjection } from './rules/direct-random-target-projection.ts'
export { errorSignDirectFeedbackAlignment } from './rules/error-sign-direct-feedback-alignment.ts'
export { sparseDirectFeedbackAlignment } from './rules/sparse-direct-feedback-alignment.ts'
export { directKolenPollack, type DirectKolenPollackOptions } from './rules/direct-kolen-pollack.ts'
export { frozen } from './rules/frozen.ts'
export { RuleRefused, TrainingStopped } from './outcomes.ts'
export { mlp, type MlpOptions } from './mlp.ts'
export { type Observation, type Trainer, trainer, type TrainerOptions } from './trainer.ts'
export { installDirect, type Segment, type Segmentation, segmentsOf, type SegmentTrainer, segmentTrainer,
  type SegmentTrainerOptions, updateSegment } from './segments.ts'
export { type Alignment, type CosineStatistics, jointCosine, meanAndDeviation, measureAlignment,
  rowCosines } from './alignment.ts'
export { transportAlignment, type WeightAlignment, weightAlignment, type WeightTarget,
  weightTargets } from './weight-alignment.ts'
export { type AlignmentRecord, alignmentRecord, type CosineRecord, type Measurable,
  type Measured } from './alignment-record.ts'
