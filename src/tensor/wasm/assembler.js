// A small WebAssembly assembler: instructions by the specification's own names in, the bytes of a module out. The vector
// kernels are written with it at start-up, so that the package holds no binary file and needs no build step.
import { functionBody } from './code.js';
import { TYPE_BYTES, unsignedLeb } from './encoding.js';
/** A new, empty module. */
export function assembler(memory) {
    const types = [];
    const exports = [];
    const bodies = [];
    // Pushed byte by byte: spreading and flattening arrays of this size takes several times as long.
    const vector = (items) => {
        const joined = [...unsignedLeb(items.length)];
        for (const item of items)
            for (let i = 0; i < item.length; i++)
                joined.push(item[i]);
        return joined;
    };
    const name = (text) => [...unsignedLeb(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];
    const section = (id, content) => [id, ...unsignedLeb(content.length), ...content];
    return {
        func(exportName, parameters, results, build) {
            const index = bodies.length;
            const typeList = (list) => vector(list.map((type) => [TYPE_BYTES[type]]));
            types.push([0x60, ...typeList(parameters), ...typeList(results)]);
            bodies.push(functionBody(parameters, build));
            if (exportName !== '')
                exports.push([...name(exportName), 0x00, ...unsignedLeb(index)]);
            return { index };
        },
        bytes() {
            const limits = [memory.shared ? 0x03 : 0x01, ...unsignedLeb(memory.initial), ...unsignedLeb(memory.maximum)];
            return new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...section(1, vector(types)),
                ...section(2, vector([[...name('env'), ...name('memory'), 0x02, ...limits]])),
                ...section(3, vector(types.map((_, i) => unsignedLeb(i)))), ...section(7, vector(exports)),
                ...section(10, vector(bodies.map((body) => [...unsignedLeb(body.length), ...body])))]);
        },
    };
}
