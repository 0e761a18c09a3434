import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cause } from '../../api/anomaly-queries.ts'
import { lengthOf, rangeAround, rarityMs } from './anomaly-time.ts'
import { inLanguage } from '../../i18n/bilingual.ts'
import { causeGroups } from './cause-groups.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test('the range around an anomaly holds it, has room before it, and does not reach into the future', () => {
  const now = Date.UTC(2026, 10, 23)
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40_000 }), fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: null }), (agoMinutes, lastedMinutes) => {
      const began = now - agoMinutes * MINUTE
      const ended = lastedMinutes === null ? null : Math.min(now, began + lastedMinutes * MINUTE)
      const { fromMs, toMs, markMs } = rangeAround({ began, ended, judgedUntil: null }, now)
      assert.ok(began - fromMs >= 30 * MINUTE && began - fromMs <= 24 * HOUR)
      assert.ok(toMs >= (ended ?? now) && toMs <= now + MINUTE)
      assert.equal(markMs, began)
    }),
  )
})

test('an anomaly told ahead of this computer’s clock still has a range', () => {
  const { fromMs, toMs } = rangeAround({ began: 10 * HOUR, ended: null, judgedUntil: null }, 9 * HOUR)
  assert.ok(fromMs < toMs)
  assert.equal(lengthOf({ began: 10 * HOUR, ended: null, judgedUntil: null }, 9 * HOUR), 0)
})

test('one in a past that is still coming in has lasted until where judging has got to', () => {
  assert.equal(lengthOf({ began: HOUR, ended: null, judgedUntil: 3 * HOUR }, 400 * HOUR), 2 * HOUR)
  assert.equal(lengthOf({ began: HOUR, ended: 2 * HOUR, judgedUntil: null }, 400 * HOUR), HOUR)
  assert.equal(rangeAround({ began: HOUR, ended: null, judgedUntil: 3 * HOUR }, 400 * HOUR).toMs, 4 * HOUR)
})

test('rarity is the time in which one normal minute looks so, and is not claimed beyond ten years', () => {
  assert.equal(rarityMs(1 / 60), HOUR)
  assert.equal(rarityMs(1 / (60 * 24 * 1_580)), 4 * 365 * 24 * HOUR)
  assert.equal(rarityMs(1e-9), undefined)
  assert.equal(rarityMs(0), undefined)
})

test('a description in both languages is shown in one, any other as it is', () => {
  assert.equal(inLanguage('皮带温度 · Belt temperature', 'en'), 'Belt temperature')
  assert.equal(inLanguage('皮带温度 · Belt temperature', 'zh'), '皮带温度')
  const computed = 'Computed by Millwright (vibration): 峭度 · Kurtosis'
  assert.deepEqual([inLanguage(computed, 'en'), inLanguage(computed, 'zh')], ['Kurtosis', '峭度'])
  assert.equal(inLanguage('Computed by Millwright (health): how it is', 'zh'), 'Computed by Millwright (health): how it is')
  assert.equal(inLanguage('Belt temperature · 皮带温度', 'zh'), '皮带温度')
  for (const text of ['Belt temperature', 'Belt · upper', '皮带 · 上', 'A · 皮带 · B', '']) assert.equal(inLanguage(text, 'zh'), text)
})

test('each cause stands in exactly one group, however deep the tree', () => {
  const cause = (code: string, parent: string | null): Cause => ({ code, parent, en: code, zh: code })
  const groups = causeGroups([cause('mechanical', null), cause('bearing', 'mechanical'), cause('outer', 'bearing'), cause('unknown', null), cause('lost', 'nowhere')])
  assert.deepEqual(
    groups.map(({ root, below }) => [root.code, below.map(({ code }) => code)]),
    [['mechanical', ['bearing', 'outer']], ['unknown', []], ['lost', []]],
  )
})
