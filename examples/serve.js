// Serves the current directory on http://127.0.0.1:8080, the package's files as /feedback-alignment/, under the strictest
// policy that pages of one's own files can have; --isolated adds what threads need, with --no-blob as
// files alone. --port N chooses another port.

import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { dirname, extname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' }
const isolated = process.argv.includes('--isolated')
const blob = process.argv.includes('--no-blob') ? '' : ' blob:'
const chosen = process.argv.indexOf('--port')
const port = chosen < 0 ? 8080 : Number(process.argv[chosen + 1])
const PACKAGE = dirname(fileURLToPath(import.meta.resolve('feedback-alignment')))

const HEADERS = isolated
  // Threads are workers made of text, and their products WebAssembly.
  ? { 'content-security-policy': `default-src 'self' 'wasm-unsafe-eval'; worker-src 'self'${blob}`,
    'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
  : { 'content-security-policy': "default-src 'self'" }

const server = createServer(async (request, response) => {
  try {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
    const ours = path.startsWith('/feedback-alignment/')
    const root = ours ? PACKAGE : process.cwd()
    const file = resolve(
      join(root, ours ? path.slice('/feedback-alignment'.length) : path.replace(/\/$/, '/index.html')),
    )
    if (!file.startsWith(root + sep)) throw new RangeError('outside')
    const content = await readFile(file)
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...HEADERS }).end(
      content,
    )
  } catch {
    response.writeHead(404).end()
  }
})
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
