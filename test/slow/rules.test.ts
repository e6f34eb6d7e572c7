// Every rule on real data, a few steps each, through the command.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { RULES } from '../../src/dfa/index.ts'
import { reproduceCommand } from '../../src/lab/reproduce/reproduce.ts'
import { ENTRIES } from '../../src/lab/reproduce/rules/entries.ts'
import { rulesCifar } from '../../src/lab/reproduce/rules/cifar.ts'
import { rulesMnist } from '../../src/lab/reproduce/rules/mnist.ts'
import { isRefused, isTrained, type RuleConfiguration,
  type RuleResult } from '../../src/lab/reproduce/rules/training.ts'

const DATA = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Entry {
  readonly runs: readonly { readonly configuration: RuleConfiguration; readonly result: RuleResult }[]
}

async function quick(name: string): Promise<{ status: number; out: string; runs: Entry['runs'] }> {
  let out = ''
  const write = (text: string): void => {
    out += `${text}\n`
  }
  const json = join(folder, `${name}.json`)
  const args = [name, '--scale', 'quick', '--data', DATA, '--runs', join(folder, 'runs'), '--json', json, '--jobs', '1']
  const status = await reproduceCommand([rulesMnist, rulesCifar]).run(args, { out: write, error: write, width: 160 })
  const [{ runs }] = JSON.parse(readFileSync(json, 'utf8')) as Entry[]
  return { status, out, runs }
}

describe.each([rulesMnist, rulesCifar])('$name', ({ name, data }) => {
  const missing = data.filter((file) => ![file, `${file}.gz`].some((path) => existsSync(join(DATA, path))))
  it.skipIf(missing.length > 0)(
    missing.length > 0 ? `skipped: ${missing.join(', ')}(.gz) not found in ${DATA}`
      : 'trains every rule, or says why not',
    async () => {
      const { status, out, runs } = await quick(name)
      expect(status, out).toBe(0)
      expect(out).toMatch(/0 fail/)
      for (const model of new Set(runs.map(({ configuration }) => configuration.model))) {
        const own = runs.filter(({ configuration }) => configuration.model === model)
        expect([...new Set(own.map(({ configuration }) => configuration.rule))], model).toEqual(Object.keys(RULES))
        const refused = new Set(own.filter(({ result }) => isRefused(result)).map(({ configuration: c }) => c.rule))
        expect([...refused], model).toEqual(model === 'cnn' ? ['indirect-feedback-alignment'] : [])
        const final = own.filter(({ configuration: { stage } }) => stage === 'final').map(({ result }) => result)
        // A line is without final runs where no setting is sound: so short a training may leave some at chance.
        expect(final.length, model).toBeLessThanOrEqual(ENTRIES.length - refused.size)
        expect(final.length, model).toBeGreaterThan(ENTRIES.length / 2)
        for (const result of final) {
          expect(isTrained(result) ? result.test : 0, JSON.stringify(result)).toBeGreaterThan(0)
        }
      }
      if (name !== 'rules-mnist') return
      const bp = runs.find(({ configuration: c }) => c.stage === 'final' && c.rule === 'backpropagation')?.result
      expect(bp !== undefined && isTrained(bp) ? bp.test : 0).toBeGreaterThan(0.7)
    },
  )
})
