import { describe, expect, it } from 'vitest'
import { machineTag } from '../../src/lab/machine.ts'

describe('machineTag', () => {
  it('tells machines apart, whatever tells their names apart', () => {
    const cluster = '.compute.cluster.department.university.edu'
    for (const [a, b] of [[`node1${cluster}`, `node2${cluster}`], ['rack1-11', 'rack11-1'], ['n1.a', 'n1a']]) {
      expect(machineTag(a), a).not.toBe(machineTag(b))
    }
    // No dot: the name of a temporary file is read from its end.
    expect(machineTag(`node1${cluster}`)).toMatch(/^[a-z0-9]{1,16}$/)
  })
})
