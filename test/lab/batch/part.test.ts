import { describe, expect, it } from 'vitest'
import { isOwn, partOption } from '../../../src/lab/batch/part.ts'
import { UsageError } from '../../../src/lab/options.ts'

const read = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  partOption(environment).read(text, 'part')

describe('partOption', () => {
  it('reads I/N, and the index of each scheduler by what it gives to the first task', () => {
    expect(read('2/6')).toEqual({ index: 2, count: 6 })
    expect(read('6', { SLURM_ARRAY_TASK_ID: '6' })).toEqual({ index: 6, count: 6 })
    expect(read('6', { JOB_COMPLETION_INDEX: '0' })).toEqual({ index: 1, count: 6 })
    expect(read('6', { PARALLEL_SEQ: '1' })).toEqual({ index: 1, count: 6 })
    expect(read('2/6', { SLURM_ARRAY_TASK_ID: '5' })).toEqual({ index: 2, count: 6 })
  })

  it.each(
    [['0/6', {}, /^--part: index must be a whole number from 1 to 6, got 0\/6$/], ['7/6', {}, /got 7\/6$/], ['six', {},
      /must be I\/N with whole numbers from 1 on, or N, got "six"$/], ['1/0', {}, /got "1\/0"$/], ['6', {},
      /must be I\/N where none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, PARALLEL_SEQ is set, got "6"$/], ['6', {
      SLURM_ARRAY_TASK_ID: '0',
    }, /index must be a whole number from 1 to 6, got SLURM_ARRAY_TASK_ID=0$/], ['6', { JOB_COMPLETION_INDEX: '6' },
      /index must be a whole number from 0 to 5, got JOB_COMPLETION_INDEX=6$/]] as const,
  )('refuses %s with %o', (text, environment, message) => {
    expect(() => read(text, environment)).toThrow(UsageError)
    expect(() => read(text, environment)).toThrow(message)
  })
})

describe('isOwn', () => {
  it('gives every position to exactly one part, in turns', () => {
    for (const count of [1, 3, 7]) {
      const parts = Array.from({ length: count }, (_, index) => ({ index: index + 1, count }))
      for (let position = 0; position < 20; position++) {
        expect(parts.filter((part) => isOwn(part, position)).map(({ index }) => index)).toEqual([position % count + 1])
      }
    }
  })
})
