import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { get as sparkplugPayload } from 'sparkplug-payload'
import { packArray, unpackArray, type ArrayItem } from '@millwright/model/sparkplug/array-value.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import { PayloadFlaw, type DataSet, type MetaData, type Metric, type Parameter, type Payload, type Property, type Template, type Uint64, type WireValue } from '@millwright/model/sparkplug/payload.ts'
import { typedValue, wireValue } from '@millwright/model/sparkplug/typed-value.ts'
import { SPARKPLUG_B_PROTO } from './testing/sparkplug-b.proto.ts'

const Theirs = protobuf.parse(SPARKPLUG_B_PROTO, { keepCase: true }).root.lookupType('Payload')
const SEED = 20261123

const uint32 = fc.nat({ max: 0xffff_ffff })
const uint64: fc.Arbitrary<Uint64> = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((whole) => (whole <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(whole) : whole))
const text = fc.string({ unit: 'binary', maxLength: 20 })
const field = <F extends string, T>(name: F, value: fc.Arbitrary<T>) => value.map((one) => ({ field: name, value: one }))
const scalar: fc.Arbitrary<WireValue> = fc.oneof(
  field('int', uint32), field('long', uint64), field('float', fc.float()), field('double', fc.double()), field('boolean', fc.boolean()), field('string', text),
)
const cells = fc.array(scalar, { maxLength: 4 })
const dataSet: fc.Arbitrary<DataSet> = fc.record({ columns: fc.array(text, { maxLength: 4 }), types: fc.array(uint32, { maxLength: 4 }), rows: fc.array(cells, { maxLength: 3 }), columnCount: uint64 }, { noNullPrototype: true, requiredKeys: ['columns', 'types', 'rows'] })
const metadata: fc.Arbitrary<MetaData> = fc.record({ isMultiPart: fc.boolean(), contentType: text, size: uint64, seq: uint64, fileName: text, fileType: text, md5: text, description: text }, { noNullPrototype: true, requiredKeys: [] })
const parameter: fc.Arbitrary<Parameter> = fc.record({ name: text, type: uint32, value: scalar }, { noNullPrototype: true, requiredKeys: [] })

const { metric } = fc.letrec<{ metric: Metric; template: Template; property: Property; propertySet: ReadonlyMap<string, Property> }>((tie) => ({
  propertySet: fc.array(fc.tuple(text, tie('property')), { maxLength: 3 }).map((entries) => new Map(entries)),
  property: fc.record(
    { type: uint32, isNull: fc.boolean(), value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, field('propertySet', tie('propertySet')), field('propertySets', fc.array(tie('propertySet'), { maxLength: 2 }))) },
    { noNullPrototype: true, requiredKeys: [] },
  ),
  template: fc.record({ version: text, metrics: fc.array(tie('metric'), { maxLength: 3 }), parameters: fc.array(parameter, { maxLength: 2 }), reference: text, isDefinition: fc.boolean() }, { noNullPrototype: true, requiredKeys: ['metrics', 'parameters'] }),
  metric: fc.record(
    {
      name: text, alias: uint64, timestampMs: uint64, datatype: uint32, isHistorical: fc.boolean(), isTransient: fc.boolean(), isNull: fc.boolean(), metadata, properties: tie('propertySet'),
      value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, field('bytes', fc.uint8Array({ maxLength: 40 })), field('dataSet', dataSet), field('template', tie('template'))),
    },
    { noNullPrototype: true, requiredKeys: [] },
  ),
}))
const payload: fc.Arbitrary<Payload> = fc.record({ timestampMs: uint64, metrics: fc.array(metric, { maxLength: 6 }), seq: uint64, uuid: text, body: fc.uint8Array({ maxLength: 20 }) }, { noNullPrototype: true, requiredKeys: ['metrics'] })

const asObject = (bytes: Uint8Array): Record<string, unknown> => Theirs.toObject(Theirs.decode(bytes), { longs: String, bytes: String })

describe('the Sparkplug B codec', () => {
  test('decodes what it encodes', () => {
    fc.assert(fc.property(payload, (given) => assert.deepEqual(decodePayload(encodePayload(given)), given)), { seed: SEED, numRuns: 500 })
  })

  test('means the same by its bytes as protobufjs, both ways', () => {
    fc.assert(
      fc.property(payload, (given) => {
        const bytes = encodePayload(given)
        const seen = asObject(bytes)
        assert.deepEqual(asObject(encodePayload(decodePayload(Theirs.encode(Theirs.fromObject(seen)).finish()))), seen)
        assert.deepEqual(decodePayload(Uint8Array.from(Theirs.encode(Theirs.decode(bytes)).finish())), given)
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  test('damaged and random bytes are decoded or refused with a PayloadFlaw, nothing else', () => {
    fc.assert(
      fc.property(payload, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), fc.nat(), (given, changes, cut) => {
        const bytes = encodePayload(given)
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
        const piece = bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % (bytes.length + 1) : 0))
        try {
          decodePayload(piece)
        } catch (thrown) {
          assert.ok(thrown instanceof PayloadFlaw, String(thrown))
        }
      }),
      { seed: SEED, numRuns: 1_500 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodePayload(bytes)
      } catch (thrown) {
        assert.ok(thrown instanceof PayloadFlaw, String(thrown))
      }
    }), { seed: SEED, numRuns: 5_000 })
  })

  test('a million metrics and templates a thousand deep are refused', () => {
    const many = new Uint8Array(2_000_000).map((_, at) => (at % 2 === 0 ? 0x12 : 0))
    assert.throws(() => decodePayload(many), PayloadFlaw)
    let deep: Metric = { name: 'leaf' }
    for (let level = 0; level < 1_000; level++) deep = { name: 't', value: { field: 'template', value: { metrics: [deep], parameters: [] } } }
    assert.throws(() => decodePayload(encodePayload({ metrics: [deep] })), /nested too deep/)
  })

  test('signed numbers ride in unsigned fields as two\'s complement, narrow or sign-extended', () => {
    assert.deepEqual(wireValue(DataType.int32, -12), { field: 'int', value: 4_294_967_284 })
    assert.deepEqual(wireValue(DataType.int8, -12), { field: 'int', value: 244 })
    for (const value of [244, 4_294_967_284]) assert.equal(typedValue(DataType.int8, { field: 'int', value }), -12)
    assert.equal(typedValue(DataType.int16, { field: 'int', value: 0xfff4 }), -12)
    assert.equal(typedValue(DataType.int32, { field: 'int', value: 4_294_967_284 }), -12)
    assert.equal(typedValue(DataType.int32, { field: 'long', value: (1n << 64n) - 12n }), -12)
    assert.equal(typedValue(DataType.int64, { field: 'long', value: (1n << 64n) - 12n }), -12)
    assert.equal(typedValue(DataType.int64, { field: 'long', value: 1n << 63n }), -(1n << 63n))
    assert.equal(typedValue(DataType.uint64, { field: 'long', value: (1n << 64n) - 1n }), (1n << 64n) - 1n)
    assert.throws(() => wireValue(DataType.int8, 128), PayloadFlaw)
    assert.throws(() => typedValue(DataType.int32, { field: 'string', value: '5' }), PayloadFlaw)
  })

  test('all integers of all types survive the way there and back', () => {
    const ranges: readonly (readonly [number, bigint, bigint])[] = [
      [DataType.int8, -128n, 127n], [DataType.int16, -32768n, 32767n], [DataType.int32, -(1n << 31n), (1n << 31n) - 1n], [DataType.int64, -(1n << 63n), (1n << 63n) - 1n],
      [DataType.uint8, 0n, 255n], [DataType.uint16, 0n, 65535n], [DataType.uint32, 0n, (1n << 32n) - 1n], [DataType.uint64, 0n, (1n << 64n) - 1n], [DataType.dateTime, 0n, (1n << 64n) - 1n],
    ]
    for (const [datatype, min, max] of ranges) {
      fc.assert(fc.property(fc.bigInt({ min, max }), (value) => {
        const [metric] = decodePayload(encodePayload({ metrics: [{ datatype, value: wireValue(datatype, value) }] })).metrics
        assert.ok(metric?.value !== undefined)
        assert.equal(BigInt(typedValue(datatype, metric.value) as number), value)
      }), { seed: SEED, numRuns: 200, examples: [[min], [max]] })
    }
  })

  test('arrays have the bytes of the worked examples of the specification', () => {
    // Sparkplug 3.0, 6.4.16; its examples of floats are printed in big-endian order against its own rule, so they are given here by the rule.
    const examples: readonly (readonly [number, readonly ArrayItem[], string])[] = [
      [DataType.int16Array, [-30000, 30000], 'd08a3075'],
      [DataType.int32Array, [-1, 315338746], 'fffffffffaafcb12'],
      [DataType.int64Array, [-4270929666821191986n, -3601064768563266876n], 'ce0672ac189cbac4c4ba9c18ac7206ce'],
      [DataType.uint8Array, [23, 250], '17fa'],
      [DataType.uint16Array, [30, 52360], '1e0088cc'],
      [DataType.uint32Array, [52, 3293969225], '3400000049fb55c4'],
      [DataType.uint64Array, [52, 16444743074749521625n], '3400000000000000d99e02d1b27637e4'],
      [DataType.booleanArray, [false, false, true, true, false, true, false, false, true, true, false, true], '0c00000034d0'],
      [DataType.stringArray, ['ABC', 'hello'], '41424300' + '68656c6c6f00'],
      [DataType.dateTimeArray, [1256102875335, 1656107875000], 'c7d0907524010000' + 'b8bab89781010000'],
      [DataType.int8Array, [-23, 123], 'e97b'],
      [DataType.doubleArray, [1.5], '000000000000f83f'],
    ]
    for (const [datatype, items, hex] of examples) {
      assert.equal(Buffer.from(packArray(datatype, items)).toString('hex'), hex)
      assert.deepEqual(unpackArray(datatype, Buffer.from(hex, 'hex')), items)
    }
    for (const bad of [[DataType.int16Array, 'aa'], [DataType.booleanArray, '0c000000'], [DataType.stringArray, '41']] as const) {
      assert.throws(() => unpackArray(bad[0], Buffer.from(bad[1], 'hex')), PayloadFlaw)
    }
  })

  test('understands what sparkplug-payload, an encoder of others, writes', () => {
    const other = sparkplugPayload('spBv1.0')
    assert.ok(other !== undefined && other !== null)
    const bytes = other.encodePayload({
      timestamp: 1_700_000_000_000,
      seq: 7,
      metrics: [
        { name: 'a', type: 'Int32', value: -12, timestamp: 1_700_000_000_001 },
        { name: 'b', type: 'UInt64', value: 18446744073709551615n as never },
        { name: 'c', type: 'Double', value: 1.25 },
        { name: 'd', type: 'Boolean', value: true },
        { name: 'e', type: 'String', value: 'grün' },
      ],
    })
    const decoded = decodePayload(bytes)
    assert.equal(decoded.seq, 7)
    const values = decoded.metrics.map((one) => (one.value === undefined ? undefined : typedValue(one.datatype ?? 0, one.value)))
    assert.equal(values[0], -12)
    assert.deepEqual(values.slice(2), [1.25, true, 'grün'])
  })
})
