import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import fc from 'fast-check'
import { dayOf } from './cold-file.ts'
import { Extent } from './extent.ts'

describe('the extent of what just arrived', () => {
  it('knows each day that has a sample, and passes over those that have none', () => {
    const times = fc.array(fc.integer({ min: 0, max: 40 * 24 }).map((hours) => hours * US_PER_HOUR), { maxLength: 30 })
    fc.assert(
      fc.property(times, times, fc.integer({ min: 0, max: 40 }), (own, further, day) => {
        const extent = new Extent()
        for (const timeUs of own) extent.add(timeUs)
        const other = new Extent()
        for (const timeUs of further) other.add(timeUs)
        extent.widen(other)
        const all = [...own, ...further]
        assert.equal(extent.rows, all.length)
        assert.equal(extent.mayHold(day * US_PER_DAY, (day + 1) * US_PER_DAY), all.some((timeUs) => dayOf(timeUs) === day))
      }),
      { seed: 20261123 },
    )
  })

  it('takes every day for held once it has seen too many to tell apart', () => {
    const extent = new Extent()
    for (let day = 0; day < 5_000; day++) extent.add(day * 2 * US_PER_DAY)
    assert.ok(extent.mayHold(US_PER_DAY, 2 * US_PER_DAY))
    assert.ok(!extent.mayHold(10_001 * US_PER_DAY, 10_002 * US_PER_DAY))
  })
})
