// What is remembered from step to step, by name: the state of layers, optimizers and rules, and what a checkpoint holds.
/**
 * into := from, array by array, matched by name. Nothing is changed when it throws.
 * Throws: Error for a missing, unknown or doubled name, another length, or float32 in place of float64 and vice versa.
 */
export function restoreArrays(where, into, from) {
    const found = new Map(from.map(({ name, data }) => [name, data]));
    if (found.size !== from.length)
        throw new Error(`${where}: names must differ, got ${from.length - found.size} twice`);
    for (const { name, data } of into) {
        const given = found.get(name);
        if (given?.length !== data.length) {
            throw new Error(`${where}: ${name} must have ${data.length} elements, got ${given?.length ?? 'no such array'}`);
        }
        const bytes = data.BYTES_PER_ELEMENT, got = given.BYTES_PER_ELEMENT;
        if (got !== bytes)
            throw new Error(`${where}: ${name} must hold float${8 * bytes} numbers, got float${8 * got}`);
    }
    if (found.size !== into.length) {
        const known = new Set(into.map(({ name }) => name));
        const unknown = from.find(({ name }) => !known.has(name))?.name;
        throw new Error(`${where}: state must hold ${into.length} arrays, got the unknown ${unknown}`);
    }
    for (const { name, data } of into)
        data.set(found.get(name) ?? data);
}
