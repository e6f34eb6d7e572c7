// A network cut at its feedback points. Under direct rules the pieces depend on each other in the forward pass alone:
// once the error is known they can be trained in any order, or at the same time.
import { blockedKernels, firstNonFinite } from '../tensor/index.js';
import { chain, keptState, parametersOf, planned, walk } from '../nn/index.js';
import { isErrorTap } from './error-tap.js';
import { isFeedbackPoint, passOn } from './feedback-point.js';
import { RuleRefused, TrainingStopped } from './outcomes.js';
import { partsOf } from './rules/rule.js';
/**
 * Cuts a chain (of `chain` or `mlp`) at its feedback points. The layers are those of the chain, not copies.
 * Throws: Error for a point or a tap inside another layer, and for a tap below a point.
 */
export function segmentsOf(network) {
    const { children } = network;
    const inside = children.flatMap((child) => walk(child).slice(1));
    const inner = inside.find((layer) => isFeedbackPoint(layer) || isErrorTap(layer));
    if (inner !== undefined || network.parameters.length > 0) {
        const got = inner === undefined ? `parameters in ${network.name} itself` : `${inner.name} inside another layer`;
        throw new Error(`segmentsOf: points and tap must stand directly in a chain, got ${got}`);
    }
    const at = children.findIndex(isErrorTap);
    const end = at < 0 ? children.length : at;
    const above = children.slice(end).find(isFeedbackPoint);
    if (above !== undefined) {
        throw new Error(`segmentsOf: the error tap must lie above every feedback point, got ${above.name} above it`);
    }
    const crown = chain(`${network.name}/crown`, children.slice(end));
    const segments = [];
    let from = 0;
    for (const [index, layer] of children.entries()) {
        if (!isFeedbackPoint(layer))
            continue;
        segments.push(segment(children.slice(from, index + 1), layer, []));
        from = index + 1;
    }
    segments.push(segment(children.slice(from, end), undefined, parametersOf(crown)));
    return { segments, crown, tap: children.find(isErrorTap) };
}
function segment(layers, point, crown) {
    const stretch = chain('segment', layers);
    return {
        layers,
        point,
        parameters: [...parametersOf(stretch), ...crown],
        backward(gradient) {
            stretch.backward(gradient, false);
        },
    };
}
const HOOKS = ['beforeStep', 'beforeUpdate', 'afterStep', 'state', 'parameters'];
const LAYERS = ['order', 'dense', 'carriers'];
/**
 * Installs a rule under which a segment's gradients depend on its own parameters and activations, e, t and constants.
 * Such a rule has no hook, no state and no parameters; it asks for points, tap and K alone, so that it cannot see a
 * weight or set a transport (indirect feedback alignment, whose deliveries look direct, climbs through the weights
 * below); and its deliveries ignore the gradient from above.
 * Throws: RuleRefused naming what the rule does besides; deliveries are then as they were. What the rule throws.
 */
export function installDirect(parts, rule) {
    const refusal = (what) => new RuleRefused(rule.name, `rule must leave segments independent of each other, got ${rule.name}, which ${what}`, 'installDirect');
    for (const hook of HOOKS)
        if (rule[hook] !== undefined)
            throw refusal(`has ${hook}`);
    const { points, tap, outputs } = parts;
    const seen = { points, tap, outputs };
    for (const name of LAYERS) {
        Object.defineProperty(seen, name, {
            get: () => {
                throw refusal(`asks for layers (${name})`);
            },
        });
    }
    const before = points.map(({ delivery }) => delivery);
    try {
        for (const point of points)
            point.delivery = passOn;
        rule.install(seen);
        const dependent = points.find(({ delivery }) => delivery.usesUpstream);
        if (dependent !== undefined)
            throw refusal(`uses the gradient from above at ${dependent.name}`);
    }
    catch (cause) {
        points.forEach((point, index) => {
            point.delivery = before[index];
        });
        throw cause;
    }
    for (const point of points)
        point.transparent = false;
}
/**
 * Backward pass and update of one segment; e must be known. `gradient` as in `Segment.backward`; `clip` must look at each
 * gradient by itself, as `clipByValue` does: a norm over all gradients would tie the segments together again.
 * Throws: TrainingStopped when a gradient is not finite; this segment is then as it was.
 */
export function updateSegment({ parameters, backward }, gradient, optimizer, kernels, step, clip) {
    backward(gradient);
    for (const parameter of parameters) {
        if (kernels.elementwise.firstNonFinite(parameter.gradient.data) >= 0) {
            throw new TrainingStopped(step, `gradient of ${parameter.name} is not finite`);
        }
    }
    clip?.(parameters);
    optimizer.step(parameters);
}
/**
 * One training step as independent pieces: parameters and losses have the bits of `trainer`, whatever the order.
 * No clipping and no weight norms here.
 * Throws: Error as `segmentsOf`, `partsOf` and `installDirect`; Error when an optimizer is made twice.
 */
export function segmentTrainer(options) {
    const { network, rule, loss, kernels = blockedKernels } = options;
    const { segments, crown, tap } = segmentsOf(network);
    const parts = partsOf(network);
    const optimizers = segments.map(options.optimizer);
    if (new Set(optimizers).size < optimizers.length) {
        throw new Error('segmentTrainer: optimizer must make a new optimizer for each segment, got one twice');
    }
    installDirect(parts, rule);
    for (const layer of parts.carriers)
        layer.transport = undefined;
    optimizers.forEach((optimizer, index) => optimizer.prepare(segments[index].parameters));
    const top = segments.length - 1;
    const downwards = segments.map((_, index) => top - index);
    const kept = keptState(network);
    const errors = planned('segmentTrainer', kernels, (shape, space) => space.tensor(shape));
    let steps = 0;
    return {
        segments,
        get steps() {
            return steps;
        },
        step(input, target, order = downwards) {
            if (order.length !== segments.length || downwards.some((index) => !order.includes(index))) {
                throw new RangeError(`segmentTrainer: order must be a permutation of 0 to ${top}, got [${order.join(', ')}]`);
            }
            if (tap !== undefined)
                tap.target = target;
            kept.keep();
            let error;
            let value;
            try {
                const output = network.forward(input);
                error = errors(output);
                value = loss.evaluateInto(error, output, target);
                if (!Number.isFinite(value) || firstNonFinite(output.data) >= 0) {
                    throw new TrainingStopped(steps, `loss is ${value}`);
                }
            }
            catch (cause) {
                kept.putBack();
                throw cause;
            }
            const e = crown.backward(error, true);
            for (let i = 0; i < order.length; i++) {
                updateSegment(segments[order[i]], order[i] === top ? e : undefined, optimizers[order[i]], kernels, steps);
            }
            steps++;
            return value;
        },
    };
}
