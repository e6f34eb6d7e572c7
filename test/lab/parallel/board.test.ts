import { describe, expect, it } from 'vitest'
import { board, newBoard, SLOTS, stopAll, Stopped } from '../../../src/lab/parallel/board.ts'

describe('board', () => {
  it('hands batches to the owner above in order, each into its own slot', () => {
    const shared = newBoard(2, [3, 1])
    const [below, above] = [board(shared, Infinity), board(shared, Infinity)]
    const batch = (step: number): Float32Array => Float32Array.from({ length: 6 }, (_, i) => 10 * step + i)
    for (let step = 0; step < SLOTS; step++) below.send(0, step, batch(step))
    const into = new Float32Array(6)
    for (let step = 0; step < 5; step++) {
      above.receive(0, step, into)
      expect(into).toEqual(batch(step))
      below.send(0, step + SLOTS, batch(step + SLOTS))
    }
  })

  it('refuses to overwrite a batch that was not taken, and to take a batch that is not there', () => {
    const { send, receive } = board(newBoard(1, [1, 1]), Infinity)
    const one = Float32Array.of(1)
    for (let step = 0; step < SLOTS; step++) send(0, step, one)
    expect(() => send(0, SLOTS, one)).toThrow('board: word 2 must be at least 1, got 0')
    expect(() => receive(0, SLOTS, one)).toThrow('board: word 1 must be at least 3, got 2')
    expect(() => receive(1, 0, one)).toThrow('board: word 3 must be at least 1, got 0')
  })

  it('hands over shorter batches, and goes on after the steps of an earlier run', () => {
    const { send, receive } = board(newBoard(2, [3, 1], 7), Infinity)
    const whole = Float32Array.of(1, 2, 3, 4, 5, 6), part = Float32Array.of(7, 8, 9)
    send(0, 7, part)
    send(0, 8, whole)
    const [short, long] = [new Float32Array(3), new Float32Array(6)]
    receive(0, 7, short)
    receive(0, 8, long)
    expect([short, long]).toEqual([part, whole])
  })

  it('ends every wait once it is stopped', () => {
    const shared = newBoard(1, [1, 1])
    stopAll(shared)
    expect(() => board(shared).receive(1, 0, new Float32Array(1))).toThrow(Stopped)
    expect(() => board(shared, 0).receive(0, 0, new Float32Array(1))).toThrow(Stopped)
  })
})
