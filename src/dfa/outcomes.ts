// What may come of a training beside a trained network, as errors that a program can tell from its own faults.

/** A value that is not finite has ended a training. */
export class TrainingStopped extends Error {
  override readonly name = 'TrainingStopped'
  /** Steps done before. */
  readonly step: number
  /** What was not finite, and where. */
  readonly place: string

  /** Message: `training stopped at step <step>: <place>`. */
  constructor(step: number, place: string) {
    super(`training stopped at step ${step}: ${place}`)
    this.step = step
    this.place = place
  }
}

/** A rule is not defined for a network, or not fit for a way of training. */
export class RuleRefused extends Error {
  override readonly name = 'RuleRefused'
  /** Name of the rule's function or, where any rule is taken, of the rule. */
  readonly rule: string
  /** What must be otherwise. */
  readonly why: string

  /** Message: `<where>: <why>`, `where` the function that refuses; that of the rule unless given. */
  constructor(rule: string, why: string, where: string = rule) {
    super(`${where}: ${why}`)
    this.rule = rule
    this.why = why
  }
}
