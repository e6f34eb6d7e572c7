// The command on a graph: what is common to all tasks is tested on samples in train.test.ts.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Captured, expectRefusal, run } from '../captured.ts'
import { NODE_ROWS, writeGraph } from '../small-graph.ts'

let folder = ''
let data = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
  data = join(folder, 'data')
  writeGraph(data)
  vi.stubEnv('FEEDBACK_ALIGNMENT_DATA', undefined)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const at = (name: string): string => join(folder, name)
const train = (name: string, ...args: readonly string[]): Promise<Captured> =>
  run('train', '--model', 'gcn', '--width', '4', '--data', data, '--checkpoint', at(name), '--overwrite', ...args)
const hashOf = ({ out }: Captured): string => /state sha256 (\w+)/.exec(out)?.[1] ?? out

describe('train on a graph', () => {
  it('prints, records and reports accuracies of its splits, alignment per point and the epoch that validates best', async () => {
    const { status, out, error } = await train('a', '--epochs', '6', '--json', at('log'), '--report', at('report'))
    expect([status, error]).toEqual([0, ''])
    expect(out).toMatch(/^direct-feedback-alignment, gcn on cora \(8 labelled nodes\), 42 parameters, 6 steps, /)
    expect(out).toMatch(
      /^epoch 0\/6: training [\d.]+ %, validation [\d.]+ %, test [\d.]+ % \(loss [\d.]+\), alignment \S+ \(whole \S+\)$/m,
    )
    expect(out.match(/^epoch [1-6]\/6: training loss .*labelled nodes\/s$/gm)).toHaveLength(6)
    const records = readFileSync(at('log'), 'utf8').trimEnd().split('\n').map((line) =>
      JSON.parse(line) as Record<string, { accuracy: number; count: number } & Record<string, object>>
    )
    const epochs = records.filter((record) => String(record['record']) === 'epoch')
    // All nodes without a label have no error: zeros, which do not count.
    expect(epochs[6]).toMatchObject({ alignment: { signal: { point1: { count: 8, zeros: 32 } } } })
    const validation = epochs.slice(1).map((record) => record['validation'].accuracy)
    const best = validation.indexOf(Math.max(...validation)) + 1
    expect(records[8]).toMatchObject({ record: 'end',
      best: { epoch: best, validation: Math.max(...validation), test: epochs[best]['test'].accuracy } })
    expect(out).toMatch(new RegExp(`^best validation accuracy \\S+ % after epoch ${best}: test \\S+ % there$`, 'm'))
    const page = readFileSync(at('report/index.html'), 'utf8')
    expect(page).toContain('direct-feedback-alignment, gcn on cora')
    expect(page).toContain(`best validation accuracy`)
    expect(page).toContain('per feedback point')
    expect(page).toContain('width 4')
    expect(page).not.toContain('validation-samples')
  })

  it.each(['bp', 'dfa', 'fa', 'kp', 'frozen'])('goes on to the same bits under %s', async (rule) => {
    const whole = hashOf(await train('whole', '--rule', rule, '--epochs', '7'))
    await train('part', '--rule', rule, '--epochs', '3')
    expect(hashOf(await run('train', '--resume', at('part'), '--data', data, '--epochs', '7'))).toBe(whole)
    expect(hashOf(await train('other', '--rule', rule, '--epochs', '6'))).not.toBe(whole)
  })

  it('does not go on with other data, nor with owners, nor without data', async () => {
    await train('a', '--epochs', '2')
    const other = at('others')
    writeGraph(other, 'cora',
      NODE_ROWS.map((row) => row.replace('- 1 3', '- 0 3').replace('0\t0\ttrain\t0', '0\t1\ttrain\t0')))
    await expectRefusal(['train', '--resume', at('a'), '--data', other],
      /data must be those that the training began with/)
    await expectRefusal(['train', '--model', 'gcn', '--data', data, '--checkpoint', at('b'), '--owners', '2'],
      /train: --owners: must be 1 for gcn on cora/)
    await expectRefusal(['train', '--model', 'gcn', '--checkpoint', at('b')],
      'train: --data: cora needs a data directory (or FEEDBACK_ALIGNMENT_DATA), got none')
    await expectRefusal(['train', '--model', 'gcn', '--data', data, '--checkpoint', at('b'), '--dataset', 'citeseer'],
      /citeseer.nodes.tsv/)
    // Sizes that only the files tell.
    await expectRefusal(['train', '--model', 'gcn', '--data', data, '--checkpoint', at('b'), '--feedback', 'low-rank',
      '--feedback-rank', '3'], 'rank must be at most 2, the number of outputs, got 3')
  })

  it('says that a training is dead or diverges, with advice that it can take', async () => {
    const dead = await train('d', '--initialization', 'zero', '--rule', 'bp', '--epochs', '3')
    expect([dead.status, dead.error]).toEqual([1,
      expect.stringMatching(
        /^training stopped at step 1: all units of conv1\S* are 0 on every training sample; try --clip-norm 1 or --rate 0.001\n$/,
      )])
    const wild = await train('d', '--rate', '1e4', '--optimizer', 'sgd', '--rule', 'bp', '--epochs', '9')
    expect([wild.status, wild.error]).toEqual([1, expect.stringMatching(/^training stopped at step \d+: /)])
  })
})
