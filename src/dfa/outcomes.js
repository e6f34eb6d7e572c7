// What may come of a training beside a trained network, as errors that a program can tell from its own faults.
/** A value that is not finite has ended a training. */
export class TrainingStopped extends Error {
    name = 'TrainingStopped';
    /** Steps done before. */
    step;
    /** What was not finite, and where. */
    place;
    /** Message: `training stopped at step <step>: <place>`. */
    constructor(step, place) {
        super(`training stopped at step ${step}: ${place}`);
        this.step = step;
        this.place = place;
    }
}
/** A rule is not defined for a network, or not fit for a way of training. */
export class RuleRefused extends Error {
    name = 'RuleRefused';
    /** Name of the rule's function or, where any rule is taken, of the rule. */
    rule;
    /** What must be otherwise. */
    why;
    /** Message: `<where>: <why>`, `where` the function that refuses; that of the rule unless given. */
    constructor(rule, why, where = rule) {
        super(`${where}: ${why}`);
        this.rule = rule;
        this.why = why;
    }
}
