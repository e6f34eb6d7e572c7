import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_FILE, ended, fingerprint, launch, program, serve, type Served, visit } from './browser.ts'
import { inNode, LINKS, STRICT } from './links.ts'
import { longestTask } from './tasks.ts'

const CHROMIUM = program('chromium')
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

describe.skipIf(CHROMIUM === undefined)('the page in Chromium', () => {
  let browser: Browser
  let strict: Served

  beforeAll(async () => {
    browser = await launch(CHROMIUM ?? '')
    strict = await serve(STRICT)
  })
  afterAll(async () => {
    strict.close()
    await browser.close()
  })

  it.each(LINKS)('computes the bits of Node as a file and under the strict policy: %s', async (link) => {
    const expected = inNode(link)
    for (const [address, place] of [[AS_FILE, 'page'], [strict.address, 'worker']]) {
      const { page, faults, close } = await visit(browser, `${address}#${link}`)
      await ended(page)
      expect(await fingerprint(page), place).toBe(expected)
      expect(await page.evaluate(() => document.body.dataset['place'])).toBe(place)
      expect(faults).toEqual([])
      await close()
    }
  })

  it('computes on its own thread where a policy refuses workers', async () => {
    const served = await serve(`${STRICT}; worker-src 'none'`)
    const { page, close } = await visit(browser, `${served.address}#${LINKS[0]}`)
    await ended(page)
    expect(await fingerprint(page)).toBe(inNode(LINKS[0]))
    expect(await page.evaluate(() => document.body.dataset['place'])).toBe('page')
    await close()
    served.close()
  })

  it.each(['conditioning', 'memorize?until=30', 'fixed', 'digits?epochs=2'])(
    'has no task above 50 ms of its thread, as a file, where the engine is on it: %s',
    async (link) => {
      // Of six visits the best: what else the machine does can only make a task longer.
      let milliseconds = Infinity, count = 0
      for (let visits = 0; visits < 6 && milliseconds >= 50; visits++) {
        const seen = await longestTask(browser, `${AS_FILE}#${link}`)
        milliseconds = Math.min(milliseconds, seen.milliseconds)
        count = seen.count
      }
      console.log(`${link}: longest of ${count} tasks ${milliseconds.toFixed(1)} ms`)
      expect(count).toBeGreaterThan(100)
      expect(milliseconds).toBeLessThan(50)
    },
  )

  it.each([['light', {}], ['dark', { colorScheme: 'dark' }], ['phone', PHONE]] as const)(
    'satisfies axe and its own width: %s',
    async (_, options) => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
      for (const link of ['conditioning?kappa=2', 'memorize?until=30', 'fixed', 'digits?epochs=1&width=16']) {
        const { page, close } = await visit(browser, `${AS_FILE}#${link}`, options)
        await ended(page)
        await page.evaluate(axe)
        const found = await page.evaluate(async () => {
          const { violations } =
            await (window as unknown as {
              axe: { run: () => Promise<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }> }
            }).axe.run()
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
        })
        expect(found, link).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), link).toBe(0)
        await close()
      }
    },
  )

  it('is operable by keys, and its address holds what they chose', async () => {
    const { page, close } = await visit(browser, `${AS_FILE}#${LINKS[0]}`)
    await ended(page)
    await page.keyboard.press('Tab')
    for (let i = 0; i < 40; i++) {
      if (await page.evaluate(() => document.activeElement?.id === 'control-kappa')) break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => location.hash.includes('kappa=2&'))
    expect(await page.locator('#control-kappa').getAttribute('aria-valuetext')).toBe('2')
    await page.waitForFunction(() => document.body.dataset['state'] === 'running')
    await ended(page)
    const link = new URL(page.url()).hash.slice(1)
    expect(await fingerprint(page)).toBe(inNode(link))
    await close()
  })

  it('runs, rests and steps', async () => {
    const { page, close } = await visit(browser, `${AS_FILE}#conditioning?kappa=10&rate=0.001`)
    const where = () => page.locator('.state').first().innerText()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.waitForTimeout(200)
    const before = await where()
    await page.waitForTimeout(200)
    expect(await where()).toBe(before)
    await page.getByRole('button', { name: 'Step' }).click()
    await expect.poll(where).not.toBe(before)
    const after = await where()
    await page.waitForTimeout(200)
    expect(await where()).toBe(after)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await expect.poll(where).not.toBe(after)
    await close()
  })

  it('does not move where motion is not wanted, and still computes', async () => {
    const { page, close } = await visit(browser, `${AS_FILE}#${LINKS[0]}`, { reducedMotion: 'reduce' })
    await page.waitForFunction(() => document.querySelector('figure svg') !== null)
    expect(await page.evaluate(() => document.body.dataset['state'])).toBe('paused')
    await page.evaluate(() => {
      const host = document.querySelector('.drawing')
      const seen = { changes: 0 }
      Object.assign(window, { seen })
      if (host !== null) new MutationObserver(() => seen.changes++).observe(host, { childList: true })
    })
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await ended(page)
    expect(await fingerprint(page)).toBe(inNode(LINKS[0]))
    await page.waitForTimeout(100)
    expect(await page.evaluate(() => (window as unknown as { seen: { changes: number } }).seen.changes)).toBe(1)
    await close()
  })

  it('starts a path where the plane is clicked', async () => {
    const { page, close } = await visit(browser, `${AS_FILE}#fixed`)
    await ended(page)
    const box = await page.locator('figure svg svg').first().boundingBox()
    if (box === null) throw new Error('the plane must be there')
    await page.mouse.click(box.x + box.width * 0.75, box.y + box.height * 0.25)
    await page.waitForFunction(() => location.hash.includes('w1=1.5') && location.hash.includes('w2=1.5'))
    await close()
  })

  it('learns IDX files of the reader, and says what is wrong with others', async () => {
    const { page, faults, close } = await visit(browser, `${strict.address}#digits?epochs=1&width=16`)
    await page.setInputFiles('#files', [idx('images', [240, 6, 6]), idx('labels', [240])])
    await page.waitForFunction(() => document.querySelector('table')?.textContent?.includes('200') === true)
    await ended(page)
    expect(await page.locator('[role=status]').innerText()).toContain('Your own files')
    await page.setInputFiles('#files', [idx('images', [240, 6, 6])])
    await expect.poll(() => page.locator('[role=status]').innerText()).toContain('as many labels')
    expect(faults).toEqual([])
    await close()
  })
})

/** An IDX file of these sizes: labels 0 … 9 in turn, images that go with them. */
function idx(name: string, shape: readonly number[]): { name: string; mimeType: string; buffer: Buffer } {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header[2] = 8
  header[3] = shape.length
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i))
  const size = shape.reduce((a, b) => a * b, 1)
  const each = size / shape[0]
  const body = Buffer.from(Array.from({ length: size }, (_, i) => {
    const label = Math.floor(i / each) % 10
    return shape.length === 1 ? label : i % each === 3 * label ? 255 : 0
  }))
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.concat([header, body]) }
}
