// What a bundler keeps of the assembled package: gzip bytes, minified, of the programs that users of small runtimes write.
// Prints JSON.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const place = `${root}build/sizes`
const from = (entry) => `${root}build/package/dist/${entry}.js`

const PROGRAMS = {
  everything: `export * from '${from('index')}'`,
  product: `import { matmul, tensor } from '${from('tensor')}'
export const run = (a, b) => matmul(tensor([2, 2], a), tensor([2, 2], b))`,
  training: `import { sgd, squaredError } from '${from('nn')}'
import { directFeedbackAlignment, mlp, trainer } from '${from('dfa')}'
export const run = () => trainer({ network: mlp({ sizes: [4, 8, 2], activation: 'tanh', seed: 1 }),
  rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2 }), loss: squaredError('mean'), optimizer: sgd(0.1) })`,
  inference: `import { decodeCheckpoint } from '${from('nn')}'
import { mlp } from '${from('dfa')}'
export const run = (bytes) => [decodeCheckpoint(bytes), mlp({ sizes: [4, 8, 2], activation: 'tanh', seed: 1 })]`,
}

rmSync(place, { recursive: true, force: true })
mkdirSync(place, { recursive: true })
const sizes = {}
for (const [name, text] of Object.entries(PROGRAMS)) {
  writeFileSync(`${place}/${name}.js`, text)
  const warnings = []
  const bundle = await rolldown({
    input: `${place}/${name}.js`,
    platform: 'neutral',
    onLog: (_, { message }) => {
      warnings.push(message)
    },
  })
  const { output: [chunk] } = await bundle.generate({ format: 'esm', minify: true })
  sizes[name] = { bytes: gzipSync(chunk.code, { level: 9 }).length, warnings }
}
console.log(JSON.stringify(sizes))
