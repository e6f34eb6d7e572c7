// Training and evaluation: the few layers that behave differently in the two.
import { walk } from './layer.js';
/** True for layers that behave differently in training and in evaluation. */
export function isModal(layer) {
    return typeof layer.training === 'boolean';
}
/** Sets the mode of every layer of a tree that has one. */
export function setTraining(network, training) {
    for (const layer of walk(network))
        if (isModal(layer))
            layer.training = training;
}
/** What `run` gives while all layers of a tree are in one mode; afterwards each is in its own again, if it throws, too. */
export function inMode(network, training, run) {
    const layers = walk(network).filter(isModal);
    const before = layers.map((layer) => layer.training);
    try {
        for (const layer of layers)
            layer.training = training;
        return run();
    }
    finally {
        layers.forEach((layer, index) => {
            layer.training = before[index];
        });
    }
}
