// A directory with a small text in the place of Tiny Shakespeare.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes the directory, calls `use` with it, removes it. */
export function withText<T>(text: string, use: (data: string) => T): T {
  const data = mkdtempSync(join(tmpdir(), 'text-'))
  try {
    mkdirSync(join(data, 'text'))
    writeFileSync(join(data, 'text/tinyshakespeare.txt'), text)
    return use(data)
  } finally {
    rmSync(data, { recursive: true })
  }
}

/** Words of three letters in an order without end; what follows a letter is nearly certain two letters later. */
export const WORDS: string = Array.from({ length: 700 }, (_, i) => ['abc', 'cab', 'bca'][Math.floor(0.618 * i * i) % 3])
  .join(' ')
