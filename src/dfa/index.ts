export { type ErrorTap, errorTap, isErrorTap } from './error-tap.ts'
export { type Delivery, deliverNothing, type FeedbackPoint, feedbackPoint, isFeedbackPoint, passOn } from './feedback-point.ts'
export {
  type FeedbackKind, feedbackMatrices, type FeedbackNormalisation, type FeedbackOptions, type FeedbackTarget,
} from './feedback.ts'
export { installRule, type LearningRule, type NetworkParts, partsOf } from './rules/rule.ts'
export { backpropagation } from './rules/backpropagation.ts'
export { feedbackAlignment, type FeedbackAlignmentOptions } from './rules/feedback-alignment.ts'
export {
  directFeedbackAlignment, type DirectFeedbackAlignment, type DirectFeedbackAlignmentOptions,
} from './rules/direct-feedback-alignment.ts'
export { frozen } from './rules/frozen.ts'
export { mlp, type MlpOptions } from './mlp.ts'
export { trainer, type Trainer, type TrainerOptions } from './trainer.ts'
export {
  type Alignment, type CosineStatistics, jointCosine, meanAndDeviation, measureAlignment, rowCosines,
} from './alignment.ts'
export { transportAlignment, type WeightAlignment, weightAlignment } from './weight-alignment.ts'
