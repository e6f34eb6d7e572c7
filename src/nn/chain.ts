// Layers one after another.

import type { Tensor } from '../tensor/index.ts'
import { type Layer, parametersOf } from './layer.ts'

/**
 * h ↦ fₙ(… f₂(f₁(h))). Gradients: the layers' own, from the last to the first; a layer computes its input gradient only
 * when the layer below uses it. Unless the chain's own input gradient is wanted, the backward pass ends at the lowest
 * layer with parameters: nobody would use what comes further down.
 */
export function chain(name: string, layers: readonly Layer[]): Layer {
  const lowest = Math.max(0, layers.findIndex((layer) => parametersOf(layer).length > 0))
  return {
    name,
    parameters: [],
    children: layers,
    get usesOutputGradient(): boolean {
      return layers.length === 0 || layers[layers.length - 1].usesOutputGradient
    },
    outputShape: (inputShape) => layers.reduce((shape, layer) => layer.outputShape(shape), inputShape),
    forward(input) {
      let h = input
      for (let i = 0; i < layers.length; i++) h = layers[i].forward(h)
      return h
    },
    backward(outputGradient, wantInput) {
      let gradient: Tensor | undefined = outputGradient
      const end = wantInput ? 0 : lowest
      for (let i = layers.length - 1; i >= end; i--) {
        gradient = layers[i].backward(gradient, i > end ? layers[i - 1].usesOutputGradient : wantInput)
      }
      return wantInput ? gradient : undefined
    },
  }
}
