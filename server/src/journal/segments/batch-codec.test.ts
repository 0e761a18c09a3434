import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { AlignedMemory } from './aligned-memory.ts'
import { batchBound, decodeBatch, encodeBatch } from './batch-codec.ts'

const key = { series: fc.nat(0xffff_ffff), timeUs: fc.double({ noNaN: true }), status: fc.oneof(fc.constant(0), fc.nat(0xffff_ffff)) }
const sample = fc.oneof(
  fc.record({ kind: fc.constant('number' as const), ...key, value: fc.double() }),
  fc.record({ kind: fc.constant('text' as const), ...key, value: fc.option(fc.string({ unit: 'grapheme' })) }),
  fc.record({ kind: fc.constant('waveform' as const), ...key, rateHz: fc.double({ noNaN: true }), value: fc.float32Array() }),
)

test('any batch comes back as it was, within the bound, wherever it lies in memory', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 200 }), fc.boolean(), fc.nat(10), (samples, same, words) => {
      const builder = new BatchBuilder(2)
      for (const each of samples) {
        const { series, timeUs, status } = same ? { series: 7, timeUs: 1e15, status: 0 } : each
        if (each.kind === 'number') builder.addNumber(series, timeUs, each.value, status)
        else if (each.kind === 'text') builder.addText(series, timeUs, each.value, status)
        else builder.addWaveform(series, timeUs, each.rateHz, each.value, status)
      }
      const batch = builder.view(1.7e15)
      const at = words * 8
      const memory = new AlignedMemory(at + batchBound(batch))
      memory.bytes.fill(0xee)
      const end = encodeBatch(batch, memory, at)
      assert.ok(end <= memory.size && end % 8 === 0)
      assert.deepEqual(plain(decodeBatch(memory, at, end)), plain(batch))
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('columns of one value and statuses that are all good take no room', () => {
  const batch = numbers(1000, () => ({ series: 3, timeUs: 5, status: 0 }))
  const memory = new AlignedMemory(batchBound(batch))
  assert.equal(encodeBatch(batch, memory, 0), 8 + 8 + 8 + 8 + 8 + 8000)
  const full = numbers(1000, (i) => ({ series: i, timeUs: i, status: i }))
  assert.equal(encodeBatch(full, memory, 0), 8 + 8 + 8 + 16 * 1000 + 8 * 1000)
})

test('the numbers of a decoded batch are views, not copies', () => {
  const memory = new AlignedMemory(1 << 16)
  const end = encodeBatch(numbers(1000, (i) => ({ series: i, timeUs: i, status: i })), memory, 0)
  const { numbers: read } = decodeBatch(memory, 0, end)
  for (const column of [read.series, read.timesUs, read.values, read.status]) assert.equal(column.buffer, memory.bytes.buffer)
})

test('a section that may be passed over is, and one that must be understood is not', () => {
  const memory = new AlignedMemory(64)
  memory.bytes.fill(0)
  memory.words[2] = 0x8000_0009
  memory.words[3] = 8
  assert.equal(decodeBatch(memory, 0, 24).numbers.length, 0)
  memory.words[2] = 9
  assert.throws(() => decodeBatch(memory, 0, 24), { code: 'CORRUPT_FILE' })
})

test('any bytes are a batch or CORRUPT_FILE', () => {
  const batch = numbers(40, (i) => ({ series: i % 3, timeUs: i, status: i % 2 }))
  const valid = new AlignedMemory(batchBound(batch))
  const size = encodeBatch(batch, valid, 0)
  const change = fc.record({ at: fc.nat(size - 1), byte: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.nat(size), (changes, cut) => {
      const memory = AlignedMemory.copyOf(valid.bytes.subarray(0, size))
      for (const { at, byte } of changes) memory.bytes[at] = byte
      decodeOrCorrupt(memory, cut)
    }),
    { seed: 2, numRuns: 3000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => decodeOrCorrupt(AlignedMemory.copyOf(bytes), bytes.length)),
    { seed: 3, numRuns: 3000 },
  )
})

function decodeOrCorrupt(memory: AlignedMemory, end: number): void {
  try {
    const { numbers: columns } = decodeBatch(memory, 0, end)
    assert.ok(columns.values.length >= columns.length && columns.series.length >= columns.length)
  } catch (failure) {
    assert.ok(failure instanceof MillwrightError && failure.code === 'CORRUPT_FILE', String(failure))
  }
}

function numbers(count: number, keyOf: (i: number) => { series: number; timeUs: number; status: number }): SampleBatch {
  const builder = new BatchBuilder(count)
  for (let i = 0; i < count; i++) {
    const { series, timeUs, status } = keyOf(i)
    builder.addNumber(series, timeUs, i / 7, status)
  }
  return builder.view(0)
}

function plain({ receivedUs, ...kinds }: SampleBatch) {
  return {
    receivedUs,
    kinds: Object.entries(kinds).map(([kind, { length, ...columns }]) => [
      kind,
      length,
      ...Object.entries(columns)
        .sort()
        .map(([name, column]) => [name, Array.from<unknown>(column).slice(0, length).map(plainValue)]),
    ]),
  }
}

function plainValue(value: unknown): unknown {
  return value instanceof Float32Array ? [...value] : value
}
