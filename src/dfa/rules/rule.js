// A learning rule is a transport (what carries an error back through one weight matrix) plus a delivery (what leaves a
// feedback point downwards), and for the few that learn or redraw their feedback, hooks around the training step.
// Everything else about training is common to all rules.
import { isDense, walk } from '../../nn/index.js';
import { isErrorTap } from '../error-tap.js';
import { isFeedbackPoint, passOn } from '../feedback-point.js';
import { RuleRefused } from '../outcomes.js';
/** True for layers with a weight that a transport can stand in for. */
export function isCarrier(layer) {
    return 'transport' in layer && 'weight' in layer;
}
/**
 * Finds points, dense layers, carriers and tap.
 * Throws: Error when there is no dense layer, more than one tap, a tap below a point, or two layers of one name (names
 * are the keys of random streams and checkpoints).
 */
export function partsOf(network) {
    const layers = walk(network);
    const dense = layers.filter(isDense);
    const taps = layers.filter(isErrorTap);
    if (dense.length === 0)
        throw new Error(`partsOf: network must hold a dense layer, got none in ${network.name}`);
    if (taps.length > 1)
        throw new Error(`partsOf: network must hold at most one error tap, got ${taps.length}`);
    const names = new Set();
    for (const { name } of layers) {
        if (names.has(name))
            throw new Error(`partsOf: layers must have names of their own, got two of "${name}"`);
        names.add(name);
    }
    if (taps.length === 1) {
        const above = layers.slice(layers.indexOf(taps[0])).find(isFeedbackPoint);
        if (above !== undefined) {
            throw new Error(`partsOf: the error tap must lie above every feedback point, got ${above.name} above it`);
        }
    }
    const carriers = layers.filter(isCarrier);
    return {
        order: layers.filter(({ children }) => children.length === 0),
        points: layers.filter(isFeedbackPoint),
        dense,
        carriers,
        tap: taps[0],
        outputs: taps[0]?.width ?? dense[dense.length - 1].outputs,
    };
}
/**
 * Takes any earlier rule out of a network and installs this one, then does what else belongs to it; returns the parts it
 * acts on. Throws: as `partsOf`, the rule and `finish`; the earlier rule is in its place then.
 */
export function installRule(network, rule, finish = () => { }) {
    const parts = partsOf(network);
    const points = parts.points.map(({ delivery, transparent }) => ({ delivery, transparent }));
    const transports = parts.carriers.map(({ transport }) => transport);
    try {
        for (const point of parts.points)
            Object.assign(point, { delivery: passOn, transparent: false });
        for (const layer of parts.carriers)
            layer.transport = undefined;
        rule.install(parts);
        finish();
    }
    catch (cause) {
        parts.points.forEach((point, index) => Object.assign(point, points[index]));
        parts.carriers.forEach((layer, index) => {
            layer.transport = transports[index];
        });
        throw cause;
    }
    return parts;
}
/** The tap of a network whose rule cannot do without. Throws: RuleRefused when there is none. */
export function requireTap({ tap }, rule) {
    if (tap !== undefined)
        return tap;
    throw new RuleRefused(rule, 'network must hold an error tap, got none');
}
/** The error of this backward pass. Throws: RuleRefused when the network has no tap or it has not been passed yet. */
export function errorAt(tap, rule) {
    if (tap === undefined)
        throw new RuleRefused(rule, 'network must hold an error tap above its points, got none');
    if (tap.error === undefined)
        throw new RuleRefused(rule, 'the error tap must lie above every feedback point');
    return tap.error;
}
