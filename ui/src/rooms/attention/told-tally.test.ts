import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedIn, tallyOf } from './told-tally.ts'

test('each anomaly that was told stands in one heap, and what was quieted from the start in none', () => {
  const one = (verdict: 'real' | 'not_real' | 'planned' | 'known' | null, isQuieted = false) => ({ verdict, isQuieted })
  assert.deepEqual(tallyOf([one('real'), one('known'), one('planned'), one('not_real'), one('not_real', true), one(null), one(null, true)]), { told: 6, real: 3, notReal: 2, unjudged: 1 })
  assert.deepEqual(tallyOf([]), { told: 0, real: 0, notReal: 0, unjudged: 0 })
})

test('the setting is of a week', () => {
  assert.equal(allowedIn(28 * 86_400_000, 1), 4)
  assert.equal(allowedIn(86_400_000, 1), 0.1)
  assert.equal(allowedIn(14 * 86_400_000, 0.5), 1)
})
