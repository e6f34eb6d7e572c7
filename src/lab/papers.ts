// The papers as data: what lists, legends and bibliographies say of them.

/** A paper that experiments and claims cite by its key. */
export interface Paper {
  readonly key: string
  /** Three letters or so, for tables. */
  readonly abbreviation: string
  readonly authors: string
  readonly year: number
  readonly title: string
  readonly arXiv: string
}

/** All papers that are cited by key. */
export const PAPERS: readonly Paper[] = [{ key: 'refinetti2021', abbreviation: 'R21',
  authors: 'Refinetti, d’Ascoli, Ohana, Goldt', year: 2021,
  title: 'Align, then memorise: the dynamics of learning with feedback alignment', arXiv: '2011.12428' }, {
  key: 'launay2019',
  abbreviation: 'L19',
  authors: 'Launay, Poli, Krzakala',
  year: 2019,
  title: 'Principled training of neural networks with direct feedback alignment',
  arXiv: '1906.04554',
}, { key: 'chu2023', abbreviation: 'C23', authors: 'Chu, Bacho', year: 2023,
  title: 'Random feedback alignment algorithms to train neural networks: why do they align?', arXiv: '2306.02325' }, {
  key: 'launay2020',
  abbreviation: 'L20',
  authors: 'Launay, Poli, Boniface, Krzakala',
  year: 2020,
  title: 'Direct feedback alignment scales to modern deep learning tasks and architectures',
  arXiv: '2006.12878',
}, { key: 'filipovich2022', abbreviation: 'F22', authors: 'Filipovich, Cappelli, Hesslow, Launay', year: 2022,
  title: 'Scaling laws beyond backpropagation', arXiv: '2210.14593' }]

/** A text with papers by their abbreviations. */
export function abbreviated(text: string): string {
  return PAPERS.reduce((short, { key, abbreviation }) => short.replaceAll(key, abbreviation), text)
}

/** The papers that a text names, by key or abbreviation. */
export function citedIn(text: string): readonly Paper[] {
  return PAPERS.filter(({ key, abbreviation }) => text.includes(key) || new RegExp(`\\b${abbreviation}\\b`).test(text))
}
