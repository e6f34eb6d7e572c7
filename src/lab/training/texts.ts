// Texts as language models see them: one part to train on, one to choose by, one to score.

import { join } from 'node:path'
import { bigramLoss, parseText, splitText, unigramLoss } from '../../data/index.ts'
import { choose } from '../../tensor/index.ts'
import { readData } from '../files.ts'

/** Texts by name. */
export type TextName = 'tinyshakespeare'

const FILES: Readonly<Record<TextName, string>> = { tinyshakespeare: 'text/tinyshakespeare.txt' }

/** Files of a text below the data directory, without `.gz`. */
export function textFiles(name: TextName): readonly string[] {
  return [choose('textFiles', 'name', name, FILES)]
}

/** A text in three parts, in its order: 90 %, 5 %, 5 %. */
export interface TextParts {
  readonly vocabulary: readonly string[]
  readonly training: Int32Array
  /** For rates and whatever else is chosen. */
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** Reads a text. Throws: UsageError for a missing file, Error naming file and byte for a bad one, or one too short. */
export function readText(directory: string, name: TextName, context: number): TextParts {
  const [file] = textFiles(name)
  const { vocabulary, indices } = parseText(readData(directory, file), { name: join(directory, file) })
  const { training, held } = splitText(indices, 0.9, context + 1)
  const { training: validation, held: test } = splitText(held, 0.5, context + 1)
  return { vocabulary, training, validation, test }
}

/** What tables of counts reach, in nats per character. */
export interface References {
  readonly unigram: number
  readonly bigram: number
}

/** Losses on the test part of tables counted on the training part. */
export function referencesOf({ vocabulary: { length }, training, test: scored }: TextParts): References {
  const counted = { training, scored, vocabulary: length }
  return { unigram: unigramLoss(counted), bigram: bigramLoss(counted) }
}
