import { argmax, loadNetwork, predict, tensor } from '/feedback-alignment/index.js'
import { build } from './network.js'

const network = build()
const file = await fetch('network.bin')
loadNetwork(network, new Uint8Array(await file.arrayBuffer()))

const QUARTERS = ['lower left', 'lower right', 'upper left', 'upper right']
const [x, y] = ['x', 'y'].map((id) => document.getElementById(id))
function answer() {
  const [quarter] = argmax(predict(network, tensor([1, 2], Float32Array.of(x.valueAsNumber, y.valueAsNumber))))
  document.getElementById('result').value = QUARTERS[quarter]
}
for (const input of [x, y]) input.addEventListener('input', answer)
answer()
