// A directory with a few generated images in the place of MNIST.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SIDE = 28

/** Magic number, sizes, then bytes. */
function idx(sizes: readonly number[], byte: (i: number) => number): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length)
  header.writeUInt32BE(0x800 + sizes.length)
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis))
  const count = sizes.reduce((product, size) => product * size, 1)
  return Buffer.concat([header, Buffer.from(Uint8Array.from({ length: count }, (_, i) => byte(i)))])
}

/** Makes the directory with so many training images and a third as many test images, calls `use` with it, removes it. */
export function withDigits<T>(count: number, use: (data: string) => T): T {
  const data = mkdtempSync(join(tmpdir(), 'digits-'))
  const write = (name: string, size: number): void => {
    const label = (image: number): number => image * 7 % 10
    // A bar whose place says the class, over noise.
    const pixel = (i: number): number =>
      Math.floor(i / SIDE) % SIDE === 2 * label(Math.floor(i / SIDE / SIDE)) ? 220 : i * 7919 % 60
    writeFileSync(join(data, 'mnist', `${name}-images-idx3-ubyte`), idx([size, SIDE, SIDE], pixel))
    writeFileSync(join(data, 'mnist', `${name}-labels-idx1-ubyte`), idx([size], label))
  }
  try {
    mkdirSync(join(data, 'mnist'))
    write('train', count)
    write('t10k', Math.ceil(count / 3))
    return use(data)
  } finally {
    rmSync(data, { recursive: true })
  }
}
