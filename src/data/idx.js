// The IDX format of the MNIST files: bytes in, tensors out. Reading and unpacking of files is the caller's business.
import { show, tensor } from '../tensor/index.js';
/**
 * Parses an IDX file of unsigned bytes; `name` stands in every message. The returned bytes are a view, not a copy.
 * Throws: Error with what was expected, what came and where (byte offset) for a wrong magic number, a truncated header,
 *   missing or surplus bytes, sizes whose product overflows; TypeError for anything but a Uint8Array.
 */
export function parseIdx(file, name = 'IDX data') {
    checkBytes('parseIdx', name, file);
    const fail = (offset, expected, got) => new Error(`parseIdx: ${name} must ${expected} at byte ${offset}, got ${got}`);
    if (file.length < 4)
        throw fail(0, 'hold a 4-byte magic number', `${file.length} bytes in all`);
    if (file[0] === 0x1f && file[1] === 0x8b)
        throw fail(0, 'be unpacked first', 'a gzip header');
    if (file[0] !== 0 || file[1] !== 0)
        throw fail(0, 'start with two zero bytes', `${file[0]} ${file[1]}`);
    if (file[2] !== 0x08)
        throw fail(2, 'declare unsigned bytes (type 8)', `type ${file[2]}`);
    const rank = file[3];
    if (rank === 0)
        throw fail(3, 'declare at least one axis', 'rank 0');
    const header = 4 + 4 * rank;
    if (file.length < header)
        throw fail(4, `hold ${rank} sizes of 4 bytes`, `${file.length - 4} bytes`);
    const view = new DataView(file.buffer, file.byteOffset, header);
    const shape = [];
    let size = 1;
    for (let axis = 0; axis < rank; axis++) {
        const length = view.getUint32(4 + 4 * axis);
        shape.push(length);
        size *= length;
        // Sizes come from the file: they are checked before they are believed, let alone allocated.
        if (!Number.isSafeInteger(size))
            throw fail(4, 'declare a size below 2^53 elements', `[${shape.join(', ')}, …]`);
    }
    const content = file.length - header;
    if (content !== size) {
        const kind = content < size ? 'truncated file' : 'trailing bytes';
        throw fail(header, `hold exactly ${size} bytes for shape [${shape.join(', ')}]`, `${content} bytes (${kind})`);
    }
    return { shape, bytes: file.subarray(header) };
}
/** Throws: TypeError for anything but a Uint8Array; an ArrayBuffer has neither a length nor elements. */
export function checkBytes(where, name, bytes) {
    if (bytes instanceof Uint8Array)
        return;
    throw new TypeError(`${where}: ${name} must be a Uint8Array, got ${show(bytes)}`);
}
/**
 * Pairs an image file with its label file. Throws: Error when ranks or counts disagree.
 * Shapes: images [N, h, w], labels [N].
 */
export function labeledImages(images, labels, name = 'IDX pair') {
    if (images.shape.length !== 3) {
        throw new Error(`labeledImages: ${name} images must have rank 3, got ${images.shape.length}`);
    }
    if (labels.shape.length !== 1) {
        throw new Error(`labeledImages: ${name} labels must have rank 1, got ${labels.shape.length}`);
    }
    const [count, height, width] = images.shape;
    if (labels.shape[0] !== count) {
        throw new Error(`labeledImages: ${name} must hold one label per image, got ${count} images and ${labels.shape[0]} labels`);
    }
    return {
        images: tensor([count, height * width], Float32Array.from(images.bytes)),
        labels: labels.bytes,
        channels: 1,
        height,
        width,
    };
}
/** One-hot targets [N, classes]. Throws: RangeError naming the first label outside 0 … classes−1. */
export function oneHot(labels, classes) {
    const targets = tensor([labels.length, classes]);
    for (let i = 0; i < labels.length; i++) {
        const label = labels[i];
        if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
            throw new RangeError(`oneHot: labels[${i}] must be a whole number below ${classes}, got ${label}`);
        }
        targets.data[i * classes + label] = 1;
    }
    return targets;
}
