// Under which name trainings of sweeps are recorded.

/** The directory of their records; whatever sweep asked for a training, it is made once. */
export const TRAININGS_NAME = 'trainings'
