// The claims of `check` that need no run of the laws: one file and one line here.

import { bridgeClaims } from './bridge-claims.ts'
import { exactClaims } from './identity-claims.ts'
import { stabilityClaims } from './stability-claims.ts'
import { measured, type MeasuredClaims } from './recall.ts'
import { shapedClaims } from './shaped-feedback-claims.ts'

const IDENTITIES: readonly MeasuredClaims[] = [exactClaims, stabilityClaims, bridgeClaims, shapedClaims]

/** The claims of all of them. */
export const identityClaims: MeasuredClaims = (seed, quick, recall = measured) =>
  IDENTITIES.flatMap((claims) => claims(seed, quick, recall))
