"""numpy or PyTorch behind the same JSON lines as child.ts: python3 peer.py numpy|torch THREADS."""
import json
import sys
import time


def milliseconds():
    return time.perf_counter() * 1000


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def read(path, kind):
    with open(path, 'rb') as file:
        data = bytearray(file.read())
    if kind == 'torch':
        return library.frombuffer(data, dtype=library.float64 if path.endswith('.f64') else library.float32)
    return library.frombuffer(data, dtype='<f8' if path.endswith('.f64') else '<f4')


def product(work, kind):
    m, k, n = work['m'], work['k'], work['n']
    ta, tb = work['transposeA'], work['transposeB']
    a = read(work['a'], kind).reshape(k, m).T if ta else read(work['a'], kind).reshape(m, k)
    b = read(work['b'], kind).reshape(n, k).T if tb else read(work['b'], kind).reshape(k, n)
    if kind == 'torch':
        out = library.empty(m, n)
        return lambda: library.mm(a, b, out=out)
    out = library.empty((m, n), dtype='f4')
    return lambda: library.matmul(a, b, out=out)


def layers_of(work, kind):
    """Weights as [I, O] for h @ W, biases, and feedback [O, K] of the hidden layers."""
    found = []
    for layer in work['layers']:
        weight = read(layer['weight'], kind).reshape(layer['outputs'], layer['inputs'])
        feedback = read(layer['feedback'], kind).reshape(layer['outputs'], -1) if layer.get('feedback') else None
        found.append((weight, read(layer['bias'], kind), feedback))
    return found


def step_numpy(work):
    np = library
    batch, rate, rule = work['batch'], np.float32(work['rate']), work['rule']
    x = read(work['input'], 'numpy').reshape(batch, -1)
    t = read(work['target'], 'numpy').reshape(batch, -1)
    layers = layers_of(work, 'numpy')
    weights = [np.ascontiguousarray(weight.T) for weight, _, _ in layers]
    biases = [bias.copy() for _, bias, _ in layers]
    depth = len(layers)

    def run():
        hidden = [x]
        for l in range(depth):
            a = hidden[-1] @ weights[l]
            a += biases[l]
            if l < depth - 1:
                np.maximum(a, 0, out=a)
            hidden.append(a)
        y = hidden.pop()
        y -= y.max(axis=1, keepdims=True)
        p = np.exp(y, out=y)
        p /= p.sum(axis=1, keepdims=True)
        p -= t
        p /= np.float32(batch)
        error = da = p
        for l in reversed(range(depth)):
            dw = hidden[l].T @ da
            db = da.sum(axis=0)
            if l > 0:
                da = error @ layers[l - 1][2].T if rule == 'dfa' else da @ weights[l].T
                da *= hidden[l] > 0
            dw *= rate
            db *= rate
            weights[l] -= dw
            biases[l] -= db

    def result():
        run()
        parts = []
        for l, (weight, bias, _) in enumerate(layers):
            parts.append((weights[l].T.astype('f8') - weight).ravel())
            parts.append(biases[l].astype('f8') - bias)
        return np.concatenate(parts)

    return run, result


def step_torch(work):
    torch = library
    batch, rate, rule = work['batch'], work['rate'], work['rule']
    x = read(work['input'], 'torch').reshape(batch, -1)
    t = read(work['target'], 'torch').reshape(batch, -1)
    labels = t.argmax(dim=1)
    layers = layers_of(work, 'torch')
    automatic = rule == 'backpropagation'
    weights = [weight.clone().requires_grad_(automatic) for weight, _, _ in layers]
    biases = [bias.clone().requires_grad_(automatic) for _, bias, _ in layers]
    depth = len(layers)
    functional = torch.nn.functional

    def differentiated():
        h = x
        for l in range(depth):
            h = functional.linear(h, weights[l], biases[l])
            if l < depth - 1:
                h = functional.relu(h)
        functional.cross_entropy(h, labels).backward()
        with torch.no_grad():
            for parameter in weights + biases:
                parameter.add_(parameter.grad, alpha=-rate)
                parameter.grad = None

    def by_hand():
        hidden = [x]
        for l in range(depth):
            a = torch.addmm(biases[l], hidden[-1], weights[l].T)
            hidden.append(a.relu_() if l < depth - 1 else a)
        error = da = (torch.softmax(hidden.pop(), dim=1) - t).div_(batch)
        for l in reversed(range(depth)):
            below = None
            if l > 0:
                below = (error @ layers[l - 1][2].T).mul_(hidden[l] > 0)
            weights[l].addmm_(da.T, hidden[l], alpha=-rate)
            biases[l].add_(da.sum(dim=0), alpha=-rate)
            da = below

    run = differentiated if automatic else by_hand

    def result():
        run()
        parts = []
        with torch.no_grad():
            for l, (weight, bias, _) in enumerate(layers):
                parts.append((weights[l].double() - weight.double()).reshape(-1))
                parts.append(biases[l].double() - bias.double())
        return torch.cat(parts)

    return run, result


def convolution_numpy(work):
    """Images [B, H, W, C], patches [B·H·W, k·k·C] against weights [k·k·C, O], gradients by hand."""
    np = library
    batch, kernel, rate = work['batch'], work['kernel'], np.float32(work['rate'])
    padding = kernel // 2
    convolutions, dense = work['convolutions'], work['dense']
    depth = len(convolutions)
    first = convolutions[0]
    x = read(work['input'], 'numpy').reshape(batch, first['inputs'], first['side'], first['side'])
    x = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    t = read(work['target'], 'numpy').reshape(batch, -1)
    weights, biases = [], []
    for layer in convolutions:
        weight = read(layer['weight'], 'numpy').reshape(layer['outputs'], layer['inputs'], kernel, kernel)
        weights.append(np.ascontiguousarray(weight.transpose(2, 3, 1, 0)).reshape(-1, layer['outputs']))
        biases.append(read(layer['bias'], 'numpy').copy())
    channels, half = convolutions[-1]['outputs'], convolutions[-1]['side'] // 2
    weight = read(dense['weight'], 'numpy').reshape(dense['outputs'], channels, half, half)
    weights.append(np.ascontiguousarray(weight.transpose(2, 3, 1, 0)).reshape(-1, dense['outputs']))
    biases.append(read(dense['bias'], 'numpy').copy())

    def patches_of(h):
        padded = np.pad(h, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))
        return windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kernel * kernel * h.shape[3])

    def windows_of(h, layer):
        side = layer['side'] // 2
        return h.reshape(batch, side, 2, side, 2, layer['outputs'])

    def train():
        h, kept, pooled = x, [], []
        for l, layer in enumerate(convolutions):
            patches = patches_of(h)
            a = patches @ weights[l]
            a += biases[l]
            np.maximum(a, 0, out=a)
            windows = windows_of(a, layer)
            h = windows.max(axis=(2, 4))
            kept.append((patches, windows))
            pooled.append(h)
        flat = h.reshape(batch, -1)
        y = flat @ weights[depth]
        y += biases[depth]
        y -= y.max(axis=1, keepdims=True)
        p = np.exp(y, out=y)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log((p * t).sum(axis=1)).mean()
        p -= t
        p /= np.float32(batch)
        dh = (p @ weights[depth].T).reshape(h.shape)
        weights[depth] -= rate * (flat.T @ p)
        biases[depth] -= rate * p.sum(axis=0)
        for l in reversed(range(depth)):
            layer = convolutions[l]
            patches, windows = kept[l]
            dh *= pooled[l] > 0
            da = windows == pooled[l][:, :, None, :, None, :]
            da = (da * dh[:, :, None, :, None, :]).reshape(-1, layer['outputs'])
            dw, db = patches.T @ da, da.sum(axis=0)
            if l > 0:
                side, inputs = layer['side'], layer['inputs']
                taps = (da @ weights[l].T).reshape(batch, side, side, kernel, kernel, inputs)
                padded = np.zeros((batch, side + 2 * padding, side + 2 * padding, inputs), dtype='f4')
                for ky in range(kernel):
                    for kx in range(kernel):
                        padded[:, ky:ky + side, kx:kx + side] += taps[:, :, :, ky, kx]
                dh = padded[:, padding:-padding, padding:-padding]
            weights[l] -= rate * dw
            biases[l] -= rate * db
        return loss

    def result():
        loss = train()
        parts = []
        for l, layer in enumerate(convolutions):
            after = weights[l].reshape(kernel, kernel, layer['inputs'], layer['outputs']).transpose(3, 2, 0, 1)
            parts += [after.ravel().astype('f8') - read(layer['weight'], 'numpy')]
            parts += [biases[l].astype('f8') - read(layer['bias'], 'numpy')]
        after = weights[depth].reshape(half, half, channels, dense['outputs']).transpose(3, 2, 0, 1)
        parts += [after.ravel().astype('f8') - read(dense['weight'], 'numpy')]
        parts += [biases[depth].astype('f8') - read(dense['bias'], 'numpy')]
        return np.concatenate(parts + [np.array([loss], dtype='f8')])

    return train, result


def convolution_torch(work):
    torch = library
    functional = torch.nn.functional
    batch, kernel, rate = work['batch'], work['kernel'], work['rate']
    convolutions, dense = work['convolutions'], work['dense']
    first = convolutions[0]
    x = read(work['input'], 'torch').reshape(batch, first['inputs'], first['side'], first['side'])
    labels = read(work['target'], 'torch').reshape(batch, -1).argmax(dim=1)
    shapes = [(layer['outputs'], layer['inputs'], kernel, kernel) for layer in convolutions]
    shapes.append((dense['outputs'], dense['inputs']))
    before = [read(layer[part], 'torch') for layer in convolutions + [dense] for part in ('weight', 'bias')]
    parameters = []
    for index, values in enumerate(before):
        shaped = values.clone().reshape(shapes[index // 2]) if index % 2 == 0 else values.clone()
        parameters.append(shaped.requires_grad_(True))

    def train():
        h = x
        for l in range(len(convolutions)):
            a = functional.conv2d(h, parameters[2 * l], parameters[2 * l + 1], padding=kernel // 2)
            h = functional.max_pool2d(functional.relu(a), 2)
        y = functional.linear(h.flatten(1), parameters[-2], parameters[-1])
        loss = functional.cross_entropy(y, labels)
        loss.backward()
        with torch.no_grad():
            for parameter in parameters:
                parameter.add_(parameter.grad, alpha=-rate)
                parameter.grad = None
        return loss

    def result():
        loss = train()
        with torch.no_grad():
            parts = [(after.reshape(-1).double() - old.double()) for after, old in zip(parameters, before)]
            return torch.cat(parts + [loss.double().reshape(1)])

    return train, result


def gcn_torch(sizes, arrays, p):
    """Logits and loss by sparse products in coordinates, which PyTorch can differentiate without MKL."""
    torch = library
    nodes, features = sizes['nodes'], sizes['features']

    def sparse(rows, columns, values, shape):
        places = torch.stack([arrays[rows].long(), arrays[columns].long()])
        return torch.sparse_coo_tensor(places, values, shape).coalesce()

    graph = sparse('graph-rows', 'graph-columns', arrays['graph-values'], (nodes, nodes))
    words = sparse('feature-rows', 'feature-columns', arrays['input'], (nodes, features))
    target = arrays['target'].reshape(nodes, -1)
    labeled = target.sum(dim=1).nonzero().reshape(-1)
    labels = target[labeled].argmax(dim=1)

    def loss():
        h = torch.sparse.mm(graph, torch.sparse.mm(words, p['conv1/linear/weight'].T)) + p['conv1/bias']
        h = torch.relu(h)
        y = torch.sparse.mm(graph, h @ p['conv2/linear/weight'].T) + p['conv2/bias']
        return torch.nn.functional.cross_entropy(y[labeled], labels)

    return loss


def transformer_torch(sizes, arrays, p):
    torch = library
    functional = torch.nn.functional
    batch, length, features, heads = sizes['batch'], sizes['context'], sizes['features'], sizes['heads']
    width = features // heads
    tokens = arrays['input'].long().reshape(batch, length)
    labels = arrays['target'].reshape(batch * length, -1).argmax(dim=1)
    positions = arrays['positions'].reshape(length, features)
    later = torch.ones(length, length, dtype=torch.bool).triu(1)

    def attended(x, name):
        def by_head(kind):
            h = functional.linear(x, p[f'{name}/{kind}/weight'], p.get(f'{name}/{kind}/bias'))
            return h.reshape(batch, length, heads, width).transpose(1, 2)

        q, k, v = by_head('query'), by_head('key'), by_head('value')
        scores = (q @ k.transpose(2, 3) / width ** 0.5).masked_fill(later, float('-inf'))
        merged = (torch.softmax(scores, dim=3) @ v).transpose(1, 2).reshape(batch, length, features)
        return functional.linear(merged, p[f'{name}/output/weight'], p[f'{name}/output/bias'])

    def loss():
        x = functional.embedding(tokens, p['embedding/weight']) * features ** 0.5 + positions
        for l in range(1, sizes['blocks'] + 1):
            b = f'block{l}'
            x = x + attended(x, f'{b}/attention')
            x = functional.layer_norm(x, (features,), p[f'{b}/norm1/gain'], p[f'{b}/norm1/bias'])
            h = torch.relu(functional.linear(x, p[f'{b}/dense1/weight'], p[f'{b}/dense1/bias']))
            x = x + functional.linear(h, p[f'{b}/dense2/weight'], p[f'{b}/dense2/bias'])
            x = functional.layer_norm(x, (features,), p[f'{b}/norm2/gain'], p[f'{b}/norm2/bias'])
        y = functional.linear(x.reshape(batch * length, features), p['decoder/weight'], p['decoder/bias'])
        return functional.cross_entropy(y, labels)

    return loss


def nerf_torch(sizes, arrays, p):
    torch = library
    functional = torch.nn.functional
    rays, samples, depth = sizes['rays'], sizes['samples'], sizes['depth']
    origin, direction = arrays['input'].reshape(rays, 2, 3).unbind(dim=1)
    target = arrays['target'].reshape(rays, 3)
    spacing = (sizes['far'] - sizes['near']) / samples
    places = sizes['near'] + (torch.arange(samples) + 0.5) * spacing
    octaves = [2.0 ** k for k in range(sizes['frequencies'])]

    def loss():
        points = (origin[:, None] + places[None, :, None] * direction[:, None]).reshape(-1, 3)
        h = torch.cat([points] + [wave(k * points) for k in octaves for wave in (torch.sin, torch.cos)], dim=1)
        for l in range(1, depth + 1):
            h = torch.relu(functional.linear(h, p[f'dense{l}/weight'], p[f'dense{l}/bias']))
        raw = functional.linear(h, p[f'dense{depth + 1}/weight'], p[f'dense{depth + 1}/bias'])
        raw = raw.reshape(rays, samples, 4)
        thickness = functional.softplus(raw[:, :, 3] - 1) * spacing
        passed = torch.exp(-torch.cumsum(thickness, dim=1))
        before = torch.cat([torch.ones(rays, 1), passed[:, :-1]], dim=1)
        weights = before * -torch.expm1(-thickness)
        seen = (weights[:, :, None] * torch.sigmoid(raw[:, :, :3])).sum(dim=1) + passed[:, -1:]
        return 0.5 * ((seen - target) ** 2).sum() / rays

    return loss


def model_torch(work):
    """Automatic differentiation and plain descent."""
    torch = library
    parameters = {}
    for parameter in work['parameters']:
        values = read(parameter['values'], 'torch').clone().reshape(parameter['shape'])
        parameters[parameter['name']] = values.requires_grad_(True)
    arrays = {name: read(path, 'torch') for name, path in work['arrays'].items()}
    models = {'gcn': gcn_torch, 'transformer': transformer_torch, 'nerf': nerf_torch}
    before = [values.detach().clone() for values in parameters.values()]
    loss_of = models[work['model']](work['sizes'], arrays, parameters)

    def train():
        loss = loss_of()
        loss.backward()
        with torch.no_grad():
            for values in parameters.values():
                values.add_(values.grad, alpha=-work['rate'])
                values.grad = None
        return loss

    def result():
        loss = train()
        with torch.no_grad():
            parts = [(after.double() - old.double()).reshape(-1) for after, old in zip(parameters.values(), before)]
            return torch.cat(parts + [loss.double().reshape(1)])

    return train, result


def relative_error(found, expected, parts=None):
    """Largest deviation over largest value, of the worst of the parts of so many values that follow each other."""
    found = found.reshape(-1)
    found = found.double() if hasattr(found, 'double') else found.astype('f8')
    worst, begin = 0.0, 0
    for length in parts or [len(expected)]:
        part = slice(begin, begin + length)
        error = float(abs(found[part] - expected[part]).max() / abs(expected[part]).max())
        # max() would drop what is not a number.
        worst = worst if error <= worst else error
        begin += length
        if worst != worst:
            break
    return worst


def time_for(run, slice_ms, calls):
    """Median time of one call over batches of so many calls."""
    times = []
    end = milliseconds() + slice_ms
    while True:
        start = milliseconds()
        for _ in range(calls):
            run()
        now = milliseconds()
        times.append((now - start) / calls)
        if now >= end:
            return median(times)


def prepare(request, kind):
    work = request['work']
    if work['kind'] == 'product':
        run = product(work, kind)
        result = run
    elif work['kind'] == 'model':
        if kind == 'numpy':
            raise ValueError('not written for numpy')
        run, result = model_torch(work)
    elif work['kind'] == 'convolution':
        run, result = convolution_numpy(work) if kind == 'numpy' else convolution_torch(work)
    else:
        run, result = step_numpy(work) if kind == 'numpy' else step_torch(work)
    start = milliseconds()
    found = result()
    first = milliseconds() - start
    error = relative_error(found, read(work['expected'], kind), work.get('parts'))
    start = milliseconds()
    count = 0
    while count == 0 or milliseconds() - start < request['warm']:
        run()
        count += 1
    each = (milliseconds() - start) / count
    return run, max(1, int(1 / each + 0.999)), error, first


kind, threads = sys.argv[1], int(sys.argv[2])
answer = sys.stdout
sys.stdout = sys.stderr
lanes = {}
library = None
for line in sys.stdin:
    request = json.loads(line)
    operation = request['operation']
    try:
        if operation == 'open':
            start = milliseconds()
            library = __import__(kind)
            loaded = milliseconds() - start
            if kind == 'torch':
                library.set_num_threads(threads)
            reply = {'version': str(library.__version__), 'import': loaded, 'ready': milliseconds() - start}
        elif operation == 'prepare':
            run, calls, error, first = prepare(request, kind)
            lanes[request['lane']] = (run, calls)
            reply = {'error': error, 'ms': first}
        elif operation == 'time':
            run, calls = lanes[request['lane']]
            reply = {'ms': time_for(run, request['slice'], calls)}
        else:
            lanes.pop(request['lane'], None)
            reply = {}
    except Exception as cause:  # the reason is reported by name
        reply = {'reason': f'{type(cause).__name__}: {cause}'}
    answer.write(json.dumps(reply) + '\n')
    answer.flush()
