// Layers one after another.
/**
 * h ↦ fₙ(… f₂(f₁(h))). Gradients: the layers' own, from the last to the first; a layer computes its input gradient only
 * when the layer below uses it.
 */
export function chain(name, layers) {
    return {
        name,
        parameters: [],
        children: layers,
        get usesOutputGradient() {
            return layers.length === 0 || layers[layers.length - 1].usesOutputGradient;
        },
        outputShape: (inputShape) => layers.reduce((shape, layer) => layer.outputShape(shape), inputShape),
        forward(input) {
            let h = input;
            for (let i = 0; i < layers.length; i++)
                h = layers[i].forward(h);
            return h;
        },
        backward(outputGradient, wantInput) {
            let gradient = outputGradient;
            for (let i = layers.length - 1; i >= 0; i--) {
                gradient = layers[i].backward(gradient, i > 0 ? layers[i - 1].usesOutputGradient : wantInput);
            }
            return wantInput ? gradient : undefined;
        },
    };
}
