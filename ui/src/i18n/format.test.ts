import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatOf } from './format.ts'
import { unitText } from './unit.ts'

const en = formatOf('en', 'Europe/Berlin')
const zh = formatOf('zh', 'Asia/Shanghai')

test('values keep five significant digits and are plain between a thousandth and a billion', () => {
  assert.deepEqual([87.4, 0.0123456, 1_234_567.8, -3, 0].map((value) => en.value(value)), ['87.4', '0.012346', '1,234,568', '-3', '0'])
  assert.match(en.value(0.00000123), /E-6/i)
  assert.deepEqual([null, true, 'AUTO'].map((value) => en.value(value)), ['–', 'true', 'AUTO'])
})

test('counts are short in the way of the language', () => {
  assert.deepEqual([999, 12_345, 1_200_000].map(en.short), ['999', '12.3K', '1.2M'])
  assert.deepEqual([9_999, 123_456, 120_000_000].map(zh.short), ['9,999', '12.3万', '1.2亿'])
})

test('ages and spans use the largest units that fit', () => {
  assert.deepEqual([400, 59_000, 61_000, 7_200_000, 172_800_000].map(en.age), ['0 s', '59 s', '1 min', '2 h', '2 d'])
  assert.equal(zh.age(61_000), '1分')
  assert.deepEqual([0, 90_000, 93_600_000, 800 * 86_400_000].map(en.span), ['0 s', '1 min 30 s', '1 d 2 h', '2 y 70 d'])
})

test('times are those of the chosen zone, through a change of summer time', () => {
  assert.equal(en.dateTime(Date.UTC(2026, 2, 29, 0, 59, 59)), '2026-03-29 01:59:59')
  assert.equal(en.dateTime(Date.UTC(2026, 2, 29, 1, 0, 0)), '2026-03-29 03:00:00')
  assert.equal(zh.dateTime(Date.UTC(2026, 0, 1, 16, 0, 0)), '2026-01-02 00:00:00')
  assert.equal(zh.time(Date.UTC(2026, 0, 1, 1), Date.UTC(2026, 0, 1, 2)), '09:00:00')
  assert.equal(zh.time(Date.UTC(2025, 11, 31, 1), Date.UTC(2026, 0, 1, 2)), '2025-12-31 09:00:00')
})

test('bytes have binary units', () => {
  assert.deepEqual([0, 512, 1_536, 5 * 2 ** 30].map(en.bytes), ['0 B', '512 B', '1.50 KiB', '5.00 GiB'])
})

test('UCUM codes are shown as people write units', () => {
  assert.deepEqual(['Cel', 'm/s2', 'm3/h', 'kW.h', '%', 'N.m', 'um', '{parts}', 'bar', undefined].map(unitText), ['°C', 'm/s²', 'm³/h', 'kWh', '%', 'N·m', 'µm', 'parts', 'bar', ''])
})
