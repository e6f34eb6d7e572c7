import { describe, expect, it } from 'vitest'
import { wrapHelp } from '../../src/lab/help.ts'
import { check } from '../../src/lab/check/check.ts'
import { EXPERIMENTS } from '../../src/lab/reproduce/experiments.ts'
import { reproduceCommand } from '../../src/lab/reproduce/reproduce.ts'
import { train } from '../../src/lab/train/train.ts'

const TEXT = `command [options]

A sentence that is broken
into two lines of the source.

Options [default]:
  --a N                  short [1]
  --long one|two|three   what the long one does, in several words
  --help                 this text`

describe('wrapHelp', () => {
  it('lets paragraphs flow, and aligns rows where there is room', () => {
    expect(wrapHelp(TEXT, 100)).toBe(`command [options]

A sentence that is broken into two lines of the source.

Options [default]:
  --a N                 short [1]
  --long one|two|three  what the long one does, in several words
  --help                this text`)
  })

  it('wraps rows below what they say, under names that are too long for the column', () => {
    expect(wrapHelp(TEXT, 40)).toBe(`command [options]

A sentence that is broken into two lines
of the source.

Options [default]:
  --a N         short [1]
  --long one|two|three
                what the long one does,
                in several words
  --help        this text`)
  })

  it('holds every command to the terminal without losing a word', () => {
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ')
    for (const { name, help } of [check, reproduceCommand(EXPERIMENTS), train]) {
      for (const width of [70, 80, 120, 160]) {
        const wrapped = wrapHelp(help, width)
        expect(Math.max(...wrapped.split('\n').map((line) => line.length)), `${name} ${width}`).toBeLessThanOrEqual(
          width,
        )
        expect(words(wrapped)).toBe(words(help))
      }
    }
  })
})
