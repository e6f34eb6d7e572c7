// Texts as language models see them: one part to train on, one to choose by, one to score.

import { join } from 'node:path'
import { bigramLoss, learnBytePairs, parseText, splitText, unigramLoss } from '../../data/index.ts'
import { choose } from '../../tensor/index.ts'
import { readData } from '../files.ts'

/** Texts by name. */
export type TextName = 'tinyshakespeare' | 'wikitext2'

/** Where a text lies, and how its parts are made. */
interface Source {
  readonly files: readonly string[]
  readonly read: (directory: string, context: number) => TextParts
}

const SOURCES: Readonly<Record<TextName, Source>> = {
  /** Characters. */
  tinyshakespeare: {
    files: ['text/tinyshakespeare.txt'],
    read(directory, context) {
      const [file] = this.files
      const { vocabulary, indices } = parseText(readData(directory, file), { name: join(directory, file) })
      const { training, held } = splitText(indices, 0.9, context + 1)
      return inParts(vocabulary, training, held, context)
    },
  },
  /**
   * Pieces of lower-cased words, learnt on what trains: the test file of WikiText-2, the larger of the two at hand; its
   * validation file chooses and scores.
   */
  wikitext2: {
    files: ['text/wikitext2.test.txt', 'text/wikitext2.valid.txt'],
    read(directory, context) {
      const [training, held] = this.files.map((file) => {
        const { vocabulary, indices } = parseText(readData(directory, file), { name: join(directory, file) })
        return Array.from(indices, (index) => vocabulary[index]).join('').toLowerCase()
      })
      const { pieces, encode } = learnBytePairs(training, { size: PIECES, alphabet: held })
      return inParts(pieces, encode(training), encode(held), context)
    },
  },
}

/** Pieces of words; characters among them. */
const PIECES = 2000

/** Files of a text below the data directory, without `.gz`. */
export function textFiles(name: TextName): readonly string[] {
  return choose('textFiles', 'name', name, SOURCES).files
}

/** A text in three parts, in its order; those that are held out are equally long. */
export interface TextParts {
  readonly vocabulary: readonly string[]
  readonly training: Int32Array
  /** For rates and whatever else is chosen. */
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** Reads a text. Throws: UsageError for a missing file, Error naming file and byte for a bad one, or one too short. */
export function readText(directory: string, name: TextName, context: number): TextParts {
  return choose('readText', 'name', name, SOURCES).read(directory, context)
}

function inParts(vocabulary: readonly string[], training: Int32Array, held: Int32Array, context: number): TextParts {
  const { training: validation, held: test } = splitText(held, 0.5, context + 1)
  return { vocabulary, training, validation, test }
}

/** What tables of counts reach, in nats per character or piece. */
export interface References {
  readonly unigram: number
  readonly bigram: number
}

/** Losses on the test part of tables counted on the training part. */
export function referencesOf({ vocabulary: { length }, training, test: scored }: TextParts): References {
  const counted = { training, scored, vocabulary: length }
  return { unigram: unigramLoss(counted), bigram: bigramLoss(counted) }
}
