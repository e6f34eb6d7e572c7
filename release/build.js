// Assembles the package that is published in build/package: one file per entry and the chunks that entries share, their
// declarations, maps that hold the sources, the documents, and a manifest without what only development needs.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import { buildPage } from '../page/build.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = `${root}build/package`
const source = (name) => `${root}src/${name}.ts`

const rooms = ['tensor', 'nn', 'data', 'dfa', 'theory']
const library = {
  index: source('index'),
  ...Object.fromEntries(rooms.map((room) => [room, source(`${room}/index`)])),
  node: source('lab/node-workers'),
}
const program = {
  'lab/main': source('lab/main'),
  // Started by their file names, beside the chunk that starts them.
  'lab/run-worker': source('lab/reproduce/run-worker'),
  'lab/owner-worker': source('lab/parallel/owner-worker'),
}

/** The lab's chunks stand in dist/lab, where its code finds what it starts and, two levels up, the manifest. */
function chunkName({ moduleIds }) {
  return moduleIds.some((id) => id.includes('/src/lab/')) ? 'lab/[name]-chunk.js' : '[name]-chunk.js'
}

async function bundle(input, output, plugins = []) {
  const made = await rolldown({ input, platform: 'node', plugins, tsconfig: `${root}tsconfig.json` })
  await made.write({ dir: `${target}/dist`, format: 'esm', chunkFileNames: chunkName, ...output })
  await made.close()
}

/** What threads run: a text of the sources. */
async function workerSource() {
  const made = await rolldown({ input: source('tensor/tiers/job'), tsconfig: `${root}tsconfig.json` })
  const { output: [{ code }] } = await made.generate({ format: 'esm' })
  await made.close()
  const { WORKER_SOURCE } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  return WORKER_SOURCE
}

/** A document with links to what is not in the package as plain text. */
function shipped(text) {
  return text.replace(
    /\[([^\]]*)\]\((?:\.\.\/)*(?:src|test|bench|tools|release|page|examples|\.github|CONTRIBUTING|(?:docs\/)?(?:results|discussion)\.md)[^)]*\)/g,
    '$1',
  )
}

/** Tables of results and what they mean: a quarter of a megabyte that belongs to the checkout. */
const LEFT = ['docs/results.md', 'docs/discussion.md']

function copyDocuments(directory) {
  mkdirSync(`${target}/${directory}`, { recursive: true })
  for (const entry of readdirSync(`${root}${directory}`, { withFileTypes: true })) {
    const name = `${directory}/${entry.name}`
    if (LEFT.includes(name)) continue
    if (entry.isDirectory()) copyDocuments(name)
    else if (name.endsWith('.md')) writeFileSync(`${target}/${name}`, shipped(readFileSync(`${root}${name}`, 'utf8')))
    else cpSync(`${root}${name}`, `${target}/${name}`)
  }
}

/** The manifest, with the entries where this build puts them. */
function manifest() {
  const { scripts: _, devDependencies: __, ...kept } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const entry = (name) => ({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` })
  return {
    ...kept,
    // For compilers and tools that do not know `exports`.
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      '.': entry('index'),
      ...Object.fromEntries([...rooms, 'node'].map((name) => [`./${name}`, entry(name)])),
      './worker': './dist/worker.js',
      './package.json': './package.json',
    },
    files: ['dist', 'docs', 'CHANGELOG.md'],
  }
}

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
await bundle({ ...library, ...program }, {
  minify: true,
  sourcemap: true,
  comments: { annotation: true, legal: false, jsdoc: false },
})
// A user's stack trace leads into the library; the program's own maps would be half of the package.
for (const name of readdirSync(`${target}/dist/lab`)) {
  const file = `${target}/dist/lab/${name}`
  if (name.endsWith('.map')) rmSync(file)
  else writeFileSync(file, readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'))
}
await bundle(library, { sourcemap: false }, [dts({ oxc: true, emitDtsOnly: true, sourcemap: false })])
// The worker of threads as a file, for sites whose policy refuses workers made of text.
writeFileSync(`${target}/dist/worker.js`, await workerSource())
writeFileSync(`${target}/package.json`, `${JSON.stringify(manifest(), null, 2)}\n`)
for (const name of ['README.md', 'CHANGELOG.md']) {
  writeFileSync(`${target}/${name}`, shipped(readFileSync(`${root}${name}`, 'utf8')))
}
cpSync(`${root}LICENSE`, `${target}/LICENSE`)
copyDocuments('docs')
await buildPage(`${target}/dist/page`)
