// Memory for tensors and scratch space of one set of vector kernels. It is handed out and never taken back: the whole
// memory is an ordinary garbage-collected object, kept alive by the arrays that look into it.
import { checkSize } from '../check.js';
import { PAGE } from './host.js';
/** Cache lines of the machines in use. */
const LINE = 64;
/**
 * A new arena. Shared memory grows without moving, so it starts small; where memory cannot be shared, growing would
 * detach every array, so the whole size is reserved at once (the operating system provides pages when they are touched).
 * Throws: what the host throws when it refuses the memory.
 */
export function createArena(host, shared, maximumBytes) {
    const maximumPages = Math.ceil(maximumBytes / PAGE);
    const memory = shared ? new host.Memory({ initial: 1, maximum: maximumPages, shared: true })
        : new host.Memory({ initial: maximumPages, maximum: maximumPages });
    // Growing shared memory makes a new buffer object over the same bytes; arrays over any of them belong here.
    const buffers = new WeakSet([memory.buffer]);
    // Address 0 stays unused, so that a forgotten address shows up as one.
    let next = LINE;
    let scratchAt = -1;
    let scratchBytes = 0;
    const reserve = (bytes) => {
        const at = next;
        const end = at + Math.ceil(bytes / LINE) * LINE;
        if (end > memory.buffer.byteLength) {
            if (!shared || end > maximumPages * PAGE)
                return -1;
            try {
                // In steps of at least 1 MiB: every growth costs a buffer object.
                const wanted = Math.max(Math.ceil((end - memory.buffer.byteLength) / PAGE), 16);
                memory.grow(Math.min(wanted, maximumPages - memory.buffer.byteLength / PAGE));
            }
            catch {
                return -1;
            }
            buffers.add(memory.buffer);
        }
        next = end;
        return at;
    };
    return {
        memory,
        shared,
        maximumPages,
        allocate(length) {
            checkSize('allocate', 'length', length);
            const at = reserve(4 * length);
            return at < 0 ? undefined : new Float32Array(memory.buffer, at, length);
        },
        scratch(bytes) {
            if (bytes === 0)
                return 0;
            if (bytes <= scratchBytes)
                return scratchAt;
            // The old region stays behind; sizes at least double, so that all of them together waste at most the last one.
            const size = Math.max(bytes, 2 * scratchBytes);
            let at = reserve(size);
            if (at < 0 && size > bytes)
                at = reserve(bytes);
            if (at >= 0) {
                scratchAt = at;
                scratchBytes = next - at;
            }
            return at;
        },
        addressOf: (array) => (buffers.has(array.buffer) ? array.byteOffset : -1),
    };
}
