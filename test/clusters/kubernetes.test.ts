// Manifests against the published schema of the batch/v1 API. No cluster runs here: what a cluster would do with them is
// not tested.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubernetes } from '../../src/lab/batch/kubernetes.ts'
import type { Job } from '../../src/lab/batch/script.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const isInstalled = existsSync(join(HERE, 'node_modules', 'kubernetes-models'))
const JOB: Job = { name: 'rates', what: '24 runs in 6 parts', parts: 6, minutes: 40, megabytes: 2048, program: ['node'],
  make: ['sweep', '/home/runs/jobs/rates/sweep.json', '--data', '/data', '--runs', '/home/runs'],
  collect: ['collect', '/home/runs/jobs/rates/sweep.json', '--runs', '/home/runs', '--report', '/home/report'],
  directory: '/home/runs/jobs/rates', runs: '/home/runs', data: '/data',
  image: 'registry.example/feedback-alignment:1' }

interface Manifest {
  readonly apiVersion: string
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly args: string[] }[] } }
  }
}

describe.skipIf(!isInstalled)(
  isInstalled ? 'manifests of Kubernetes' : 'skipped: npm ci --prefix test/clusters installs the schema',
  () => {
    let folder = ''
    beforeAll(() => {
      folder = mkdtempSync(join(HERE, 'node_modules', '.manifests-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))
    const manifests = (): ReadonlyMap<string, Manifest> => {
      const { parse } = createRequire(join(HERE, 'package.json'))('yaml') as { parse: (text: string) => Manifest }
      return new Map(
        kubernetes(JOB).files.filter(({ name }) => name.endsWith('.yaml')).map(({ name, text }) => [name, parse(text)]),
      )
    }
    /** Throws what the schema says against an object. */
    const validate = async (manifest: object): Promise<void> => {
      const { Job: Model } = await import(
        new URL('node_modules/kubernetes-models/batch/v1/Job.js', import.meta.url).href
      ) as { Job: new(data: object) => { validate: () => void } }
      new Model(manifest).validate()
    }

    it('are valid by the schema of Job, which refuses what is none', async () => {
      expect([...manifests().keys()]).toEqual(['parts.yaml', 'collect.yaml'])
      for (const manifest of manifests().values()) await validate(manifest)
      const [parts] = manifests().values()
      await expect(validate({ ...parts, spec: { ...parts.spec, completions: 'six' } })).rejects.toThrow(/completions/)
      await expect(validate({ ...parts, spec: { completions: 6 } })).rejects.toThrow(/template/)
    })

    it('have no field that the API does not know', () => {
      // The schema lets unknown fields pass; the types that are made from it do not, where an object is written out.
      const check = (manifest: object): string => {
        const file = join(folder, 'manifest.ts')
        writeFileSync(file,
          `import type { IJob } from 'kubernetes-models/batch/v1'\nexport const job: IJob = ${
            JSON.stringify(manifest)
          }\n`)
        const tsc = join(HERE, '..', '..', 'node_modules', '.bin', 'tsc')
        return spawnSync(tsc, ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--moduleResolution',
          'nodenext', '--target', 'es2022', '--ignoreConfig', file], { encoding: 'utf8', cwd: folder }).stdout
      }
      for (const manifest of manifests().values()) expect(check(manifest)).toBe('')
      const [parts] = manifests().values()
      expect(check({ ...parts, spec: { ...parts.spec, backoffLimitPerIndexes: 5 } })).toContain(
        'backoffLimitPerIndexes',
      )
    })

    it('ask for paths of the volume, whatever they are here', () => {
      const [parts, collect] = [...manifests().values()].map(({ spec }) => spec.template.spec.containers[0].args)
      expect(parts).toEqual(['sweep', '/shared/runs/jobs/rates/sweep.json', '--data', '/shared/data', '--runs',
        '/shared/runs', '--jobs', '1', '--part', '6'])
      expect(collect).toEqual(['collect', '/shared/runs/jobs/rates/sweep.json', '--runs', '/shared/runs', '--report',
        '/shared/runs/report'])
    })
  },
)

describe('scripts of Kubernetes', () => {
  /** What a kubectl was asked whose job comes to these ends; every call takes a line of a log. */
  const calls = (answers: string): readonly string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
    try {
      const { files, submit } = kubernetes({ ...JOB, directory: join(folder, 'a job') })
      mkdirSync(join(folder, 'a job'))
      for (const { name, text } of files) writeFileSync(join(folder, 'a job', name), text)
      writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\necho "$*" >> '${folder}/log'\n${answers}\n`, { mode: 0o755 })
      const { status } = spawnSync('sh', ['-c', submit], { timeout: 20_000,
        env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` } })
      return [String(status), ...readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').map((line) =>
        line.replaceAll(`${folder}/a job/`, '')
      )]
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  const complete = 'wait --for=condition=Complete --timeout=60s job/rates'
  const failed = 'wait --for=condition=Failed --timeout=1s job/rates'

  it.each([['is complete', 'true', '0', [complete]], ['has failed', `[ "$2" != --for=condition=Complete ]`, '1', [
    complete,
    failed,
  ]], ['was waited for a minute', `[ "$1" != wait ] || [ $(wc -l < "$(dirname "$0")/log") -gt 5 ]`, '0', [complete,
    failed, 'get job/rates', complete]]])('apply the collector when the job %s, and end accordingly',
      (_, answers, status, waits) => {
        expect(calls(answers)).toEqual([status, 'apply -f parts.yaml', 'get job/rates', ...waits,
          'apply -f collect.yaml'])
      })

  it('end where nothing can be submitted, and where the job is gone', () => {
    expect(calls('false')).toEqual(['1', 'apply -f parts.yaml'])
    expect(calls('[ "$1" = apply ]')).toEqual(['1', 'apply -f parts.yaml', 'get job/rates', 'apply -f collect.yaml'])
  })
})
