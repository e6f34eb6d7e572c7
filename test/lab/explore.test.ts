import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exploreCommand } from '../../src/lab/explore.ts'
import { expectRefusal, run } from './captured.ts'

let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fa-explore-'))
  mkdirSync(join(directory, 'built/theory'), { recursive: true })
  writeFileSync(join(directory, 'built/index.html'), '<p>page</p>')
  writeFileSync(join(directory, 'built/theory/index.html'), '<p>theory</p>')
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('explore', () => {
  it('writes all files of the page and says how to open it; what else is there stays', async () => {
    const target = join(directory, 'a/b')
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'mine.txt'), 'mine')
    writeFileSync(join(target, 'index.html'), 'old')
    const said: string[] = []
    const command = exploreCommand(pathToFileURL(`${join(directory, 'built')}/`))
    const console = { out: (text: string) => void said.push(text), error: () => {}, width: 100 }
    expect(await command.run([target], console)).toBe(0)
    expect(readFileSync(join(target, 'index.html'), 'utf8')).toBe('<p>page</p>')
    expect(readFileSync(join(target, 'theory/index.html'), 'utf8')).toBe('<p>theory</p>')
    expect(readFileSync(join(target, 'mine.txt'), 'utf8')).toBe('mine')
    expect(said).toContain(pathToFileURL(join(target, 'index.html')).href)
    expect(() => command.run([join(target, 'mine.txt')], console)).toThrow(/must be a directory, got the file/)
  })

  it('writes nothing where the page is not built, and refuses two directories', async () => {
    const target = join(directory, 'none')
    const command = exploreCommand(pathToFileURL(`${join(directory, 'missing')}/`))
    expect(() => command.run([target], { out: () => {}, error: () => {}, width: 100 })).toThrow(/npm run page/)
    expect(existsSync(target)).toBe(false)
    await expectRefusal(['explore', 'a', 'b'], 'explore: takes one directory, got "a", "b"')
    expect((await run('explore', '--help')).out).toContain('feedback-alignment explore [DIR]')
  })
})
