// Digits: any rule beside backpropagation.

import { lineFigure, type Series } from '../../src/lab/report/figure.ts'
import { subscript } from '../../src/lab/report/format.ts'
import { mapColor } from '../../src/lab/report/palette.ts'
import { RULE_DESCRIPTIONS } from '../../src/dfa/index.ts'
import { CONTROLS, type DigitsMoment, type DigitsValues, type DigitsView } from './digits-run.ts'
import { drawn, type Panel } from './panel.ts'

const STEPS = { label: 'step', scale: 'log' } as const

const abbreviation = ({ rule }: DigitsValues): string =>
  RULE_DESCRIPTIONS.find(({ name }) => name === rule)?.abbreviation ?? rule

const curve = ({ moments }: DigitsView, value: (moment: DigitsMoment) => number): Series['points'] =>
  moments.map((moment) => [moment.step, value(moment)])

const both = (view: DigitsView, values: DigitsValues,
  of: 'accuracy' | 'loss'): readonly Series[] => [{ name: abbreviation(values),
  points: curve(view, (moment) => moment[of][0]), color: 0, draw: 'line' }, { name: 'backpropagation',
  points: curve(view, (moment) => moment[of][1]), color: 1, draw: 'line' }]

/** The images as tiles of one canvas, each by its own largest magnitude. */
function paint(canvas: HTMLCanvasElement, images: readonly Float32Array[], side: number): void {
  const columns = 8, gap = 1
  canvas.width = columns * (side + gap) - gap
  canvas.height = Math.ceil(images.length / columns) * (side + gap) - gap
  const context = canvas.getContext('2d')
  if (context === null) return
  const picture = context.createImageData(canvas.width, canvas.height)
  images.forEach((image, k) => {
    const most = image.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-30)
    image.forEach((value, i) => {
      const x = k % columns * (side + gap) + i % side
      const y = Math.floor(k / columns) * (side + gap) + Math.floor(i / side)
      const color = COLORS[Math.round(128 + 127 * value / most)]
      picture.data.set(color, 4 * (y * canvas.width + x))
    })
  })
  context.putImageData(picture, 0, 0)
}

const COLORS: readonly (readonly number[])[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, i) => {
  const color = mapColor('diverging', (i - 1) / 254)
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).concat(255)
})

function paintWeights(host: HTMLElement, { weights, side }: DigitsView, values: DigitsValues): void {
  const names = [abbreviation(values), 'backpropagation']
  if (host.querySelector('canvas') === null) {
    host.classList.add('panels')
    host.replaceChildren(...names.map(() => {
      const holder = document.createElement('div')
      const canvas = document.createElement('canvas')
      canvas.setAttribute('role', 'img')
      holder.append(document.createElement('p'), canvas)
      return holder
    }))
  }
  host.querySelectorAll('canvas').forEach((canvas, k) => {
    const count = weights[k].length
    canvas.setAttribute('aria-label', `First-layer weights of ${count} units, ${names[k]}, as images`)
    const heading = canvas.previousElementSibling
    if (heading !== null) heading.textContent = `${names[k]}, ${count} units`
    paint(canvas, weights[k], side)
  })
}

export const digitsPanel: Panel<typeof CONTROLS, DigitsView> = {
  name: 'digits',
  title: 'Digits',
  lead: [
    'A multilayer perceptron learns digits by the rule of your choice and, beside it, from the same weights on the same batches, by backpropagation [1.4]. The rules are those of the library [5.1].',
    'The digits are drawn by this page, 2,000 to learn and 500 to test. Or drop IDX files (MNIST and its like, unpacked: images and labels) onto the page: they are read here and go nowhere.',
  ],
  controls: CONTROLS,
  takesFiles: true,
  figures: [
    drawn('Share of test images that is classified rightly.', (view: DigitsView, values: DigitsValues) =>
      lineFigure({ title: 'Test accuracy', x: STEPS, y: { label: 'accuracy', domain: [0, 1] },
        series: both(view, values, 'accuracy') })),
    drawn('Cross-entropy [1.3], mean over the batches since the point before.',
      (view: DigitsView, values: DigitsValues) =>
        lineFigure({ title: 'Training loss', x: STEPS, y: { label: 'loss', unit: 'nats', scale: 'log' },
          series: both(view, values, 'loss') })),
    drawn(
      'GA_l, the mean cosine of delivered and exact signal of each hidden layer over the batch [1.9], and that of all gradients as one vector [1.12].',
      (view: DigitsView, { layers }: DigitsValues) =>
        lineFigure({ title: 'Gradient alignment', x: STEPS, y: { label: 'alignment (cosine)', domain: [-0.6, 1.05] },
          series: [
            ...Array.from({ length: layers },
              (_, l) => ({ name: `GA${subscript(l + 1)}`, color: l, points: curve(view, (moment) =>
                moment.layers[l]) })),
            { name: 'whole gradient', color: 5, points: curve(view, ({ whole }) => whole) },
          ] }),
    ),
    { caption: 'Rows of W_1 as images: blue negative, brown positive, each by its own largest weight.',
      draw: paintWeights },
  ],
  numbers: ({ moments, trained, tested }, values) => {
    const now = moments.at(-1)
    return {
      columns: [{ name: 'Quantity' }, { name: abbreviation(values) }, { name: 'backpropagation' }],
      rows: [['test accuracy', now?.accuracy[0] ?? null, now?.accuracy[1] ?? null], ['training loss',
        now?.loss[0] ?? null, now?.loss[1] ?? null], ['alignment of the whole gradient',
        now === undefined || Number.isNaN(now.whole) ? null : now.whole, 1], ['images to learn', trained, trained], [
        'images to test',
        tested,
        tested,
      ]],
    }
  },
  outcome: ({ moments }, values) => {
    const [own, exact] = moments.at(-1)?.accuracy ?? [NaN, NaN]
    return `Test accuracy ${(100 * own).toFixed(1)} % by ${abbreviation(values)}, ${
      (100 * exact).toFixed(1)
    } % by backpropagation.`
  },
}
