// What several tasks check.

import { UsageError } from '../../options.ts'
import type { TrainingConfiguration } from '../options.ts'

/** Does what `read` does: what is wrong with files, or a split of what they hold, is bad input. Throws: UsageError. */
export function checkedRead<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}

/** Shaped feedback is made of Σ_yx: inputs must be vectors. */
export function refuseShaped({ feedback }: TrainingConfiguration, inputs: string, faults: string[]): void {
  if (feedback === 'shaped') faults.push(`--feedback: shaped must have vectors as inputs, got ${inputs}`)
}
