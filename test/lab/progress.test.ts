import { describe, expect, it, vi } from 'vitest'
import { progressLine } from '../../src/lab/progress.ts'

function stream(isTTY: boolean, columns = 30): { readonly stream: NodeJS.WriteStream; readonly written: string[] } {
  const written: string[] = []
  return {
    stream: { isTTY, columns, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream,
    written,
  }
}

describe('progressLine', () => {
  it('is silent off a terminal', () => {
    const { stream: out, written } = stream(false)
    const progress = progressLine(out)
    progress.update('working')
    progress.clear()
    expect(written).toEqual([])
  })

  it('redraws one line at most ten times a second, cut to the terminal, and clears it', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const { stream: out, written } = stream(true)
      const progress = progressLine(out)
      for (let i = 0; i < 100; i++) {
        progress.update(`step ${i} of a task with a long name`)
        vi.advanceTimersByTime(10)
      }
      expect(written).toHaveLength(10)
      for (const text of written) {
        expect(text.startsWith('\r\u001b[2K')).toBe(true)
        expect(text.includes('\n')).toBe(false)
        expect(text.slice('\r\u001b[2K'.length).length).toBeLessThan(30)
      }
      progress.clear()
      expect(written[10]).toBe('\r\u001b[2K')
    } finally {
      vi.useRealTimers()
    }
  })
})
