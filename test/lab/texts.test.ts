// What the lab says, read from its sources.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

describe('texts of the lab', () => {
  it('count one as one, and write powers of ten and indices as such', () => {
    const root = fileURLToPath(new URL('../../src/lab', import.meta.url))
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const source = readFileSync(join(root, name), 'utf8')
      const plural = /(seed|run|claim|layer|epoch|step|experiment|sample|image|file|owner|thread|point)\(s\)/
      expect(source.match(plural)?.[0], name).toBeUndefined()
      // Numbers of seeds, runs and layers that a configuration decides.
      expect(source.match(/\$\{[^{}]*(seeds|runs|length)\} (seeds|runs)\b(?! (of|made|done)).*/)?.[0], name)
        .toBeUndefined()
      expect(source.match(/A₁ … A_\$\{.*/)?.[0], name).toBeUndefined()
      expect(source.match(/['`][^'`\n]*\bloss 1e-.*/)?.[0], name).toBeUndefined()
    }
  })
})
