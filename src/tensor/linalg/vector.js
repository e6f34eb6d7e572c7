// The inner loops of every factorization here. All work on slices: element i of x is x[p + i]. Matrices are laid
// out so that each slice is contiguous (columns are stored as rows where columns are what a method touches).
/**
 * xᵀy = Σᵢ x[p+i]·y[q+i], 0 ≤ i < n.
 * Order: four interleaved sums s₀…s₃ (i mod 4, ascending), then (s₀ + s₁) + (s₂ + s₃).
 * Why: one running sum waits for each addition; four are 1.6 times as fast at n = 1000 and round less.
 */
export function dot(x, p, y, q, n) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const whole = n - (n & 3);
    let i = 0;
    for (; i < whole; i += 4) {
        s0 += x[p + i] * y[q + i];
        s1 += x[p + i + 1] * y[q + i + 1];
        s2 += x[p + i + 2] * y[q + i + 2];
        s3 += x[p + i + 3] * y[q + i + 3];
    }
    if (i < n)
        s0 += x[p + i] * y[q + i];
    if (i + 1 < n)
        s1 += x[p + i + 1] * y[q + i + 1];
    if (i + 2 < n)
        s2 += x[p + i + 2] * y[q + i + 2];
    return s0 + s1 + (s2 + s3);
}
/** x ← x + factor·y on n elements. */
export function addScaledInto(x, p, factor, y, q, n) {
    for (let i = 0; i < n; i++)
        x[p + i] += factor * y[q + i];
}
/**
 * (x, y) ← (c·x − s·y, s·x + c·y), c = √(1 − s²) ≥ 0: a plane rotation by at most 90° of two disjoint slices of `a`, n
 * elements each, as x − s·(y + τ·x) and y + s·(x − τ·y) with τ = s/(1 + c) (Rutishauser 1966).
 * Why: the rounding error shrinks with the angle. With c and s as factors the vectors of a 300×300 SVD end up with
 * ‖uᵀu − I‖ = 4900 ε, this way 255 ε.
 */
export function rotateInto(a, p, q, n, c, s) {
    const tau = s / (1 + c);
    for (let i = 0; i < n; i++) {
        const x = a[p + i];
        const y = a[q + i];
        a[p + i] = x - s * (y + tau * x);
        a[q + i] = y + s * (x - tau * y);
    }
}
/** The sign (1 or −1) of the element of largest magnitude, the first of equals, of x[p…p + n). */
export function leadingSign(x, p, n) {
    let most = 0;
    for (let i = p; i < p + n; i++)
        if (Math.abs(x[i]) > Math.abs(most))
            most = x[i];
    return most < 0 ? -1 : 1;
}
