import fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SignalShape } from '../../registry/registry.ts'
import { ShapePool, type ShapeId } from './shape-pool.ts'
import { TextPool } from './text-pool.ts'

const number = fc.constantFrom(0, 1, -40.5, 1e300)
const shape: fc.Arbitrary<SignalShape> = fc.record(
  { name: fc.constantFrom('t', 'p', '温度'), kind: fc.constantFrom('number', 'boolean', 'text', 'waveform'), unit: fc.constantFrom('Cel', 'bar'), low: number, high: number, description: fc.constantFrom('a', 'b'), deadband: number, retentionDays: number },
  { requiredKeys: ['name', 'kind'], noNullPrototype: true },
)

describe('shape pool', () => {
  it('gives equal shapes one id and others another, gives back what it was given, and forgets what nobody uses', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(shape, fc.boolean()), { maxLength: 600 }), (steps) => {
        const texts = new TextPool()
        const pool = new ShapePool(texts)
        const held: { id: ShapeId; shape: SignalShape }[] = []
        for (const [one, isRelease] of steps) {
          const last = isRelease ? held.shift() : undefined
          if (last !== undefined) pool.release(last.id)
          else held.push({ id: pool.take(one), shape: one })
        }
        const ids = new Map<string, ShapeId>()
        for (const { id, shape: one } of held) {
          assert.deepEqual(pool.shape(id), one)
          const key = JSON.stringify(Object.entries(one).sort())
          assert.equal(ids.get(key) ?? id, id)
          ids.set(key, id)
        }
        assert.equal(new Set(ids.values()).size, ids.size)
        for (const { id } of held) pool.release(id)
        for (const text of ['t', 'p', '温度', 'Cel', 'bar', 'a', 'b']) assert.equal(texts.find(text), undefined)
      }),
      { numRuns: 60, seed: 3 },
    )
  })
})
