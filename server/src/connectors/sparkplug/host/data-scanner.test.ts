import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { decodeMetric, decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import type { Metric } from '@millwright/model/sparkplug/payload.ts'
import { DataScanner } from './data-scanner.ts'
import { MetricTable } from './metric-table.ts'

const ALIASES = [0, 1, 127, 128, 300, 16_383, 16_384, 65_535, 70_000]
const TYPES = [DataType.double, DataType.float, DataType.int32, DataType.boolean]
const table = new MetricTable(ALIASES.flatMap((base, at) => [{ name: `m${at}`, alias: base, datatype: TYPES[at % TYPES.length] ?? 0, place: { assetPath: 'G/E', signal: `m${at}` }, kind: TYPES[at % TYPES.length] === DataType.boolean ? 'boolean' : 'number', hints: {} }]))
table.series.forEach((_, row) => (table.series[row] = row + 1))

const value = fc.oneof(
  fc.double().map((double) => ({ field: 'double', value: double }) as const),
  fc.float().map((float) => ({ field: 'float', value: float }) as const),
  fc.nat().map((int) => ({ field: 'int', value: int }) as const),
)
const metric: fc.Arbitrary<Metric> = fc.record(
  { alias: fc.constantFrom(...ALIASES, 5, 20_000), timestampMs: fc.constantFrom(0, 1, 34_359_738_368, 1_700_000_000_000, 4_398_046_511_103, 4_398_046_511_104, 2 ** 52), value, isHistorical: fc.constant(true) },
  { requiredKeys: ['alias', 'value'] },
)

test('what the scanner takes is what the decoder reads, and all else is handed on whole, in order', () => {
  fc.assert(
    fc.property(fc.array(metric, { maxLength: 12 }), fc.nat({ max: 300 }), (metrics, offset) => {
      const payload = encodePayload({ timestampMs: 1_700_000_000_000, seq: 7, metrics })
      const bytes = new Uint8Array(offset + payload.length)
      bytes.set(payload, offset)
      const open = new BatchBuilder()
      const handedOn: Metric[] = []
      const scanner = new DataScanner((from, start, end) => void handedOn.push(decodeMetric(from, start, end)))
      scanner.scan(bytes, offset, bytes.length, table, 0, open)
      const decoded = decodePayload(payload).metrics
      const { numbers } = open.view(0)
      const left = [...handedOn]
      let taken = 0
      for (const one of decoded) {
        const row = table.byAlias(one.alias ?? -1)
        if (left.length > 0 && JSON.stringify(left[0], asText) === JSON.stringify(one, asText)) {
          left.shift()
          continue
        }
        assert.equal(numbers.series[taken], row + 1)
        assert.equal(numbers.timesUs[taken], Number(one.timestampMs ?? 1_700_000_000_000) * 1_000)
        const type = TYPES[row % TYPES.length]
        const expected = type === DataType.int32 ? Number(one.value?.value) | 0 : Number(one.value?.value)
        assert.equal(numbers.values[taken], expected)
        taken++
      }
      assert.deepEqual([taken, left.length, scanner.seq, scanner.added], [numbers.length, 0, 7, numbers.length])
    }),
    { seed: 20261124, numRuns: 3_000 },
  )
})

function asText(_key: string, of: unknown): unknown {
  return typeof of === 'bigint' || (typeof of === 'number' && !Number.isFinite(of)) || Object.is(of, -0) ? `${String(of)}!` : of
}
