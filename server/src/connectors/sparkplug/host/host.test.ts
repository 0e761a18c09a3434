import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Status } from '@millwright/model/quality.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import type { Metric } from '@millwright/model/sparkplug/payload.ts'
import { Default } from 'typebox/value'
import { Value } from 'typebox/value'
import { MemorySink } from '../../../../test/support/memory-sink.ts'
import { sparkplugSettings, type SparkplugSettings } from '../settings.ts'
import { metric, SampleEdge } from '../testing/sample-edge.ts'
import type { HostEvent } from './host-events.ts'
import { DEVICE_BIRTH_MS, SparkplugHost } from './host.ts'
import { rebirthPayload } from './rebirth-requests.ts'

const NOW_US = 1_700_000_000_000_000
const T = 1_700_000_000_000

function defaults(): SparkplugSettings {
  const settings: unknown = Default(sparkplugSettings, {})
  assert.ok(Value.Check(sparkplugSettings, settings))
  return settings
}

/** A host on a sink in memory, with what it asked for and told. */
function setUp(changes: Partial<SparkplugSettings> = {}) {
  const sink = new MemorySink()
  const events: HostEvent[] = []
  const rebirths: string[] = []
  const clock = { ms: 0, nowUs: () => NOW_US + clock.ms * 1000, monotonicMs: () => clock.ms }
  const host = new SparkplugHost({
    settings: { ...defaults(), ...changes }, sink, clock, source: 'sparkplug',
    requestRebirth: (group, node) => void rebirths.push(`${group}/${node}`),
    onEvent: (event) => void events.push(event),
  })
  const send = (topic: string, payload: Uint8Array, sender = 'edge'): string => {
    const outcome = host.open(`spBv1.0/${topic}`)?.take(payload, 0, payload.length, clock.nowUs(), sender)
    void sink.commit()
    return outcome ?? 'no samples'
  }
  const sweep = (): void => {
    if (host.sweep()) void sink.commit()
  }
  return { sink, events, rebirths, clock, host, send, sweep, values: (path: string) => sink.stored.filter((sample) => sample.path === path) }
}

/** An edge node E of group G with a device D whose metric `speed` has alias 1. */
function online(changes: Partial<SparkplugSettings> = {}) {
  const set = setUp(changes)
  const edge = new SampleEdge()
  set.send('G/NBIRTH/E', edge.node([metric('uptime', DataType.uint32, 5, { alias: 9 })]))
  set.send('G/DBIRTH/E/D', edge.message([metric('speed', DataType.double, 1.5, { alias: 1, timestampMs: T }), metric('Motor/temp', DataType.float, 20.5, { alias: 2, timestampMs: T })]))
  return { ...set, edge }
}

const data = (alias: number, value: number, atMs: number): Metric => ({ alias, timestampMs: atMs, value: { field: 'double', value } })

describe('a Sparkplug host', () => {
  test('puts births and data under group, edge node and device, folders of names as assets', () => {
    const { send, edge, values, sink } = online()
    assert.equal(send('G/DDATA/E/D', edge.message([data(1, 2.5, T + 10), { alias: 2, timestampMs: T + 20, value: { field: 'float', value: 21.25 } }])), 'taken')
    assert.deepEqual(values('G/E/D/speed').map(({ timeUs, value, status }) => [timeUs, value, status]), [[T * 1000, 1.5, 0], [(T + 10) * 1000, 2.5, 0]])
    assert.deepEqual(values('G/E/D/Motor/temp').map(({ value }) => value), [20.5, 21.25])
    assert.deepEqual(values('G/E/uptime').map(({ value }) => value), [5])
    assert.deepEqual(new Set(sink.stored.map(({ path }) => path)), new Set(['G/E/D/speed', 'G/E/D/Motor/temp', 'G/E/uptime']), 'bdSeq and Node Control are no signals')
  })

  test('asks for a rebirth of an edge node that it hears data of without a birth, and not again before the interval', () => {
    const { send, rebirths, sink, clock, sweep, events } = setUp()
    const edge = new SampleEdge()
    for (let i = 0; i < 5; i++) assert.equal(send('G/NDATA/E', edge.message([data(1, 1, T)])), 'partly')
    sweep()
    assert.deepEqual(rebirths, ['G/E'])
    send('G/NDATA/E', edge.message([data(1, 1, T)]))
    clock.ms = 4_900
    sweep()
    assert.equal(rebirths.length, 1)
    clock.ms = 5_100
    sweep()
    assert.equal(rebirths.length, 2)
    send('G/NDATA/E', edge.message([data(1, 1, T)]))
    clock.ms = 12_000
    sweep()
    assert.equal(rebirths.length, 2, 'the interval has doubled')
    assert.equal(sink.stored.length, 0)
    assert.equal(sink.letters.length, 7)
    assert.equal(events.filter(({ kind }) => kind === 'edge.rebirth-requested').length, 2)
  })

  test('a rebirth request is an NCMD payload with Node Control/Rebirth true and no sequence number', () => {
    const payload = decodePayload(rebirthPayload(T))
    assert.equal(payload.seq, undefined)
    assert.equal(payload.timestampMs, T)
    assert.deepEqual(payload.metrics, [{ name: 'Node Control/Rebirth', timestampMs: T, datatype: DataType.boolean, value: { field: 'boolean', value: true } }])
  })

  test('an unknown alias leads to a rebirth request; the known metrics of the message are kept', () => {
    const { send, edge, values, rebirths, sweep, sink } = online()
    assert.equal(send('G/DDATA/E/D', edge.message([data(1, 7, T + 1), data(77, 1, T + 1)])), 'partly')
    sweep()
    assert.deepEqual(rebirths, ['G/E'])
    assert.equal(values('G/E/D/speed').at(-1)?.value, 7)
    assert.match(sink.letters[0]?.refusal.message ?? '', /no birth declared/)
  })

  test('a gap in the sequence that is filled in time asks for nothing; one that stays asks for a rebirth after the reorder timeout', () => {
    const { send, edge, rebirths, clock, sweep, values, host } = online()
    const late = edge.message([data(1, 2, T + 2)])
    send('G/DDATA/E/D', edge.message([data(1, 3, T + 3)]))
    clock.ms = 1_900
    sweep()
    send('G/DDATA/E/D', late)
    clock.ms = 10_000
    sweep()
    assert.deepEqual(rebirths, [])
    assert.deepEqual(values('G/E/D/speed').map(({ value }) => value), [1.5, 3, 2])
    edge.message([])
    send('G/DDATA/E/D', edge.message([data(1, 4, T + 4)]))
    clock.ms = 11_900
    sweep()
    assert.deepEqual(rebirths, [])
    clock.ms = 12_100
    sweep()
    assert.deepEqual(rebirths, ['G/E'])
    assert.equal(host.status()[0]?.sequenceErrors, 1)
  })

  test('the sequence number goes from 255 to 0', () => {
    const { send, edge, host, sweep, rebirths, clock } = online()
    for (let i = 0; i < 600; i++) send('G/DDATA/E/D', edge.message([data(1, i, T + i)]))
    clock.ms = 60_000
    sweep()
    assert.deepEqual(rebirths, [])
    assert.equal(host.status()[0]?.lastSeq, (600 + 1) % 256)
  })

  test('data that came before the birth of its device waits for it while messages are missing', () => {
    const { send, edge, values, rebirths, sweep, clock } = online()
    const birth = edge.message([metric('level', DataType.double, 1, { alias: 5, timestampMs: T })])
    assert.equal(send('G/DDATA/E/Tank', edge.message([data(5, 2, T + 5)])), 'taken')
    send('G/DBIRTH/E/Tank', birth)
    assert.deepEqual(values('G/E/Tank/level').map(({ value }) => value), [1, 2])
    clock.ms = 60_000
    sweep()
    assert.deepEqual(rebirths, [])
  })

  test('the death of an edge node marks all its signals stale with our clock, whatever its payload says', () => {
    const { send, edge, values, clock, events, host } = online()
    clock.ms = 7_000
    send('G/NDEATH/E', edge.death())
    for (const path of ['G/E/D/speed', 'G/E/D/Motor/temp', 'G/E/uptime']) {
      const last = values(path).at(-1)
      assert.equal(last?.timeUs, NOW_US + 7_000_000)
      assert.equal(last?.status, Status.uncertainLastUsable)
    }
    assert.equal(values('G/E/D/speed').at(-1)?.value, 1.5)
    assert.equal(host.status()[0]?.state, 'offline')
    assert.equal(host.status()[0]?.devices[0]?.state, 'offline')
    assert.deepEqual(events.map(({ kind }) => kind), ['edge.online', 'edge.device-online', 'edge.offline'])
    send('G/NDEATH/E', edge.death())
    assert.equal(values('G/E/D/speed').length, 2, 'once')
  })

  test('a death of another session changes nothing; one without bdSeq is believed', () => {
    const { send, edge, values, host } = online()
    send('G/NDEATH/E', edge.death(200))
    assert.equal(host.status()[0]?.state, 'online')
    assert.equal(host.lateDeaths, 1)
    assert.equal(values('G/E/D/speed').length, 1)
    send('G/NDEATH/E', encodePayload({ metrics: [] }))
    assert.equal(host.status()[0]?.state, 'offline')
  })

  test('the death of a device marks its signals alone, at the time that its payload says', () => {
    const { send, edge, values } = online()
    send('G/DDEATH/E/D', edge.message([], { timestampMs: T + 500 }))
    assert.deepEqual(values('G/E/D/speed').map(({ timeUs, status }) => [timeUs, status]), [[T * 1000, 0], [(T + 500) * 1000, Status.uncertainLastUsable]])
    assert.equal(values('G/E/uptime').length, 1)
    assert.equal(send('G/DDATA/E/D', edge.message([data(1, 2, T + 600)])), 'partly')
  })

  test('a new birth makes values good again, also one that did not change meanwhile', () => {
    const { send, edge, values, clock } = online()
    clock.ms = 7_000
    send('G/NDEATH/E', edge.death())
    edge.bdSeq = 1
    send('G/NBIRTH/E', edge.node([]))
    send('G/DBIRTH/E/D', edge.message([metric('speed', DataType.double, 1.5, { alias: 1, timestampMs: T })], { timestampMs: T + 8_000 }))
    const last = values('G/E/D/speed').at(-1)
    assert.deepEqual([last?.timeUs, last?.value, last?.status], [(T + 8_000) * 1000, 1.5, Status.good])
  })

  test('after a rebirth devices are awaited, and marked stale when they do not come', () => {
    const { send, edge, values, clock, sweep, host } = online()
    send('G/NBIRTH/E', edge.node([]))
    assert.equal(host.status()[0]?.devices[0]?.state, 'awaiting')
    clock.ms = DEVICE_BIRTH_MS - 1
    sweep()
    assert.equal(values('G/E/D/speed').length, 1)
    clock.ms = DEVICE_BIRTH_MS + 1
    sweep()
    assert.equal(values('G/E/D/speed').at(-1)?.status, Status.uncertainLastUsable)
  })

  test('devices of one name on two edge nodes do not mix, nor do equal aliases', () => {
    const { send, edge, values } = online()
    const other = new SampleEdge()
    send('G/NBIRTH/F', other.node([]), 'f')
    send('G/DBIRTH/F/D', other.message([metric('pressure', DataType.double, 10, { alias: 1, timestampMs: T })]), 'f')
    send('G/DDATA/E/D', edge.message([data(1, 2, T + 1)]))
    send('G/DDATA/F/D', other.message([data(1, 11, T + 1)]), 'f')
    assert.deepEqual(values('G/E/D/speed').map(({ value }) => value), [1.5, 2])
    assert.deepEqual(values('G/F/D/pressure').map(({ value }) => value), [10, 11])
  })

  test('a birth for another client\'s edge node is refused while that client is heard, and so is data', () => {
    const { send, edge, values, events, sink, clock } = online()
    const forged = new SampleEdge()
    assert.equal(send('G/NBIRTH/E', forged.node([metric('uptime', DataType.uint32, 999)]), 'mallory'), 'partly')
    assert.equal(send('G/DDATA/E/D', forged.message([data(1, 666, T + 1)]), 'mallory'), 'partly')
    assert.deepEqual(values('G/E/uptime').map(({ value }) => value), [5])
    assert.equal(events.at(-1)?.kind, 'edge.impostor')
    assert.match(sink.letters[0]?.refusal.message ?? '', /mallory/)
    send('G/DDATA/E/D', edge.message([data(1, 2, T + 1)]))
    clock.ms = 11_000
    edge.bdSeq = 1
    assert.equal(send('G/NBIRTH/E', edge.node([]), 'edge-after-a-cut'), 'taken', 'the silent owner has lost its place')
  })

  test('two edge nodes that settings put at one path cannot write one signal', () => {
    const { send, values, sink } = setUp({ paths: [{ from: 'G/+', to: 'line1' }] })
    const [one, two] = [new SampleEdge(), new SampleEdge()]
    send('G/NBIRTH/E', one.node([metric('speed', DataType.double, 1)]))
    assert.equal(send('G/NBIRTH/F', two.node([metric('speed', DataType.double, 2)]), 'f'), 'partly')
    assert.deepEqual(values('line1/speed').map(({ value }) => value), [1])
    assert.match(sink.letters[0]?.refusal.message ?? '', /belongs to a metric of edge node G\/E/)
  })

  test('historical values are kept with their times and do not become the last value', () => {
    const { send, edge, values } = online()
    send('G/DDATA/E/D', edge.message([{ ...data(1, 9, T + 100) }, { ...data(1, 3, T - 5_000), isHistorical: true }]))
    send('G/NDEATH/E', edge.death())
    assert.deepEqual(values('G/E/D/speed').map(({ timeUs, value }) => [timeUs - T * 1000, value]), [[0, 1.5], [100_000, 9], [-5_000_000, 3], [100_001, 9]])
  })

  test('an array of floats with a sampling rate is a waveform, and any other is a text', () => {
    const { send, sink, values } = setUp()
    const edge = new SampleEdge()
    const rate = new Map([['Sampling Rate', { type: DataType.double, value: { field: 'double', value: 25_600 } as const }]])
    send('G/NBIRTH/E', edge.node([metric('de', DataType.floatArray, null, { alias: 1, properties: rate }), metric('table', DataType.floatArray, [1, 2], { alias: 2, timestampMs: T }), metric('slow', DataType.doubleArray, [0.5], { alias: 3, timestampMs: T, properties: new Map([['rateHz', { type: DataType.int32, value: { field: 'int', value: 10 } as const }]]) })]))
    send('G/NDATA/E', edge.message([metric(undefined, DataType.floatArray, [0.5, -1, 2], { alias: 1, timestampMs: T + 5 }), metric(undefined, DataType.floatArray, [3], { alias: 2, timestampMs: T + 5 })]))
    assert.deepEqual(values('G/E/de').map(({ value, timeUs }) => [value, timeUs / 1000 - T]), [['25600 Hz: 0.5 -1 2', 5]])
    assert.deepEqual(values('G/E/slow').map(({ value }) => value), ['10 Hz: 0.5'])
    assert.deepEqual(values('G/E/table').map(({ value }) => value), ['[1,2]', '[3]'])
    assert.deepEqual(sink.letters, [])
    // A float where the birth declared an array of them is no waveform, and never a number in its series.
    send('G/NDATA/E', edge.message([data(1, 7, T + 6), metric(undefined, DataType.floatArray, [], { alias: 1, timestampMs: T + 7 })]))
    assert.equal(values('G/E/de').length, 1)
    assert.equal(sink.letters.length, 2)
    const before = sink.stored.length
    send('G/NDEATH/E', edge.death())
    assert.deepEqual(sink.stored.slice(before).map(({ path }) => path), ['G/E/table'])
  })

  test('null, quality, NaN and infinities become samples whose status says why', () => {
    const { send, edge, values } = online()
    const quality = (value: number) => ({ properties: new Map([['Quality', { type: DataType.int32, value: { field: 'int', value } as const }]]) })
    send('G/DDATA/E/D', edge.message([
      { alias: 1, timestampMs: T + 1, isNull: true }, data(1, Number.NaN, T + 2), data(1, Number.POSITIVE_INFINITY, T + 3),
      { ...data(1, 4, T + 4), ...quality(0) }, { ...data(1, 5, T + 5), ...quality(192) }, { ...data(1, 6, T + 6), ...quality(500) },
    ]))
    assert.deepEqual(values('G/E/D/speed').slice(1).map(({ value, status }) => [value === null || Number.isNaN(value) ? null : value, status]), [
      [null, Status.badNoData], [null, Status.badNoData], [null, Status.badOutOfRange], [4, Status.bad], [5, Status.good], [6, Status.uncertainLastUsable],
    ])
  })

  test('all data types have a stated place, Int32 −12 is −12, and 64-bit numbers lose no digit', () => {
    const { send, sink, values } = setUp()
    const edge = new SampleEdge()
    const types: readonly Metric[] = [
      metric('i8', DataType.int8, -12), metric('i16', DataType.int16, -12), metric('i32', DataType.int32, -12), metric('i64', DataType.int64, -12),
      metric('u8', DataType.uint8, 250), metric('u16', DataType.uint16, 65_000), metric('u32', DataType.uint32, 4_000_000_000), metric('u64', DataType.uint64, 2 ** 40),
      metric('wide', DataType.uint64, 18_446_744_073_709_551_615n), metric('power', DataType.int64, -(1n << 62n)), metric('float', DataType.float, 1.5), metric('double', DataType.double, -2.25), metric('bool', DataType.boolean, true),
      metric('text', DataType.string, 'grün'), metric('time', DataType.dateTime, T), metric('uuid', DataType.uuid, 'c0ffee'), metric('bytes', DataType.bytes, new Uint8Array([1, 2])),
      metric('file', DataType.file, new Uint8Array(5_000), { metadata: { fileName: 'a.csv' } }), metric('array', DataType.int64Array, [1, 9_007_199_254_740_993n]), metric('flags', DataType.booleanArray, [true, false]),
      { name: 'set', datatype: DataType.dataSet, value: { field: 'dataSet', value: { columns: ['a', 'b'], types: [DataType.int32, DataType.string], rows: [[{ field: 'int', value: 4_294_967_284 }, { field: 'string', value: 'x' }]] } } },
      { name: 'motor_def', datatype: DataType.template, value: { field: 'template', value: { metrics: [metric('rpm', DataType.double, 0)], parameters: [], isDefinition: true } } },
      {
        name: 'Axis/motor', datatype: DataType.template,
        value: { field: 'template', value: { metrics: [metric('rpm', DataType.double, 1_450)], parameters: [{ name: 'poles', type: DataType.int32, value: { field: 'int', value: 4 } }], reference: 'motor_def', isDefinition: false } },
      },
    ]
    assert.equal(send('G/NBIRTH/E', edge.node(types)), 'taken', sink.letters[0]?.refusal.message)
    const seen = Object.fromEntries(sink.stored.map(({ path, value }) => [path.slice('G/E/'.length), value]))
    assert.deepEqual(
      { i8: seen.i8, i16: seen.i16, i32: seen.i32, i64: seen.i64, u8: seen.u8, u16: seen.u16, u32: seen.u32, u64: seen.u64, wide: seen.wide_exact, power: seen.power, float: seen.float, double: seen.double, bool: seen.bool, text: seen.text, time: seen.time },
      { i8: -12, i16: -12, i32: -12, i64: -12, u8: 250, u16: 65_000, u32: 4_000_000_000, u64: 2 ** 40, wide: '18446744073709551615', power: -(2 ** 62), float: 1.5, double: -2.25, bool: 1, text: 'grün', time: T },
    )
    assert.equal(values('G/E/wide').at(-1)?.status, Status.uncertain)
    assert.equal(values('G/E/power').at(-1)?.status, Status.good, 'a power of two is exact')
    assert.equal(seen.bytes, 'data:application/octet-stream;base64,AQI=')
    assert.match(String(seen.file), /^sha256:[0-9a-f]{64} 5000 bytes a\.csv$/)
    assert.equal(seen.array, '[1,9007199254740993]')
    assert.equal(seen.flags, '[true,false]')
    assert.deepEqual([seen['set/1/a'], seen['set/1/b']], [-12, 'x'])
    assert.deepEqual([seen['Axis/motor/rpm'], seen['Axis/motor/poles']], [1_450, 4])
    assert.equal(seen['motor_def/rpm'], undefined)
    const more = [metric(undefined, DataType.uint64, 9_007_199_254_740_993n, { name: 'wide' }), { name: 'Axis/motor', datatype: DataType.template, value: { field: 'template', value: { metrics: [metric('rpm', DataType.double, 1_500)], parameters: [] } } }] as const
    assert.equal(send('G/NDATA/E', edge.message(more)), 'taken')
    assert.deepEqual([values('G/E/wide_exact').at(-1)?.value, values('G/E/Axis/motor/rpm').at(-1)?.value], ['9007199254740993', 1_500])
  })

  test('a metric that is a folder too goes into its folder', () => {
    const { send, sink } = setUp()
    send('G/NBIRTH/E', new SampleEdge().node([metric('Motor', DataType.string, 'M1'), metric('Motor/Speed', DataType.double, 3)]))
    assert.deepEqual(sink.stored.map(({ path }) => path).sort(), ['G/E/Motor/Motor', 'G/E/Motor/Speed'])
  })

  test('broken and hostile messages are told and stop nothing', () => {
    const { send, edge, sink, values } = online()
    const many = new Uint8Array(1_000_000).map((_, at) => (at % 2 === 0 ? 0x12 : 0))
    assert.equal(send('G/NBIRTH/E', many), 'partly')
    assert.equal(send('G/NDATA/E', new Uint8Array([0x12, 0xff])), 'partly')
    assert.equal(send('G/NOPE/E', new Uint8Array()), 'partly')
    assert.equal(send('G/DDATA/E', new Uint8Array()), 'partly')
    assert.ok(sink.letters.length >= 4)
    assert.equal(send('G/DDATA/E/D', edge.message([data(1, 2, T + 1)])), 'taken')
    assert.equal(values('G/E/D/speed').at(-1)?.value, 2)
  })

  test('random bytes never throw, on any topic', () => {
    const { send } = online()
    const topics = fc.constantFrom('G/NBIRTH/E', 'G/NDEATH/E', 'G/NDATA/E', 'G/DBIRTH/E/D', 'G/DDATA/E/D', 'G/DDEATH/E/D')
    const valid = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.double()), { maxLength: 5 }).map((pairs) => encodePayload({ seq: 1, metrics: pairs.map(([alias, value]) => data(alias, value, T)) }))
    const damaged = fc.tuple(valid, fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, byte]) => {
      bytes[at % bytes.length] = byte
      return bytes
    })
    fc.assert(fc.property(topics, fc.oneof(fc.uint8Array({ maxLength: 100 }), damaged), (topic, bytes) => assert.ok(['taken', 'partly'].includes(send(topic, bytes)))), { seed: 20261123, numRuns: 3_000 })
  })

  test('edge nodes are bounded; those that were never born make room', () => {
    const { send, host, sink } = setUp({ maxNodes: 3 })
    for (let i = 0; i < 20; i++) send(`G/NDATA/junk${i}`, new SampleEdge().message([]))
    assert.equal(host.status().length, 3)
    for (let i = 0; i < 3; i++) assert.equal(send(`G/NBIRTH/E${i}`, new SampleEdge().node([])), 'taken')
    assert.equal(send('G/NBIRTH/E4', new SampleEdge().node([])), 'partly')
    assert.equal(sink.letters.at(-1)?.refusal.code, 'QUOTA_REACHED')
  })
})
