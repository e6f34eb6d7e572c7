// How well scores put one kind before another: measures of binary decisions that need no threshold.
import { checkLength, show } from '../tensor/index.js';
/** Scores from the highest down, equal ones together: how many of each kind stand at each of them. */
function steps(where, scores, isPositive) {
    checkLength(where, 'isPositive', isPositive, scores.length);
    for (let i = 0; i < scores.length; i++) {
        if (scores[i] !== scores[i])
            throw new RangeError(`${where}: scores[${i}] must be a number, got NaN`);
        if (isPositive[i] === 0 || isPositive[i] === 1)
            continue;
        throw new RangeError(`${where}: isPositive[${i}] must be 0 or 1, got ${show(isPositive[i])}`);
    }
    const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a] < scores[b] ? 1 : scores[a] > scores[b] ? -1 : 0);
    const groups = [];
    order.forEach((i, rank) => {
        if (rank === 0 || scores[i] !== scores[order[rank - 1]])
            groups.push({ positive: 0, negative: 0 });
        const group = groups[groups.length - 1];
        if (isPositive[i] === 1)
            group.positive++;
        else
            group.negative++;
    });
    const total = (count) => groups.reduce((sum, group) => sum + count(group), 0);
    const positives = total(({ positive }) => positive), negatives = total(({ negative }) => negative);
    if (positives > 0 && negatives > 0)
        return { positives, negatives, groups };
    throw new RangeError(`${where}: isPositive must hold both kinds, got ${positives} positive and ${negatives} negative`);
}
/**
 * AUC = P(s₊ > s₋) + ½·P(s₊ = s₋) for a positive and a negative drawn at random: the area under the receiver operating
 * characteristic. Order: from the highest score down, whole numbers and halves are exact.
 * Throws: RangeError for one kind alone, for NaN, and for marks other than 0 and 1.
 */
export function areaUnderCurve(scores, isPositive) {
    const { positives, negatives, groups } = steps('areaUnderCurve', scores, isPositive);
    let above = 0;
    let won = 0;
    for (const { positive, negative } of groups) {
        won += negative * (above + positive / 2);
        above += positive;
    }
    return won / (positives * negatives);
}
/**
 * AP = Σ_s (recall(s) − recall(s′))·precision(s) over the distinct scores s from the highest down, s′ the one before;
 * equal scores come at once, in no order. Throws: as `areaUnderCurve`.
 */
export function averagePrecision(scores, isPositive) {
    const { positives, groups } = steps('averagePrecision', scores, isPositive);
    let found = 0;
    let seen = 0;
    let total = 0;
    for (const { positive, negative } of groups) {
        found += positive;
        seen += positive + negative;
        total += positive * (found / seen);
    }
    return total / positives;
}
