// What every layer is. Forward and backward stand side by side; no layer knows a learning rule.
/** All layers of a tree in forward order, containers before their children. */
export function walk(layer) {
    return [layer, ...layer.children.flatMap(walk)];
}
/** All parameters of a tree in forward order. */
export function parametersOf(layer) {
    return walk(layer).flatMap((inner) => inner.parameters);
}
