import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import { joinEvents } from './same-event.ts'

interface Told {
  readonly id: string
  readonly asset: number
  readonly line: string | undefined
  readonly detectedUs: number
  readonly signal: string
}
const rules = { lineOf: ({ line }: Told) => line, isAlike: (one: Told, other: Told) => one.signal === other.signal }
const joined = (told: readonly Told[]) => joinEvents(told, rules).map(({ head, others }) => [head.id, ...others.map(({ id }) => id)].join(' '))
const told = (id: string, asset: number, line: string | undefined, minute: number, signal = 's'): Told => ({ id, asset, line, detectedUs: minute * US_PER_MINUTE, signal })

test('what one thing does to a line within an hour is one event behind the most urgent of it', () => {
  assert.deepEqual(joined([told('compressor', 1, 'air', 0), told('pump', 9, 'water', 5), told('dryer', 2, 'air', 55), told('filter', 3, 'air', 61), told('meter', 4, undefined, 2), told('other meter', 5, undefined, 2)]), ['compressor dryer', 'pump', 'filter', 'meter', 'other meter'])
})

test('the same of one machine again within a week is one event; another thing of it, or later, is not', () => {
  const day = US_PER_DAY / US_PER_MINUTE
  assert.deepEqual(joined([told('a', 1, 'air', 20 * day), told('again', 1, 'air', 14 * day), told('else', 1, 'air', 20 * day, 'other'), told('long ago', 1, 'air', 12 * day)]), ['a again', 'else', 'long ago'])
})

test('none is lost and none stands twice, in whatever order they come', () => {
  const any = fc.record({ id: fc.uuid(), asset: fc.nat(5), line: fc.constantFrom('air', 'water', undefined), detectedUs: fc.nat(10 * US_PER_DAY), signal: fc.constantFrom('s', 't') })
  fc.assert(fc.property(fc.array(any, { maxLength: 60 }), (all) => {
    const seen = joinEvents(all, rules).flatMap(({ head, others }) => [head, ...others])
    assert.deepEqual(seen.map(({ id }) => id).sort(), all.map(({ id }) => id).sort())
  }))
})
