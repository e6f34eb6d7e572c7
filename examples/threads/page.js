import { cosine, matmulInto, normalInto, randomStream, selectKernels, tensor,
  webWorkers } from '/feedback-alignment/index.js'

// With ?file the worker is a file of the package, for policies that refuse workers made of text.
const workers = webWorkers(location.search === '?file' ? { url: '/feedback-alignment/worker.js' } : {})
const selection = selectKernels({ threads: Math.min(4, navigator.hardwareConcurrency), ...(workers && { workers }) })
// A browser starts workers when the page yields; products before that are computed by the page alone.
await selection.ready

const size = 384
const draw = (name) => tensor([size, size], normalInto(new Float32Array(size * size), randomStream(1, name)))
const [a, b, threaded, alone] = [draw('a'), draw('b'), tensor([size, size]), tensor([size, size])]
matmulInto(threaded, a, b, { kernels: selection.kernels })
matmulInto(alone, a, b)
const same = threaded.data.every((value, i) => Object.is(value, alone.data[i]))
document.body.dataset.tier = selection.kernels.tier
document.body.dataset.same = same
document.getElementById('explain').textContent = `${selection.explain()}
the bits of one thread: ${same}, cosine ${cosine(threaded.data, alone.data)}`
selection.close()
