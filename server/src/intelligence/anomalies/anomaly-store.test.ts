import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import { isOpenInPast, urgency, type StoredAnomaly } from './anomaly-store.ts'

const NOW_US = 100 * US_PER_DAY
const OPEN: StoredAnomaly = {
  id: 'a', asset: 1, model: 'm', codeVersion: 'c', state: 'open', beganUs: NOW_US - 20 * US_PER_DAY, detectedUs: NOW_US - 20 * US_PER_DAY, isAccepted: false, isPast: true, isQuieted: false, pValue: 1e-5, score: 2, peakUs: 2, parts: [], regime: '', signature: 's', verdicts: [],
}
const rank = (anomaly: StoredAnomaly, judgedUs: number | undefined) => urgency(anomaly, NOW_US, isOpenInPast(anomaly, judgedUs, NOW_US))

test('an open one of a past that is still coming in ranks behind what lasts now, and before it again once its machine is judged up to now', () => {
  const live = { ...OPEN, isPast: false, detectedUs: NOW_US - 19 * US_PER_DAY }
  const over = { ...OPEN, state: 'closed', isPast: false, detectedUs: NOW_US - US_PER_HOUR } as const
  const behindUs = NOW_US - 18 * US_PER_DAY
  assert.ok(rank(OPEN, behindUs) < rank(over, NOW_US) && rank(over, NOW_US) < rank(live, NOW_US))
  assert.ok(rank(OPEN, NOW_US) > rank(over, NOW_US))
})

test('one that was told live goes on although its machine has fallen silent', () => {
  assert.equal(isOpenInPast({ ...OPEN, isPast: false }, NOW_US - US_PER_DAY, NOW_US), false)
  assert.equal(isOpenInPast(OPEN, undefined, NOW_US), false)
  assert.equal(isOpenInPast({ ...OPEN, state: 'closed' }, NOW_US - US_PER_DAY, NOW_US), false)
})
