import { expect, it } from 'vitest'
import { latexTable, latexText } from '../../../src/lab/report/latex.ts'

it.each([['50 % & $x_1$ #~^{}\\',
  '50 \\% \\& \\$x\\_1\\$ \\#\\textasciitilde{}\\textasciicircum{}\\{\\}\\textbackslash{}'], ['κ(A₁) ≤ 1.2×10⁻³',
  '$\\kappa$(A$_{1}$) $\\le$ 1.2$\\times$10$^{-3}$'], ['−5', '$-$5'], ['W₂₁ᵀ', 'W$_{21} ^{\\top}$'], ['a\n\nb',
  'a b']])('writes %j for LaTeX', (text, latex) => expect(latexText(text)).toBe(latex))

it('writes a tabular with a paragraph for flexible columns', () => {
  const columns = [{ name: 'claim', flexible: true }, { name: 'n', unit: '%' }, { name: 'v', verdict: true }]
  expect(latexTable({ columns, rows: [['a & b', 1.5, 'holds'], ['c', null, 'fails']] })).toBe(
    '\\begin{tabular}{p{0.60\\linewidth}rl}\n\\toprule\nclaim & n (\\%) & v \\\\\n\\midrule\n'
      + 'a \\& b & 1.500 & $\\checkmark$ holds \\\\\nc & -- & $\\times$ fails \\\\\n\\bottomrule\n\\end{tabular}\n',
  )
})
