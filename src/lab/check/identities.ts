// The claims of `check` that need no run of the laws: one file and one line here.

import { exactClaims } from './exact.ts'
import { measured, type MeasuredClaims } from './recall.ts'
import { shapedClaims } from './shaped-feedback.ts'

const IDENTITIES: readonly MeasuredClaims[] = [exactClaims, shapedClaims]

/** The claims of all of them. */
export const identityClaims: MeasuredClaims = (seed, quick, recall = measured) =>
  IDENTITIES.flatMap((claims) => claims(seed, quick, recall))
