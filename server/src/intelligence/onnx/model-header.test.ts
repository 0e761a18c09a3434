import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { MillwrightError } from '../../kernel/error.ts'
import { readModelHeader } from './model-header.ts'

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.onnx`, import.meta.url))

test('a file says its operators, its maker and its own contract', () => {
  const sensor = readModelHeader(fixture('soft-sensor'))
  assert.match(sensor.producer, /skl2onnx/)
  assert.ok(sensor.opsets.some(({ domain, version }) => domain === 'ai.onnx' && version === 17), JSON.stringify(sensor.opsets))
  assert.deepEqual(sensor.outside, [])
  assert.match(readModelHeader(fixture('forecast')).metadata.get('millwright') ?? '', /"steps": 4/)
})

test('weights that lie in other files are found, also within loops', () => {
  assert.deepEqual(readModelHeader(fixture('outside')).outside, ['w'])
  assert.equal(readModelHeader(fixture('endless')).nodes, 4)
})

test('whatever the bytes, the answer is a header or a clear refusal', () => {
  const isClear = (bytes: Uint8Array) => {
    try {
      readModelHeader(bytes)
    } catch (thrown) {
      assert.ok(thrown instanceof MillwrightError && thrown.code === 'PAYLOAD_INVALID' && thrown.message.startsWith('this is no ONNX file'), String(thrown))
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isClear), { seed: 11, numRuns: 2_000 })
  const whole = fixture('density')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
      const bytes = Uint8Array.from(whole.subarray(0, length))
      for (const [at, value] of changes) if (at < length) bytes[at] = value
      isClear(bytes)
    }),
    { seed: 12, numRuns: 2_000 },
  )
})
