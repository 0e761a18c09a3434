import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { US_PER_HOUR, formatIsoTime, parseIsoTime } from '@millwright/model/time.ts'
import { bucketEdges, readEvery, type Every } from './calendar-buckets.ts'
import { ZoneCalendar, isTimeZone } from './zone-calendar.ts'

function every(text: string): Every {
  const read = readEvery(text)
  assert.ok(read, text)
  return read
}

function us(text: string): number {
  const timeUs = parseIsoTime(text)
  assert.ok(timeUs !== undefined, text)
  return timeUs
}

function edges(from: string, to: string, span: string, zone: string, max = 1_000): string[] {
  return [...bucketEdges({ fromUs: us(from), toUs: us(to) }, every(span), zone, max)].map(formatIsoTime)
}

function hoursBetween(from: string, to: string, span: string, zone: string): number[] {
  const found = bucketEdges({ fromUs: us(from), toUs: us(to) }, every(span), zone, 1_000)
  return [...found.slice(1)].map((edge, index) => (edge - (found[index] ?? 0)) / US_PER_HOUR)
}

test('minutes begin at whole minutes and cover the range', () => {
  assert.deepEqual(edges('2026-01-01T00:00:30Z', '2026-01-01T00:02:10Z', '1m', 'Asia/Shanghai'), [
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:01:00.000Z',
    '2026-01-01T00:02:00.000Z',
    '2026-01-01T00:03:00.000Z',
  ])
})

test('days begin at midnight in the plant, not in Greenwich', () => {
  assert.deepEqual(edges('2026-05-01T10:00:00Z', '2026-05-02T10:00:00Z', '1d', 'Asia/Shanghai'), [
    '2026-04-30T16:00:00.000Z',
    '2026-05-01T16:00:00.000Z',
    '2026-05-02T16:00:00.000Z',
  ])
})

test('a day has 23 hours when the clock is put forward and 25 when it is put back', () => {
  assert.deepEqual(hoursBetween('2026-03-28T00:00:00+01:00', '2026-03-31T00:00:00+02:00', '1d', 'Europe/Berlin'), [24, 23, 24])
  assert.deepEqual(hoursBetween('2026-10-24T00:00:00+02:00', '2026-10-27T00:00:00+01:00', '1d', 'Europe/Berlin'), [24, 25, 24])
})

test('the day on which the clock changes has 23 or 25 buckets of an hour, all of one hour', () => {
  assert.deepEqual(hoursBetween('2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00', '1h', 'Europe/Berlin'), new Array(23).fill(1))
  assert.deepEqual(hoursBetween('2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00', '1h', 'Europe/Berlin'), new Array(25).fill(1))
})

test('shifts of eight hours keep to the local clock when it changes', () => {
  assert.deepEqual(hoursBetween('2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00', '8h', 'Europe/Berlin'), [7, 8, 8])
  assert.deepEqual(hoursBetween('2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00', '8h', 'Europe/Berlin'), [9, 8, 8])
})

test('hours in a zone of a half-hour offset begin at its whole hours', () => {
  assert.deepEqual(edges('2026-01-01T00:00:00+05:30', '2026-01-01T02:00:00+05:30', '1h', 'Asia/Kolkata'), [
    '2025-12-31T18:30:00.000Z',
    '2025-12-31T19:30:00.000Z',
    '2025-12-31T20:30:00.000Z',
  ])
})

test('a day whose midnight is skipped begins at its first moment', () => {
  // Cairo put its clock forward at midnight: 2024-04-26 began at 01:00 summer time.
  assert.deepEqual(edges('2024-04-25T12:00:00Z', '2024-04-26T12:00:00Z', '1d', 'Africa/Cairo'), [
    '2024-04-24T22:00:00.000Z',
    '2024-04-25T22:00:00.000Z',
    '2024-04-26T21:00:00.000Z',
  ])
})

test('a day that a zone skipped at the date line has no bucket', () => {
  // Samoa had no 30 December 2011.
  const found = edges('2011-12-29T20:00:00Z', '2012-01-01T00:00:00Z', '1d', 'Pacific/Apia')
  assert.deepEqual(found, ['2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z', '2012-01-01T10:00:00.000Z'])
})

test('weeks begin on Monday', () => {
  assert.deepEqual(edges('2026-01-01T00:00:00Z', '2026-01-12T00:00:00Z', '1w', 'UTC'), ['2025-12-29T00:00:00.000Z', '2026-01-05T00:00:00.000Z', '2026-01-12T00:00:00.000Z'])
})

test('months, quarters and years begin on their first day', () => {
  assert.deepEqual(edges('2026-01-15T00:00:00Z', '2026-03-02T00:00:00Z', '1mo', 'Asia/Shanghai'), [
    '2025-12-31T16:00:00.000Z',
    '2026-01-31T16:00:00.000Z',
    '2026-02-28T16:00:00.000Z',
    '2026-03-31T16:00:00.000Z',
  ])
  assert.deepEqual(edges('2026-05-15T00:00:00Z', '2026-06-02T00:00:00Z', '3mo', 'UTC'), ['2026-04-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z'])
  assert.deepEqual(edges('2026-05-15T00:00:00Z', '2026-06-02T00:00:00Z', '1y', 'UTC'), ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'])
})

test('spans that are none are not read', () => {
  for (const text of ['', '0s', '1', 'h', '1.5h', '-1h', '1 h', '9999999h', '1M']) assert.equal(readEvery(text), undefined, text)
})

test('only known time zones are taken', () => {
  assert.ok(isTimeZone('Asia/Shanghai'))
  assert.ok(!isTimeZone('Mars/Olympus'))
})

const zones = ['UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu', 'Pacific/Apia']
const spans = ['7m', '1m', '20m', '1h', '2h', '6h', '8h', '12h', '36h', '1d', '3d', '1w', '1mo', '1y']

test('edges rise, cover the range, and are met again from any of them, in every zone and span', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...spans),
      fc.integer({ min: us('2010-01-01'), max: us('2030-01-01') }),
      fc.integer({ min: 1, max: 40 * 24 * US_PER_HOUR }),
      fc.integer({ min: 1, max: 200 }),
      (zone, span, fromUs, lengthUs, max) => {
        const range = { fromUs, toUs: fromUs + lengthUs }
        const found = bucketEdges(range, every(span), zone, max)
        assert.ok(found.length >= 2 && found.length <= max + 1)
        assert.ok((found[0] as number) <= fromUs && (found[1] as number) > fromUs)
        for (let i = 1; i < found.length; i++) assert.ok((found[i] as number) > (found[i - 1] as number))
        assert.ok(found.length === max + 1 || (found.at(-1) as number) >= range.toUs)
        const middle = found[Math.floor(found.length / 2)] as number
        const again = bucketEdges({ fromUs: middle, toUs: middle + 1 }, every(span), zone, 1)
        assert.equal(again[0], middle)
      },
    ),
    { numRuns: 400, seed: 7 },
  )
})

test('a local time is found again from its moment, unless it was skipped', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: us('2005-01-01') / 1e6, max: us('2035-01-01') / 1e6 }), (zone, seconds) => {
      const calendar = new ZoneCalendar(zone)
      const moment = calendar.momentOf(seconds * 1e6)
      assert.ok(calendar.localUs(moment) >= seconds * 1e6)
      assert.ok(calendar.localUs(moment - 1e6) < calendar.localUs(moment))
    }),
    { numRuns: 400, seed: 7 },
  )
})
