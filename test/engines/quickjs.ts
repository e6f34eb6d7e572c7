// Runs a script in QuickJS compiled to WebAssembly: node quickjs.js PACKAGES VARIANT SCRIPT. A process of its own, so
// that a time limit can end it.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

interface Handle {
  readonly dispose: () => void
}

interface Context {
  readonly global: Handle
  readonly newFunction: (name: string, call: (text: Handle) => void) => Handle
  readonly getString: (value: Handle) => string
  readonly setProp: (object: Handle, name: string, value: Handle) => void
  readonly evalCode: (code: string, name: string) => object
  readonly unwrapResult: (result: object) => Handle
  readonly runtime: { readonly executePendingJobs: () => object }
}

interface Core {
  readonly newQuickJSWASMModuleFromVariant: (variant: unknown) => Promise<{ readonly newContext: () => Context }>
}

const [packages, variant, script] = process.argv.slice(2)
const require = createRequire(packages)
const { newQuickJSWASMModuleFromVariant } = require('quickjs-emscripten-core') as Core
const module = await newQuickJSWASMModuleFromVariant((require(variant) as { default: unknown }).default)
const context = module.newContext()
const print = context.newFunction('print', (text) => {
  console.log(context.getString(text))
})
context.setProp(context.global, 'print', print)
context.unwrapResult(context.evalCode(readFileSync(script, 'utf8'), 'vectors.js'))
context.runtime.executePendingJobs()
