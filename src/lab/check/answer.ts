// The answer of `check` in a sentence: does conditioning decide, and by how much are the laws off?

import { type Claim, valueOf } from '../claims/claim.ts'
import { significant } from '../report/format.ts'

/** Largest |measured/expected − 1| over claims whose ids begin so and which their criterion decided; undefined without any. */
function largestError(claims: readonly Claim[], beginning: string): number | undefined {
  const errors = claims.flatMap(({ id, criterion, measured, verdict }) =>
    id.startsWith(beginning) && criterion.kind === 'near' && (verdict === 'holds' || verdict === 'fails')
      ? measured.map((value, i) => Math.abs(valueOf(value) / criterion.expected[i] - 1)) : []
  )
  return errors.length === 0 ? undefined : Math.max(...errors)
}

/** One or two sentences, made from the claims alone. */
export function answer(claims: readonly Claim[]): string {
  const laws =
    ([['early-condition', 'early'], ['final-condition', 'at loss 10⁻⁴'], ['run-on', 'at loss 10⁻¹²']] as const).flatMap(
      ([beginning, when]) => {
        const error = largestError(claims, beginning)
        return error === undefined ? [] : [`within ${percent(error)} ${when}`]
      },
    )
  const failed = claims.filter(({ verdict }) => verdict === 'fails')
  const probes = claims.find(({ id }) => id === 'probe-alignment')?.measured.map(valueOf) ?? []
  const decided = failed.length === 0 ? 'Conditioning decides'
    : `Not as the theory has it: ${failed.length} ${failed.length === 1 ? 'claim fails' : 'claims fail'}`
  const follows = laws.length === 0 ? '' : `: κ(A_l) follows its laws ${laws.join(', ')}`
  const alignment = probes.length < 2 || probes.some(Number.isNaN) ? ''
    : `, and gradient alignment goes from ${significant(probes[0], 3)} to `
      + `${significant(probes[probes.length - 1], 3)} as κ_T grows`
  return laws.length === 0 && failed.length === 0 ? 'No law of conditioning speaks about this setting.'
    : `${decided}${follows}${alignment}.`
}

function percent(share: number): string {
  return share < 1e-6 ? 'rounding' : `${significant(100 * share, 2)} %`
}
