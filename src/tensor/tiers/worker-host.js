// How threads are started differs between runtimes; what runs in them does not. The source of a worker is handed over as
// text, so that no separate file has to be found.
/** Classic workers where there are any: old browsers know no module workers, Deno knows nothing else. */
function start(Worker, url) {
    try {
        return new Worker(url);
    }
    catch {
        return new Worker(url, { type: 'module' });
    }
}
/** The workers of browsers, Deno and Bun, or undefined where there are none (Node's need `node:worker_threads`). */
export function webWorkers() {
    const { Worker, Blob, URL, navigator } = globalThis;
    if (Worker === undefined || Blob === undefined || URL === undefined)
        return undefined;
    return {
        processors: navigator?.hardwareConcurrency ?? 1,
        spawn(source, message) {
            const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
            const worker = start(Worker, url);
            try {
                worker.postMessage(message);
            }
            catch (cause) {
                worker.terminate();
                URL.revokeObjectURL(url);
                throw cause;
            }
            return {
                terminate() {
                    worker.terminate();
                    URL.revokeObjectURL(url);
                },
            };
        },
    };
}
