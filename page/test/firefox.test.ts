import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_FILE, program, serve, type Served } from './browser.ts'
import { type Firefox, startFirefox } from './firefox.ts'
import { inNode, LINKS, STRICT } from './links.ts'

const FIREFOX = program('firefox-esr') ?? program('firefox')
if (FIREFOX === undefined) console.log('skipped: the page in Firefox, there is no firefox-esr or firefox')

describe.skipIf(FIREFOX === undefined)('the page in Firefox', () => {
  let firefox: Firefox
  let strict: Served

  beforeAll(async () => {
    strict = await serve(STRICT)
    firefox = await startFirefox(FIREFOX ?? '')
  })
  afterAll(async () => {
    await firefox.close()
    strict.close()
  })

  it.each(LINKS)('computes the bits of Node as a file and under the strict policy: %s', async (link) => {
    const expected = inNode(link)
    for (const address of [AS_FILE, strict.address]) {
      await firefox.open(`${address}#${link}`)
      await expect.poll(() => firefox.evaluate('return document.body.dataset.state'), { timeout: 120_000 }).toBe('done')
      expect(await firefox.evaluate("return document.getElementById('fingerprint').textContent")).toBe(expected)
    }
    expect(await firefox.evaluate('return document.body.dataset.place')).toBe('worker')
  })
})
