// What a matrix product is, before any question of speed: the arguments every tier takes and the sum it must give.
/**
 * Throws a RangeError when an operand has not the length that m, n and k ask for; also how a detached buffer shows, whose
 * arrays have length 0. Vector code would otherwise read and write its neighbors.
 */
export function checkOperands(m, n, k, a, b, c) {
    if (a.length === m * k && b.length === k * n && c.length === m * n)
        return;
    throw new RangeError(`matmul: operands must have ${m * k}, ${k * n} and ${m * n} elements for m, n, k = ${m}, ${n}, ${k}, `
        + `got ${a.length}, ${b.length} and ${c.length}`);
}
