import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { columnsOf, lineWriter, terminalColumns } from '../../src/lab/terminal.ts'

describe('columnsOf', () => {
  it('is that of the terminal, of COLUMNS before it, usual where a terminal says 0, and wide off a terminal', () => {
    const terminal = (columns?: number) => ({ isTTY: true, ...(columns === undefined ? {} : { columns }) })
    expect(
      [terminal(120), terminal(0), terminal(undefined), terminal(7), { isTTY: false, columns: 7 }, {}].map((one) =>
        columnsOf(one, {})
      ),
    ).toEqual([120, 80, 80, 40, 160, 160])
    expect(['100', '5', '0', '-3', 'x', '', '1e9'].map((COLUMNS) => columnsOf(terminal(120), { COLUMNS }))).toEqual([
      100,
      40,
      120,
      120,
      120,
      120,
      1e9,
    ])
    expect(columnsOf({}, { COLUMNS: '90' })).toBe(90)
    // What is redrawn in place must fit the terminal itself, however narrow.
    expect([{ columns: 7 }, { columns: 0 }, {}].map(terminalColumns)).toEqual([7, 80, 80])
  })
})

/** A stream that fails with `code`, at once or by an event, from its second line on. */
function failing(code: string, how: 'throws' | 'event'): { stream: NodeJS.WriteStream; written: string[] } {
  const written: string[] = []
  const events = new EventEmitter()
  const write = (text: string): boolean => {
    written.push(text)
    const cause = Object.assign(new Error(`${code}: no`), { code })
    if (written.length > 1 && how === 'throws') throw cause
    if (written.length > 1) events.emit('error', cause)
    return true
  }
  return { stream: Object.assign(events, { write }) as unknown as NodeJS.WriteStream, written }
}

describe('lineWriter', () => {
  it.each(['throws', 'event'] as const)('stops at the first line that fails (%s), and tells why unless the reader left',
    (how) => {
      for (const code of ['EPIPE', 'EIO', 'ECONNRESET', 'ENOSPC', 'EBADF', 'EFBIG']) {
        const { stream, written } = failing(code, how)
        const faults: string[] = []
        const { write, isAbandoned } = lineWriter(stream, ({ message }) => faults.push(message))
        expect(isAbandoned()).toBe(false)
        for (const text of ['a', 'b', 'c']) write(text)
        expect(written, code).toEqual(['a\n', 'b\n'])
        const hasLeft = ['EPIPE', 'EIO', 'ECONNRESET'].includes(code)
        expect([faults, isAbandoned()], code).toEqual([hasLeft ? [] : [`${code}: no`], hasLeft])
      }
    })
})
