// Numbers and types as the bytes that stand for them in a module.
/** The byte of each value type. */
export const TYPE_BYTES = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };
/** Bytes of an unsigned number in LEB128. */
export function unsignedLeb(value) {
    const bytes = [];
    do {
        const low = value % 128;
        value = Math.floor(value / 128);
        bytes.push(value > 0 ? low + 128 : low);
    } while (value > 0);
    return bytes;
}
/** Bytes of a signed 32-bit number in LEB128. */
export function signedLeb(value) {
    const bytes = [];
    for (;;) {
        const low = value & 0x7f;
        value >>= 7;
        if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0))
            return [...bytes, low];
        bytes.push(low | 0x80);
    }
}
const scratch = new DataView(new ArrayBuffer(8));
/** The eight bytes of a float64, little-endian. */
export function float64Bytes(value) {
    scratch.setFloat64(0, value, true);
    return Array.from({ length: 8 }, (_, i) => scratch.getUint8(i));
}
/** The four bytes of a float32, little-endian. */
export function float32Bytes(value) {
    scratch.setFloat32(0, value, true);
    return Array.from({ length: 4 }, (_, i) => scratch.getUint8(i));
}
/** The four bytes of a signed 32-bit integer, little-endian. */
export function int32Bytes(value) {
    scratch.setInt32(0, value, true);
    return Array.from({ length: 4 }, (_, i) => scratch.getUint8(i));
}
