// The binary layout of CIFAR-10: bytes in, tensors out.
import { tensor } from '../tensor/index.js';
import { checkBytes } from './idx.js';
const CHANNELS = 3;
const SIDE = 32;
const PIXELS = CHANNELS * SIDE * SIDE;
const RECORD = 1 + PIXELS;
const CLASSES = 10;
/** Its sister CIFAR-100 has two labels before the pixels: one of 20 superclasses, one of 100 classes. */
const RECORD_100 = 2 + PIXELS;
/**
 * Parses one file of records: a label byte 0 … 9, then 1024 red, 1024 green and 1024 blue bytes, rows first.
 * Shapes: images [N, 3·32·32], channel first, values 0 … 255. Source: Krizhevsky 2009, binary version.
 * Cost: 4 bytes of tensor per byte of file. Aliasing: nothing is shared with `bytes`.
 * Throws: Error with what was expected, what came and where (byte offset) for an empty or packed file, one of CIFAR-100
 *   or of the versions for Python, a label above 9, a length that is no multiple of 3073; TypeError for no Uint8Array.
 */
export function parseCifar10(bytes, name = 'CIFAR-10 data') {
    return parseCifar10Files([{ name, bytes }]);
}
/** As `parseCifar10` for the records of several files in their order; all are checked before the tensor is made. */
export function parseCifar10Files(files) {
    let count = 0;
    for (const { name, bytes } of files)
        count += checkRecords(name, bytes);
    const images = tensor([count, PIXELS]);
    const labels = new Uint8Array(count);
    let row = 0;
    for (const { bytes } of files) {
        for (let from = 0; from < bytes.length; from += RECORD, row++) {
            labels[row] = bytes[from];
            images.data.set(bytes.subarray(from + 1, from + RECORD), row * PIXELS);
        }
    }
    return { images, labels, channels: CHANNELS, height: SIDE, width: SIDE };
}
/** Number of records. Throws: see `parseCifar10`. */
function checkRecords(name, bytes) {
    const fail = (offset, expected, got) => new Error(`parseCifar10: ${name} must ${expected} at byte ${offset}, got ${got}`);
    checkBytes('parseCifar10', name, bytes);
    if (bytes.length === 0)
        throw fail(0, `hold records of ${RECORD} bytes`, 'an empty file');
    if (bytes[0] === 0x1f && bytes[1] === 0x8b)
        throw fail(0, 'be unpacked first', 'a gzip header');
    if (bytes[0] === 0x80)
        throw fail(0, 'be the binary version', 'a Python pickle');
    const rest = bytes.length % RECORD;
    if (rest !== 0 && isCifar100(bytes)) {
        throw fail(0, `hold records of ${RECORD} bytes`, `CIFAR-100: ${bytes.length / RECORD_100} records of ${RECORD_100}`);
    }
    // A label names the damage better than the length does: it is the first thing that is wrong.
    for (let from = 0; from < bytes.length; from += RECORD) {
        if (bytes[from] >= CLASSES)
            throw fail(from, 'hold a label from 0 to 9', `${bytes[from]}`);
    }
    if (rest !== 0)
        throw fail(bytes.length - rest, `hold a whole record of ${RECORD} bytes`, `${rest} (truncated file)`);
    return bytes.length / RECORD;
}
/** One record alone may as well be one of CIFAR-10 and a byte too many. */
function isCifar100(bytes) {
    for (let from = 0; from < bytes.length; from += RECORD_100) {
        if (bytes[from] >= 20 || bytes[from + 1] >= 100)
            return false;
    }
    return bytes.length % RECORD_100 === 0 && bytes.length > RECORD_100;
}
