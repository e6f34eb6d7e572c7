const worker = new Worker('worker.js', { type: 'module' })
worker.onmessage = ({ data }) => {
  document.getElementById('progress').value = data.step
  document.getElementById('loss').value = `loss ${data.loss.toFixed(6)}`
  if (data.done) {
    document.body.dataset.bytes = data.checkpoint.length
    document.getElementById('stop').disabled = true
  }
}
document.getElementById('stop').onclick = () => worker.postMessage('stop')
worker.postMessage({ steps: 2000, seed: 1 })
