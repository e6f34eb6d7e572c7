import { defineConfig } from 'vitest/config'

// fast: every kind of test that together takes a few minutes.
// release: the assembled package, as its users have it.
// clusters: real servers of batch systems.
// page: the explorable page in browsers.
// slow: real data, all float32 inputs, long runs; has its own script and its own time limits.
export default defineConfig({
  test: {
    projects: [{
      test: {
        name: 'fast',
        include: ['test/**/*.test.ts', 'bench/**/*.test.ts'],
        exclude: ['test/slow/**', 'test/release/**', 'test/clusters/**', '**/node_modules/**'],
        testTimeout: 60_000,
      },
    }, {
      test: { name: 'release', include: ['test/release/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
    }, {
      test: {
        name: 'page',
        include: ['page/test/**/*.test.ts'],
        testTimeout: 300_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      },
    }, {
      test: { name: 'clusters', include: ['test/clusters/*.test.ts'], testTimeout: 900_000, hookTimeout: 120_000,
        fileParallelism: false },
    }, { test: { name: 'slow', include: ['test/slow/**/*.test.ts'], testTimeout: 900_000, fileParallelism: false } }],
  },
})
