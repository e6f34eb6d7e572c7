// The comma-separated layout of the optical digits set: text in, tensors out.
import { show, tensor } from '../tensor/index.js';
const SIDE = 8;
const PIXELS = SIDE * SIDE;
const DARKEST = 16;
const CLASSES = 10;
const COMMA = 44, NEWLINE = 10, RETURN = 13, BLANK = 32, TAB = 9, ZERO = 48;
/** The byte-order mark in UTF-8, and as a character. */
const MARK = [0xef, 0xbb, 0xbf], MARK_CHARACTER = 0xfeff;
/**
 * Parses lines of 64 whole numbers 0 … 16 and a label 0 … 9, separated by commas; the last line may end without a
 * newline, every line in carriage return and newline. A byte-order mark before and blank lines after them are passed over.
 * Shapes: images [N, 8·8], values 0 … 16. Source: Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits.
 * Throws: Error naming line and column (both from 1; columns are counted in values) for an empty or packed file, too few
 *   or too many values, one that is no number or out of range; TypeError for anything but bytes and text.
 */
export function parseOptdigits(content, name = 'optdigits data') {
    const isText = typeof content === 'string';
    if (!isText && !(content instanceof Uint8Array)) {
        throw new TypeError(`parseOptdigits: ${name} must be bytes or text, got ${show(content)}`);
    }
    const at = (i) => (isText ? content.charCodeAt(i) : content[i]);
    let line = 1, column = 1;
    const fail = (expected, got) => new Error(`parseOptdigits: ${name} must ${expected} at line ${line}, column ${column}, got ${got}`);
    const begin = isText ? Number(at(0) === MARK_CHARACTER) : MARK.every((byte, i) => at(i) === byte) ? MARK.length : 0;
    let length = content.length;
    for (let i = length - 1; i >= begin && [NEWLINE, RETURN, BLANK, TAB].includes(at(i)); i--) {
        if (at(i) === NEWLINE)
            length = i;
    }
    if (length === begin)
        throw fail('hold lines of 65 values', 'an empty file');
    if (at(0) === 0x1f && at(1) === 0x8b)
        throw fail('be unpacked first', 'a gzip header');
    // Every value takes a digit and a separator, so that this is bounded by the file, whatever the file says.
    const pixels = new Uint8Array(Math.ceil(length / 2));
    const labels = new Uint8Array(Math.ceil(length / (2 * PIXELS + 1)));
    let rows = 0;
    for (let i = begin; i < length; line++, column = 1, rows++) {
        for (; column <= PIXELS + 1; column++) {
            const start = i;
            let value = 0;
            while (i < length && at(i) >= ZERO && at(i) < ZERO + 10 && i - start < 2)
                value = 10 * value + at(i++) - ZERO;
            const isLabel = column > PIXELS;
            // A separator must follow; then 123 is no 12, and 1.5 no 1.
            const ends = i === length || at(i) === COMMA || at(i) === NEWLINE || at(i) === RETURN;
            if (i === start || !ends || value > (isLabel ? CLASSES - 1 : DARKEST)) {
                throw fail(`hold a whole number from 0 to ${isLabel ? '9 (label)' : DARKEST}`, quoted(start));
            }
            if (isLabel) {
                labels[rows] = value;
                break;
            }
            if (i === length || at(i) !== COMMA)
                throw fail('hold 65 values per line', `${column} values`);
            pixels[rows * PIXELS + column - 1] = value;
            i++;
        }
        if (i < length && at(i) === COMMA)
            throw fail('hold 65 values per line', 'more');
        if (i < length && at(i) === RETURN) {
            if (i + 1 < length && at(i + 1) !== NEWLINE)
                throw fail('end its lines in a newline', 'a lone carriage return');
            i++;
        }
        i++;
    }
    return {
        images: tensor([rows, PIXELS], Float32Array.from(pixels.subarray(0, rows * PIXELS))),
        labels: labels.slice(0, rows),
        channels: 1,
        height: SIDE,
        width: SIDE,
    };
    /** The value that begins at `start`, as it should stand in a message. */
    function quoted(start) {
        let text = '';
        for (let i = start; i < length && i < start + 20 && at(i) !== COMMA && at(i) !== NEWLINE && at(i) !== RETURN; i++) {
            text += String.fromCharCode(at(i));
        }
        return show(text);
    }
}
