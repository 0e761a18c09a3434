import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DeliveredMarks } from './delivered-marks.ts'

test('a place counts for good when the broker has had it for the time that is asked, and a rewind forgets younger ones', () => {
  const marks = new DeliveredMarks(100, 1_000)
  marks.confirm(200, 0)
  marks.confirm(300, 500)
  assert.equal(marks.saved(999), 100)
  assert.equal(marks.saved(1_000), 200)
  assert.equal(marks.rewind(1_499), 200)
  assert.equal(marks.saved(99_999), 200)
  marks.giveUp(250)
  assert.equal(marks.saved(99_999), 250)
})

test('it never goes back, and never beyond what was confirmed, whatever happens', () => {
  const step = fc.record({ position: fc.nat(10_000), ms: fc.nat(500), isRewind: fc.boolean() })
  fc.assert(
    fc.property(fc.nat(2_000), fc.array(step, { maxLength: 60 }), (holdMs, steps) => {
      const marks = new DeliveredMarks(0, holdMs)
      let [nowMs, highest, before] = [0, 0, 0]
      for (const { position, ms, isRewind } of steps) {
        nowMs += ms
        marks.confirm(position, nowMs)
        highest = Math.max(highest, position)
        const saved = isRewind ? marks.rewind(nowMs) : marks.saved(nowMs)
        assert.ok(saved >= before && saved <= highest)
        before = saved
      }
    }),
  )
})

test('any number of marks takes bounded memory', () => {
  const marks = new DeliveredMarks(0, Infinity)
  for (let at = 1; at <= 10_000; at++) marks.confirm(at, at)
  assert.ok(marks.saved(10_000) > 0)
})
