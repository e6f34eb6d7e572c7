// Names that were once spelled the British way: what was written with them is still understood.

/** Former names of options, keys of configurations, first parts of names in checkpoints, and experiments. */
const SPELLINGS: Readonly<Record<string, string>> = { optimiser: 'optimizer', initialisation: 'initialization',
  standardise: 'standardize', 'feedback-normalisation': 'feedback-normalization',
  'refinetti2021/overparameterised': 'refinetti2021/overparameterized' }

/** Today's name for a former one, whole or before its first slash (`optimiser/velocity`); any other as it is. */
export function respell(name: string): string {
  if (Object.hasOwn(SPELLINGS, name)) return SPELLINGS[name]
  const first = name.split('/', 1)[0]
  return Object.hasOwn(SPELLINGS, first) ? SPELLINGS[first] + name.slice(first.length) : name
}

/** An object with today's names for its keys; values and order stay. */
export function respellKeys(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [respell(name), value]))
}

/** The former names of what is called `name` today. */
export function formerNames(name: string): readonly string[] {
  return Object.keys(SPELLINGS).filter((former) => SPELLINGS[former] === name)
}
