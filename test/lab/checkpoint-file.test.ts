import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint, writeCheckpoint } from '../../src/lab/checkpoint-file.ts'
import { temporaryName } from '../../src/lab/machine.ts'
import { UsageError } from '../../src/lab/options.ts'
import { batches } from '../../src/data/index.ts'
import { directFeedbackAlignment, mlp, trainer } from '../../src/dfa/index.ts'
import { adam, type Checkpoint, crossEntropy, encodeCheckpoint, initialize, type NamedArray, parametersOf,
  restoreArrays } from '../../src/nn/index.ts'
import { randomStream, tensor, uniformInto } from '../../src/tensor/index.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const numbered = (steps: number): Checkpoint => ({
  metadata: { steps },
  arrays: [{ name: 'W', data: new Float32Array(1000).fill(steps) }],
})

/** The id of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ['-e', '']).pid

describe('a checkpoint file', () => {
  it('gives back what was written, the last of several, and leaves one file', () => {
    const file = join(folder, 'new', 'deep', 'run.ckpt')
    for (const steps of [1, 2, 3]) {
      writeCheckpoint(file, numbered(steps))
      expect(readCheckpoint(file)).toEqual(numbered(steps))
    }
    expect(readdirSync(join(folder, 'new', 'deep'))).toEqual(['run.ckpt'])
    expect(readFileSync(file).equals(encodeCheckpoint(numbered(3)))).toBe(true)
  })

  it('is left as it was when the next one cannot be encoded or written', () => {
    const file = join(folder, 'kept.ckpt')
    writeCheckpoint(file, numbered(1))
    expect(() => writeCheckpoint(file, { metadata: NaN, arrays: [] })).toThrow(TypeError)
    // A directory under the temporary name: opening it for writing fails for every user.
    mkdirSync(join(folder, temporaryName('kept.ckpt', process.pid)))
    expect(() => writeCheckpoint(file, numbered(2))).toThrow(UsageError)
    rmSync(join(folder, temporaryName('kept.ckpt', process.pid)), { recursive: true, force: true })
    expect(readCheckpoint(file)).toEqual(numbered(1))
  })

  it('names the file when it is absent, a directory or damaged, and the byte', () => {
    const absent = join(folder, 'absent.ckpt')
    expect(() => readCheckpoint(absent)).toThrow(
      new UsageError(`${absent}: checkpoint must exist and be a file, got neither`),
    )
    expect(() => readCheckpoint(folder)).toThrow(UsageError)
    const damaged = join(folder, 'damaged.ckpt')
    const whole = encodeCheckpoint(numbered(1))
    writeFileSync(damaged, whole.subarray(0, 2000))
    expect(() => readCheckpoint(damaged)).toThrow(
      new UsageError(
        `decodeCheckpoint: ${damaged} must hold ${whole.length} bytes at byte 2000, got the end of the file (truncated file)`,
      ),
    )
    whole[1500] ^= 1
    writeFileSync(damaged, whole)
    expect(() => readCheckpoint(damaged)).toThrow(
      /damaged\.ckpt must have the checksum .*\(changed or half-written file\)$/,
    )
  })

  it('carries a training on with the same bits, in the middle of an epoch', () => {
    const inputs = tensor([11, 6]), targets = tensor([11, 3])
    uniformInto(inputs.data, randomStream(1, 'test/inputs'))
    for (let i = 0; i < 11; i++) targets.data[3 * i + i % 3] = 1
    const start = () => {
      const network = mlp({ sizes: [6, 8, 8, 3], activation: 'tanh' })
      initialize(network, 'uniform', 1)
      const training = trainer({
        network,
        rule: directFeedbackAlignment(),
        loss: crossEntropy('mean'),
        optimizer: adam({ rate: 0.01 }),
      })
      const parameters: NamedArray[] = parametersOf(network).map(({ name, value }) => ({
        name: `network/${name}`,
        data: value.data,
      }))
      const { perEpoch, batch } = batches({ inputs, targets, size: 4, seed: 5 })
      const run = (until: number): number[] => {
        const losses: number[] = []
        while (training.steps < until) {
          const { input, target } = batch(Math.floor(training.steps / perEpoch), training.steps % perEpoch)
          losses.push(training.step(input, target))
        }
        return losses
      }
      return { training, parameters, run }
    }
    const file = join(folder, 'training.ckpt')
    const straight = start()
    straight.run(7)
    writeCheckpoint(file, { metadata: { steps: 7 }, arrays: [...straight.parameters, ...straight.training.state()] })
    const expected = straight.run(20)

    const resumed = start()
    const { metadata, arrays } = readCheckpoint(file)
    const isOfNetwork = ({ name }: { name: string }): boolean => name.startsWith('network/')
    restoreArrays('test', resumed.parameters, arrays.filter(isOfNetwork) as NamedArray[])
    resumed.training.restore((metadata as { steps: number }).steps,
      arrays.filter((array) => !isOfNetwork(array)) as NamedArray[])
    expect(resumed.run(20)).toEqual(expected)
    expect(resumed.parameters).toEqual(straight.parameters)
  })

  it('is cleared of the temporary files of processes that have ended, and of nothing else', () => {
    const place = join(folder, 'stale')
    mkdirSync(place)
    const gone = ended()
    const stale = temporaryName('run.ckpt', gone)
    const owners = [process.ppid, 0, -5, '1e3', 'Infinity', '', `0${gone}`, 'word']
    const kept = [
      ...owners.map((owner) => temporaryName('run.ckpt', owner as number)),
      temporaryName('other.ckpt', gone),
      stale.slice(1),
      `${stale}.bak`,
      // Of another machine, where a process of that number may well be running.
      `.run.ckpt.elsewhere.${gone}.tmp`,
    ]
    for (const name of [...kept, stale, temporaryName('run.ckpt', process.pid)]) {
      writeFileSync(join(place, name), 'half')
    }
    writeCheckpoint(join(place, 'run.ckpt'), numbered(1))
    expect(readdirSync(place).sort()).toEqual([...kept, 'run.ckpt'].sort())
  })
})
