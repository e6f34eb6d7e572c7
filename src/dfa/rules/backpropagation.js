/**
 * dh_l = W_{l+1}ᵀ da_{l+1}: every point passes the gradient on, every layer carries it by its own weight.
 * Equation: theory (5.1); rumelhart1986.
 */
export function backpropagation() {
    return { name: 'backpropagation', install() { } };
}
/** Its description. */
export const backpropagationRule = {
    name: 'backpropagation',
    abbreviation: 'BP',
    equation: 'dh_l = W_{l+1}ᵀ da_{l+1}',
    uses: [],
    make: () => backpropagation(),
};
