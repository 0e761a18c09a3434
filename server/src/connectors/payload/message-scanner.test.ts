import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { DecimalReader } from './decimal.ts'
import { readJson } from './json-reader.ts'
import { JsonFlaw, JsonObject, isJsonArray, type JsonValue } from './json-value.ts'
import { MessageScanner } from './message-scanner.ts'
import { MessageShape } from './message-shape.ts'
import { createMwIntake } from './mw-intake.ts'

const NOW = 1_700_000_000_000_000
const encode = (text: string) => new TextEncoder().encode(text)

const KNOWN = { t: 'number', running: 'boolean', recipe: 'text', 温度: 'number', 'a b': 'number', path: 'number', quality: 'number' } as const

function sinkWithSignals(): MemorySink {
  const sink = new MemorySink()
  for (const [name, kind] of Object.entries(KNOWN)) sink.resolve('p/a', name, kind)
  sink.resolve('p', 'a', 'number')
  return sink
}

/** What a message adds when every signal has been seen before, so that it may go the fast way. */
function addedWarm(payload: Uint8Array): unknown {
  const sink = sinkWithSignals()
  const topic = createMwIntake({ sink, source: 'mqtt' }).open('mw/v1/p/a')
  for (const warm of ['{"t":1,"running":true,"recipe":"x","温度":1,"a b":2}', '5']) topic?.take(encode(warm), 0, encode(warm).length, NOW)
  sink.open.clear()
  const outcome = topic?.take(payload, 0, payload.length, NOW)
  return { outcome, added: sink.added(), letters: sink.letters }
}

function addedCold(payload: Uint8Array): unknown {
  const sink = sinkWithSignals()
  const outcome = createMwIntake({ sink, source: 'mqtt' }).open('mw/v1/p/a')?.take(payload, 0, payload.length, NOW)
  return { outcome, added: sink.added(), letters: sink.letters }
}

const scalar = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.constantFrom('true', 'false', 'null', '"x"', '"on\\n"', '"文"', '1e5', '-0', '0.10', '1E-7', '1e400', 'NaN', '00', '1.', '.5', '-', '[1]', '{"b":1}', 'tru', ''),
)
const name = fc.constantFrom('t', 'running', 'recipe', '温度', 'a b', 'path', 'ts', 'values', 'quality', 'new', '\\u0074', '')
const space = fc.constantFrom('', '', '', ' ', '\n\t')
const object = fc.array(fc.tuple(name, scalar, space), { maxLength: 5 }).map((parts) => `{${parts.map(([key, value, gap]) => `${gap}"${key}"${gap}:${gap}${value}${gap}`).join()}}`)
const ts = fc.oneof(fc.double({ min: -1e15, max: 1e15, noNaN: true }).map(String), fc.constantFrom('1700000000000', '1700000000000.25', '"2026-03-01T08:30:00Z"', '"x"', 'null', '[1]', '1e12'))
const message = fc.oneof(
  object,
  fc.tuple(ts, object).map(([time, values]) => `{"ts":${time},"values":${values}}`),
  fc.tuple(ts, object).map(([time, values]) => `{"values": ${values} , "ts": ${time} }`),
  fc.tuple(ts, object).map(([time, values]) => `{"ts":${time},${values.slice(1)}`),
  scalar,
)
const payloads = fc.oneof(message, fc.array(message, { maxLength: 4 }).map((items) => `[${items.join()}]`))

describe('the fast way of reading messages', () => {
  it('agrees with the slow way on messages right and wrong', () => {
    fc.assert(fc.property(payloads, (text) => assert.deepEqual(addedWarm(encode(text)), addedCold(encode(text)))), { numRuns: 3000, seed: 7 })
  })

  it('agrees with the slow way on messages of which a byte was changed, and neither throws', () => {
    const change = fc.record({ text: payloads, at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() })
    const property = fc.property(change, ({ text, at, byte, cut }) => {
      const bytes = encode(text)
      if (bytes.length > 0) bytes[at % bytes.length] = byte
      const payload = cut ? bytes.subarray(0, at % (bytes.length + 1)) : bytes
      assert.deepEqual(addedWarm(payload), addedCold(payload))
    })
    fc.assert(property, { numRuns: 3000, seed: 8 })
  })

  it('never throws on random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => assert.deepEqual(addedWarm(bytes), addedCold(bytes))), { numRuns: 1000, seed: 9 })
  })

  it('is taken by the ordinary message once its signals are known', () => {
    const sink = sinkWithSignals()
    const scanner = new MessageScanner()
    const shape = new MessageShape('p/a')
    shape.renew(sink.generation)
    const payload = encode('{"ts": 1700000000000, "values": {"t": 21.5, "running": true, "recipe": "A7"}}')
    assert.equal(scanner.take(payload, 0, payload.length, NOW, sink, shape), false)
    for (const [signal, kind] of Object.entries(KNOWN)) shape.learn(signal, sink.find('p/a', signal)?.series ?? 0, kind)
    assert.equal(scanner.take(payload, 0, payload.length, NOW, sink, shape), true)
    assert.equal(scanner.count, 3)
    const half = payload.length - 1
    assert.equal(scanner.take(payload, 0, half, NOW, sink, shape), false)
  })

  it('asks again for a series after the sink says that it may no longer hold', () => {
    const sink = new MemorySink()
    const topic = createMwIntake({ sink, source: 'mqtt' }).open('mw/v1/p/a')
    const payload = encode('{"t":1}')
    for (let i = 0; i < 3; i++) topic?.take(payload, 0, payload.length, NOW)
    assert.equal(sink.resolves, 1)
    sink.forget('p/a/t')
    topic?.take(payload, 0, payload.length, NOW)
    assert.equal(sink.resolves, 2)
    assert.equal(sink.added().length, 4)
  })
})

describe('reading decimals', () => {
  it('gives the same float as Number', () => {
    const reader = new DecimalReader()
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.tuple(fc.integer(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
      fc.tuple(fc.bigInt(), fc.integer({ min: -330, max: 330 })).map(([whole, exponent]) => `${whole}e${exponent}`),
      fc.tuple(fc.nat(1000), fc.stringMatching(/^[0-9]{1,30}$/)).map(([whole, part]) => `${whole}.${part}`),
    )
    const property = fc.property(numbers, (text) => {
      const bytes = encode(text)
      assert.ok(Object.is(reader.read(bytes, 0, bytes.length), Number(text)), text)
      assert.equal(reader.end, bytes.length)
    })
    fc.assert(property, { numRuns: 5000, seed: 10 })
  })
})

/** A JSON value as `JSON.parse` would give it. */
function plain(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof JsonFlaw) return 'flaw'
  if (value instanceof JsonObject) return Object.fromEntries(value.names.map((key) => [key, plain(value.get(key) ?? null)]))
  return isJsonArray(value) ? value.map(plain) : undefined
}

describe('the strict JSON reader', () => {
  it('reads what JSON.parse reads', () => {
    const property = fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), fc.constantFrom(undefined, 2), (value, indent) => {
      const bytes = encode(JSON.stringify(value, null, indent))
      const expected: unknown = JSON.parse(new TextDecoder().decode(bytes))
      const actual = plain(readJson(bytes, 0, bytes.length))
      // Integers of too many digits are flaws here; they are looked at elsewhere.
      if (!JSON.stringify(actual).includes('"flaw"')) assert.deepEqual(JSON.parse(JSON.stringify(actual)), expected)
    })
    fc.assert(property, { numRuns: 1000, seed: 11 })
  })

  it('refuses what JSON.parse refuses', () => {
    // NaN is read as a flaw, so texts that hold it are left out.
    const property = fc.property(payloads.filter((text) => !text.includes('NaN')), (text) => {
      const bytes = encode(text)
      if (isJson(text)) readJson(bytes, 0, bytes.length)
      else assert.throws(() => readJson(bytes, 0, bytes.length), { name: 'MillwrightError', code: 'PAYLOAD_INVALID' })
    })
    fc.assert(property, { numRuns: 2000, seed: 12 })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
