// The exact backward pass of a network that has a rule.
/**
 * What `run` gives while every point passes on what comes from above and every weight carries it, so that `backward` is
 * (1.4); afterwards the rule is in its place, if it throws, too. Equation: theory (1.4).
 */
export function exactly({ points, carriers }, run) {
    const transparent = points.map((point) => point.transparent);
    const transports = carriers.map((layer) => layer.transport);
    try {
        for (const point of points)
            point.transparent = true;
        for (const layer of carriers)
            layer.transport = undefined;
        return run();
    }
    finally {
        points.forEach((point, index) => {
            point.transparent = transparent[index];
        });
        carriers.forEach((layer, index) => {
            layer.transport = transports[index];
        });
    }
}
