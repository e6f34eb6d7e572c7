// The bottleneck of launay2019 as its authors stored it: results, not settings.

/** One line of the stored log. */
export interface StoredRow {
  /** b: of 800 incoming weights of each unit of the second layer so many are trained, in the mean. */
  readonly size: number
  /** Accuracies in %. */
  readonly training: number
  readonly test: number
  /** Mean cosines at layers 1 to 3. */
  readonly cosines: readonly [number, number, number]
}

const row = (size: number, training: number, test: number, a: number, b: number, c: number): StoredRow => ({
  size,
  training,
  test,
  cosines: [a, b, c],
})

/** 50 epochs of all of CIFAR-10, seed 0. Source: lightonai/principled-dfa-training, bottleneck_from_log.py. */
export const STORED_DRAWN: readonly StoredRow[] = [row(1, 41.2, 40.5, 0.0000, 0.0689, 0.4657),
  row(3, 41.9, 41.1, 0.0019, 0.1677, 0.4642), row(5, 42.5, 41.5, 0.0005, 0.2342, 0.4629),
  row(8, 43.3, 41.9, 0.0026, 0.3154, 0.4608), row(11, 44.0, 42.8, 0.0076, 0.3744, 0.4582),
  row(18, 45.3, 43.4, 0.0238, 0.4655, 0.4575), row(28, 46.8, 44.6, 0.0330, 0.5406, 0.4629),
  row(46, 49.4, 45.6, 0.0535, 0.6217, 0.4760), row(73, 53.0, 46.8, 0.0817, 0.6917, 0.4985),
  row(118, 58.5, 47.9, 0.1375, 0.7597, 0.5355), row(191, 67.7, 47.6, 0.2264, 0.8260, 0.5836),
  row(308, 81.4, 46.8, 0.3726, 0.8705, 0.6405), row(496, 94.4, 46.4, 0.6081, 0.8953, 0.6796),
  row(800, 99.5, 47.1, 0.9686, 0.8924, 0.6770)]

/** The same from pre-aligned weights. Source: the same file. */
export const STORED_PRE_ALIGNED: readonly StoredRow[] = [row(1, 36.4, 36.1, 0, 0.2792, 0.9656),
  row(3, 38.5, 38.1, 0, 0.4292, 0.9738), row(5, 39.8, 39.4, 0, 0.5164, 0.9777),
  row(8, 40.7, 40.2, 0.004, 0.5976, 0.981), row(11, 41.8, 41.1, 0.012, 0.6516, 0.9839),
  row(18, 43.3, 42.4, 0.0184, 0.7268, 0.9856), row(28, 44.9, 43.0, 0.0329, 0.7858, 0.9867),
  row(46, 47.7, 44.7, 0.0591, 0.8364, 0.9873), row(73, 51.4, 46.2, 0.0932, 0.8831, 0.9883),
  row(118, 57.3, 47.2, 0.1533, 0.9214, 0.9894), row(191, 66.3, 48.2, 0.2431, 0.9508, 0.9904),
  row(308, 80.2, 47.2, 0.383, 0.9695, 0.9853), row(496, 93.9, 46.4, 0.6112, 0.9547, 0.956),
  row(800, 99.4, 46.5, 0.976, 0.9608, 0.9645)]

/** The size at which every weight is trained. */
export const FULL = 800

/** b: the fourteen sizes. */
export const SIZES: readonly number[] = STORED_DRAWN.map(({ size }) => size)
