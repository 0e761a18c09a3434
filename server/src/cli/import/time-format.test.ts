import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LocalClock } from './local-clock.ts'
import { detectTimeFormat, timeFormat } from './time-format.ts'

function detected(...texts: string[]): string | undefined {
  const found = detectTimeFormat(texts)
  return found === undefined ? undefined : 'format' in found ? found.format.name : `ambiguous: ${found.ambiguous.length}`
}

function utc(text: string, format: string): string | undefined {
  const written = timeFormat(format)?.read(text)
  return written === undefined ? undefined : new Date((written.localUs - (written.offsetMinutes ?? 0) * 60e6) / 1000).toISOString()
}

test('the forms of time that machines and spreadsheets write are recognised', () => {
  assert.equal(detected('2020-03-09 10:14:33'), 'yyyy-MM-dd HH:mm:ss')
  assert.equal(detected('2020-03-09T10:14:33.123Z'), 'yyyy-MM-ddTHH:mm:ssXXX')
  assert.equal(detected('2020-03-09 10:14:33+08'), 'yyyy-MM-dd HH:mm:ssXXX')
  assert.equal(detected('2020/3/9 8:05'), 'yyyy/MM/dd HH:mm')
  assert.equal(detected('2020年03月09日 10:14:33'), 'yyyy年MM月dd日 HH:mm:ss')
  assert.equal(detected('09.03.2020 10:14:33'), 'dd.MM.yyyy HH:mm:ss')
  assert.equal(detected('03/04/2025 10:00', '13/04/2025 10:00'), 'dd/MM/yyyy HH:mm')
  assert.equal(detected('03/04/2025 10:00', '03/14/2025 10:00'), 'MM/dd/yyyy HH:mm')
  assert.equal(detected('20200309101433'), 'yyyyMMddHHmmss')
  assert.equal(detected('1581168647'), 'epoch-s')
  assert.equal(detected('1581168647123'), 'epoch-ms')
  assert.equal(detected('1581168647123456'), 'epoch-us')
  assert.equal(detected('1581168647123456789'), 'epoch-ns')
  assert.equal(detected('Tuesday'), undefined)
  assert.equal(detected('12.5'), undefined)
})

test('a date that can be read in two ways is not guessed', () => {
  assert.match(detected('03/04/2025 10:00', '05/06/2025 10:00') ?? '', /^ambiguous/)
})

test('times are exact to the microsecond, and impossible ones are no times', () => {
  assert.equal(timeFormat('epoch-ns')?.read('1581168647123456789')?.localUs, 1_581_168_647_123_456)
  assert.equal(timeFormat('epoch-s')?.read('1581168647.5')?.localUs, 1_581_168_647_500_000)
  assert.equal(timeFormat('yyyy-MM-dd HH:mm:ss')?.read('2020-03-09 10:14:33.1234567')?.localUs, Date.UTC(2020, 2, 9, 10, 14, 33) * 1000 + 123_456)
  assert.equal(utc('03/04/2025 12:30:00 AM', 'MM/dd/yyyy hh:mm:ss a'), '2025-03-04T00:30:00.000Z')
  assert.equal(utc('2020-03-09T10:14:33-05:30', 'yyyy-MM-ddTHH:mm:ssXXX'), '2020-03-09T15:44:33.000Z')
  for (const text of ['2021-02-29 00:00:00', '2020-13-01 00:00:00', '2020-01-01 24:00:00', '2020-01-01 00:60:00', '', 'x'.repeat(1000)]) {
    assert.equal(timeFormat('yyyy-MM-dd HH:mm:ss')?.read(text), undefined, text)
  }
  assert.equal(timeFormat('HH:mm'), undefined)
})

test('no text makes a format throw', () => {
  const format = timeFormat('yyyy-MM-dd HH:mm:ssXXX')
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-+:. TZ'), maxLength: 30 }), (text) => {
      format?.read(text)
      detectTimeFormat([text])
    }),
    { seed: 7, numRuns: 3000 },
  )
})

test('a wall clock is followed through the hour that it skips and the one that it shows twice', () => {
  const clock = new LocalClock('Europe/Berlin')
  const at = (iso: string) => new Date(clock.momentOf(Date.parse(`${iso}Z`) * 1000) / 1000).toISOString()
  assert.equal(at('2025-03-30T01:30:00'), '2025-03-30T00:30:00.000Z')
  assert.equal(at('2025-03-30T02:30:00'), '2025-03-30T01:30:00.000Z', 'skipped: by the clock before the change')
  assert.equal(at('2025-03-30T03:30:00'), '2025-03-30T01:30:00.000Z')
  assert.equal(clock.skipped, 1)
  assert.equal(at('2025-10-26T02:30:00'), '2025-10-26T00:30:00.000Z')
  assert.equal(at('2025-10-26T02:45:00'), '2025-10-26T00:45:00.000Z')
  assert.equal(at('2025-10-26T02:00:00'), '2025-10-26T01:00:00.000Z', 'the second time, since the first lies behind')
  assert.equal(at('2025-10-26T03:00:00'), '2025-10-26T02:00:00.000Z')
  assert.equal(clock.repeated, 3)
})

test('in a zone without changes every time is the same distance away', () => {
  const clock = new LocalClock('Asia/Shanghai')
  fc.assert(fc.property(fc.integer({ min: Date.UTC(1992, 0, 1), max: Date.UTC(2100, 0, 1) }), (ms) => assert.equal(clock.momentOf(ms * 1000), ms * 1000 - 8 * 3600e6)), { seed: 7 })
  assert.equal(clock.skipped + clock.repeated, 0)
})
