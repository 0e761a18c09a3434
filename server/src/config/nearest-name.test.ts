import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editDistance, nearestName } from './nearest-name.ts'

test('a slip is recognised, another word is not', () => {
  const names = ['queueBytes', 'flushMs', 'listen']
  assert.equal(nearestName('queubytes', names), 'queueBytes')
  assert.equal(nearestName('queue-bytes', names), 'queueBytes')
  assert.equal(nearestName('lisetn', names), 'listen')
  assert.equal(nearestName('temperature', names), undefined)
  assert.equal(nearestName('', names), undefined)
})

test('the distance is symmetric, zero only for equal texts, and at most the longer length', () => {
  const word = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b)
      assert.equal(distance, editDistance(b, a))
      assert.equal(distance === 0, a === b)
      assert.ok(distance <= Math.max(a.length, b.length))
    }),
    { seed: 7 },
  )
})
