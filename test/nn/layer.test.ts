import { describe, expect, it } from 'vitest'
import { chain, dense, parametersOf, walk } from '../../src/nn/index.ts'

const d = (name: string, bias = true) => dense({ name, inputs: 1, outputs: 1, bias })

describe('walk and parametersOf', () => {
  it('go through a tree in forward order, containers before their children', () => {
    const tree = chain('top', [d('a'), chain('inner', [d('b', false), chain('empty', [])]), d('c')])
    expect(walk(tree).map(({ name }) => name)).toEqual(['top', 'a', 'inner', 'b', 'empty', 'c'])
    expect(parametersOf(tree).map(({ name }) => name)).toEqual(['a/weight', 'a/bias', 'b/weight', 'c/weight', 'c/bias'])
  })

  it('take a single layer', () => {
    const layer = d('a')
    expect(walk(layer)).toEqual([layer])
    expect(parametersOf(layer)).toEqual(layer.parameters)
    expect(parametersOf(chain('empty', []))).toEqual([])
  })
})
