import { describe, expect, it } from 'vitest'
import { board, newBoard, SLOTS, stopAll, Stopped } from '../../../src/lab/parallel/board.ts'

describe('board', () => {
  it('hands batches to the owner above in order, each into its own slot', () => {
    const shared = newBoard(2, [3, 1])
    const [below, above] = [board(shared, false, false), board(shared, false, false)]
    const batch = (step: number): Float32Array => Float32Array.from({ length: 6 }, (_, i) => 10 * step + i)
    for (let step = 0; step < SLOTS; step++) below.send(0, step, batch(step))
    const into = new Float32Array(6)
    for (let step = 0; step < 5; step++) {
      above.receive(1, step, into)
      expect(into).toEqual(batch(step))
      below.send(0, step + SLOTS, batch(step + SLOTS))
    }
  })

  it('refuses to overwrite a batch that was not taken, and to take a batch or an error that is not there', () => {
    const { send, receive, receiveError } = board(newBoard(1, [1, 1]), false, false)
    const one = Float32Array.of(1)
    for (let step = 0; step < SLOTS; step++) send(0, step, one)
    expect(() => send(0, SLOTS, one)).toThrow('owners ran out of turn')
    expect(() => receive(1, SLOTS, one)).toThrow('board: word 2 must be at least 3, got 2; owners ran out of turn')
    expect(() => receiveError(0, one)).toThrow('board: word 1 must be at least 1, got 0')
  })

  it('hands over shorter batches, and goes on after the steps of an earlier run', () => {
    const shared = newBoard(2, [3, 1], 7)
    const { send, receive, publishError, receiveError } = board(shared, false, false)
    const whole = Float32Array.of(1, 2, 3, 4, 5, 6), part = Float32Array.of(7, 8, 9)
    send(0, 7, part)
    send(0, 8, whole)
    const [short, long] = [new Float32Array(3), new Float32Array(6)]
    receive(1, 7, short)
    receive(1, 8, long)
    expect([short, long]).toEqual([part, whole])
    publishError(7, Float32Array.of(5))
    const error = new Float32Array(1)
    receiveError(7, error)
    expect(error[0]).toBe(5)
  })

  it('publishes the error of a step', () => {
    const { publishError, receiveError } = board(newBoard(1, [1, 2]), false, false)
    publishError(0, Float32Array.of(3, -4))
    const into = new Float32Array(2)
    receiveError(0, into)
    expect(into).toEqual(Float32Array.of(3, -4))
    expect(() => receiveError(1, into)).toThrow('owners ran out of turn')
  })

  it('ends every wait once it is stopped', () => {
    const shared = newBoard(1, [1, 1])
    stopAll(shared)
    expect(() => board(shared, true, true).receive(1, 0, new Float32Array(1))).toThrow(Stopped)
    expect(() => board(shared, true, false).receiveError(0, new Float32Array(1))).toThrow(Stopped)
  })
})
