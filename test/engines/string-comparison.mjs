// V8 11.3 (Node 20) and 12.4 (Node 22): `name === 'erf'` is false although name is 'erf'. Plain JavaScript, no library:
//   node string-comparison.mjs [rounds]
// What it takes: a string that is not the engine's internalized one (from a message, structuredClone, join, slice; here
// structuredClone), which a lookup `table[name]` then replaces by a reference to the internalized one; a closure that
// compares it with a literal and is being optimized on another thread; and a collection of the young generation, which
// redirects the variable to the internalized string, while that happens. The optimized code then seems to take the two for
// different constants. Code of a branch that never ran falls back at once, and one single step is wrong; a comparison
// whose value is merely used stays wrong in every later step. JSON.parse internalizes short strings: not met with it.
// Rounds of 10,000 in which a comparison was false, on two busy processors (less busy ones: up to twice as many):
//   Node 20.20.2 (V8 11.3): 62, and 0 with --no-opt, 0 with --no-concurrent-recompilation, 0 without the lookup,
//     2 with --min-semi-space-size=64 --max-semi-space-size=64
//   Node 22.23.3 (V8 12.4): 801, and 0 with --no-opt, 10 with --no-concurrent-recompilation, 0 without the lookup
//   Node 24.21.0 (V8 13.6), Node 26.10.0 (V8 14.6), Deno 2.9.6 (V8 15.0), Bun 1.4.5 (JavaScriptCore): 0

const rounds = Number(process.argv[2] ?? 2000)
const table = { erf: 0 }
let sink
let met = 0
let most = 0
for (let round = 0; round < rounds; round++) {
  const name = structuredClone('erf')
  sink = table[name]
  // Compiled anew in each round, so that each round is optimized anew.
  const repeat = new Function('name', `
    const x = new Float64Array(100)
    let wrong = 0
    const step = () => {
      if (name === 'erf') for (let i = 0; i < 100; i++) x[i] = x[i] * 0.5
      wrong += name === 'erf' ? 0 : 1
    }
    return (times) => { for (let i = 0; i < times; i++) step(); return wrong } // ${round}`)(name)
  repeat(100 + round % 1100)
  for (let i = 0; i < 3000; i++) sink = new Array(64)
  const wrong = repeat(1000)
  if (wrong > 0) met++
  most = Math.max(most, wrong)
}
console.log(`${process.version}: false in ${met} of ${rounds} rounds, at most ${most} times in one`)
process.exitCode = met === 0 ? 0 : 1
