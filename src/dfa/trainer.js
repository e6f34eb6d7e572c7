// One training step, the same for every rule.
import { blockedKernels, choose, firstNonFinite, show } from '../tensor/index.js';
import { inMode, isConcatenation, keptState, parametersOf, planned, restoreArrays, stateOf, walk } from '../nn/index.js';
import { isFeedbackPoint } from './feedback-point.js';
import { TrainingStopped } from './outcomes.js';
import { installRule } from './rules/rule.js';
import { weightNorms } from './weight-norms.js';
const BEGUN = 'switch/begun';
const ZERO = new Float64Array(1);
/**
 * Installs the rule and plans the step: beforeStep of the rule, forward pass, loss, backward pass, observe, reduction,
 * masks, clipping, beforeUpdate, optimizer, weight normalization, afterStep. Rule and optimizer serve this trainer alone.
 * Throws: what the rule throws for a network that it cannot train; RangeError for an unknown reduction.
 */
export function trainer(options) {
    const { network, loss, kernels = blockedKernels, clip, constrainWeights = false, observe, masks = [], hiddenReduction = loss.reduction } = options;
    let { rule, optimizer } = options;
    const toHidden = choose('trainer', 'hiddenReduction', hiddenReduction, HIDDEN_FACTORS)[loss.reduction];
    const parts = installRule(network, rule);
    const parameters = parametersOf(network);
    const frozen = new Set((options.frozen ?? []).flatMap(parametersOf));
    const changed = parameters.filter((parameter) => !frozen.has(parameter));
    let trained = [...changed, ...rule.parameters ?? []];
    const hidden = toHidden === unscaled ? [] : hiddenParameters(network).filter((parameter) => !frozen.has(parameter));
    optimizer.prepare(trained);
    /** Steps done before the optimizer began; none unless a switch brought a new one. */
    const begun = new Float64Array(1);
    let isStepping = false;
    const norms = constrainWeights ? weightNorms(parts.carriers.filter(({ weight }) => !frozen.has(weight)), kernels)
        : undefined;
    const context = { parts, step: 0, rate: 0 };
    const prefixed = (prefix, state) => state.map(({ name, data }) => ({ name: `${prefix}/${name}`, data }));
    const ownState = () => [...prefixed('rule', rule.state?.() ?? []), ...prefixed('norm', norms?.state ?? []),
        ...layerState];
    const begunState = () => (begun[0] > 0 ? [{ name: BEGUN, data: begun }] : []);
    const layerState = prefixed('layer', stateOf(network));
    const kept = keptState(network);
    const seen = {
        network,
        step: 0,
        loss: NaN,
        error: { shape: [0, 0], data: new Float32Array(0) },
    };
    const errors = planned('trainer', kernels, (shape, space) => space.tensor(shape));
    let steps = 0;
    const evaluate = (input, target) => {
        if (parts.tap !== undefined)
            parts.tap.target = target;
        const output = network.forward(input);
        const error = errors(output);
        return { loss: loss.evaluateInto(error, output, target), output, error };
    };
    /** Forward pass, error, backward pass, and a look at what came of them; the loss. */
    const gradients = (input, target) => {
        const { loss: value, output, error } = evaluate(input, target);
        // An output of −∞ can have a finite cross-entropy.
        if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) {
            throw new TrainingStopped(steps, `loss is ${value}, ${blame(network, input)}`);
        }
        network.backward(error, false);
        for (const { name, gradient } of parameters) {
            if (kernels.elementwise.firstNonFinite(gradient.data) >= 0) {
                throw new TrainingStopped(steps, `gradient of ${name} is not finite (loss ${value})`);
            }
        }
        if (observe !== undefined) {
            seen.step = steps;
            seen.loss = value;
            seen.error = error;
            observe(seen);
        }
        return value;
    };
    return {
        network,
        parameters,
        get steps() {
            return steps;
        },
        evaluate(input, target) {
            const { loss: value, output } = inMode(network, false, () => evaluate(input, target));
            return { loss: value, output };
        },
        step(input, target) {
            isStepping = true;
            try {
                context.step = steps;
                context.rate = optimizer.rate;
                norms?.record();
                rule.beforeStep?.(context);
                kept.keep();
                let value;
                try {
                    value = gradients(input, target);
                    // A mean loss divides by its rows, which are tokens or nodes where the input counts something else.
                    const factor = toHidden(target.shape[0]);
                    for (const { gradient: { data } } of hidden)
                        kernels.elementwise.scaleInto(data, factor, data);
                    for (const mask of masks)
                        mask.beforeUpdate();
                    clip?.(changed);
                    rule.beforeUpdate?.(context);
                }
                catch (cause) {
                    kept.putBack();
                    throw cause;
                }
                optimizer.step(trained);
                for (const mask of masks)
                    mask.afterUpdate();
                norms?.constrain();
                rule.afterStep?.(context);
                steps++;
                return value;
            }
            finally {
                isStepping = false;
            }
        },
        switchRule(next, { optimizer: fresh } = {}) {
            if (isStepping)
                throw new Error(`trainer.switchRule: step must be finished, got a call within step ${steps}`);
            if (fresh !== undefined && fresh.steps > 0) {
                throw new RangeError(`trainer.switchRule: optimizer must be new, got one after ${fresh.steps} steps`);
            }
            let together = [];
            installRule(network, next, () => {
                together = [...changed, ...next.parameters ?? []];
                const its = fresh ?? optimizer;
                its.prepare(together);
            });
            rule = next;
            trained = together;
            if (fresh === undefined)
                return;
            optimizer = fresh;
            begun[0] = steps;
        },
        state: () => [...prefixed('optimizer', optimizer.state()), ...ownState(), ...begunState()],
        restore(restored, state) {
            const own = ownState();
            const since = state.find(({ name }) => name === BEGUN)?.data ?? ZERO;
            if (since.length !== 1 || !(Number.isInteger(since[0]) && since[0] >= 0 && since[0] <= restored)) {
                throw new Error(`trainer.restore: ${BEGUN} must hold one number of steps up to ${restored}, got ${show([...since])}`);
            }
            const isOwn = ({ name }) => !name.startsWith('optimizer/') && name !== BEGUN;
            const others = state.filter(({ name }) => name.startsWith('optimizer/')).map(({ name, data }) => ({
                name: name.slice('optimizer/'.length),
                data,
            }));
            // Both parts are checked before either is written: the rule's own arrays into themselves first.
            restoreArrays('trainer.restore', own.map(({ name, data }) => ({ name, data: data.slice() })), state.filter(isOwn));
            optimizer.restore(restored - since[0], others);
            restoreArrays('trainer.restore', own, state.filter(isOwn));
            begun[0] = since[0];
            steps = restored;
        },
    };
}
const unscaled = () => 1;
/** By the reduction that is wanted and that of the loss: what makes the one of the other. */
const HIDDEN_FACTORS = {
    mean: { mean: unscaled, sum: (batch) => 1 / batch },
    sum: { mean: (batch) => batch, sum: unscaled },
};
/** The parameters of all layers before the last feedback point. */
function hiddenParameters(network) {
    const layers = walk(network);
    return layers.slice(0, layers.map(isFeedbackPoint).lastIndexOf(true) + 1).flatMap((layer) => layer.parameters);
}
/** Which array of the network was first not finite, in forward order. */
function blame(network, input) {
    if (firstNonFinite(input.data) >= 0)
        return 'the input is not finite';
    for (const { name, value } of parametersOf(network)) {
        if (firstNonFinite(value.data) >= 0)
            return `first not finite: parameter ${name}`;
    }
    const layer = firstBad(network, input);
    if (layer !== undefined)
        return `first not finite: output of ${layer.name}`;
    return 'all activations finite: the loss itself overflowed or the target is not finite';
}
/** The innermost layer whose output is first not finite, undefined when that of `layer` is finite. */
function firstBad(layer, input) {
    if (firstNonFinite(layer.forward(input).data) < 0)
        return undefined;
    let h = input;
    try {
        for (const child of layer.children) {
            const bad = firstBad(child, h);
            if (bad !== undefined)
                return bad;
            if (!isConcatenation(layer))
                h = child.forward(h);
        }
    }
    catch {
        // Children that are not one after another, as in attention, may refuse each other's outputs: the whole is named.
    }
    return layer;
}
