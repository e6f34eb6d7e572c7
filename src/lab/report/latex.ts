// The table model as LaTeX, for a paper. Apart from table.ts because of its alphabet.

import { alignmentOf, checkTable, formatCell, headingOf, type Table } from './table.ts'

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '\u00a0': '~',
  '\u202f': '\\,',
  '\u2009': '\\,',
  '–': '--',
  '—': '---',
  '…': '\\ldots{}',
  '✓': '$\\checkmark$',
  '✗': '$\\times$',
  '○': '$\\circ$',
}

const MATH: Readonly<Record<string, string>> = {
  '−': '-',
  '×': '\\times',
  '·': '\\cdot',
  '±': '\\pm',
  '≤': '\\le',
  '≥': '\\ge',
  '≈': '\\approx',
  '≠': '\\ne',
  '∞': '\\infty',
  '→': '\\to',
  '←': '\\leftarrow',
  Σ: '\\sum',
  '∑': '\\sum',
  Π: '\\prod',
  '∂': '\\partial',
  '√': '\\surd',
  '∈': '\\in',
  '∝': '\\propto',
  '‖': '\\|',
  '⟨': '\\langle',
  '⟩': '\\rangle',
  '∇': '\\nabla',
  ᵀ: '^{\\top}',
  α: '\\alpha',
  β: '\\beta',
  γ: '\\gamma',
  δ: '\\delta',
  ε: '\\varepsilon',
  ζ: '\\zeta',
  η: '\\eta',
  θ: '\\theta',
  ι: '\\iota',
  κ: '\\kappa',
  λ: '\\lambda',
  μ: '\\mu',
  µ: '\\mu',
  ν: '\\nu',
  ξ: '\\xi',
  π: '\\pi',
  ρ: '\\rho',
  σ: '\\sigma',
  τ: '\\tau',
  φ: '\\varphi',
  χ: '\\chi',
  ψ: '\\psi',
  ω: '\\omega',
  Γ: '\\Gamma',
  Δ: '\\Delta',
  Θ: '\\Theta',
  Λ: '\\Lambda',
  Φ: '\\Phi',
  Ψ: '\\Psi',
  Ω: '\\Omega',
  '°': '^{\\circ}',
  ℓ: '\\ell',
  ₗ: '_{l}',
  ᵢ: '_{i}',
  ⱼ: '_{j}',
  ₖ: '_{k}',
  ₙ: '_{n}',
}

const UP = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'
const DOWN = '₀₁₂₃₄₅₆₇₈₉₋'

/** Text with LaTeX's special characters escaped and the mathematical alphabet of this project in math mode. */
export function latexText(text: string): string {
  let out = ''
  for (const run of text.replace(/\s*[\r\n]+\s*/g, ' ').match(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|[₀₁₂₃₄₅₆₇₈₉₋]+|./gsu) ?? []) {
    const index = [UP, DOWN].findIndex((set) => set.includes([...run][0]))
    if (index >= 0) {
      const digits = [...run].map((digit) => '0123456789-'[(index === 0 ? UP : DOWN).indexOf(digit)])
      out += `$${index === 0 ? '^' : '_'}{${digits.join('')}}$`
    } else if (run in MATH) out += `$${MATH[run]}$`
    else if (run in SPECIAL) out += SPECIAL[run]
    else out += /[&%$#_{}]/.test(run) ? `\\${run}` : run
  }
  // Neighboring formulas become one, so that signs and exponents keep their spacing.
  return out.replace(/\$\$/g, ' ')
}

/**
 * A tabular (packages booktabs and amssymb); flexible columns are paragraphs that share 60 % of the text width.
 * Characters outside the alphabet stay as they are, which needs LuaLaTeX or XeLaTeX.
 */
export function latexTable(table: Table): string {
  checkTable('latexTable', table)
  const flexible = table.columns.filter((column) => column.flexible === true).length
  const share = (0.6 / Math.max(1, flexible)).toFixed(2)
  const spec = table.columns.map((column, j) => {
    if (column.flexible === true) return `p{${share}\\linewidth}`
    return { left: 'l', right: 'r', center: 'c' }[alignmentOf(table, j)]
  })
  const row = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\\n`
  const body = table.rows.map((cells) => row(cells.map((cell, j) => latexText(formatCell(cell, table.columns[j])))))
  return (`\\begin{tabular}{${spec.join('')}}\n\\toprule\n`
    + row(table.columns.map((column) => latexText(headingOf(column))))
    + `\\midrule\n${body.join('')}\\bottomrule\n\\end{tabular}\n`)
}
