import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DataType } from './data-type.ts'
import { decodePayload } from './decode-payload.ts'
import { EdgeSession, type EdgeMetric } from './edge-session.ts'
import { encodePayload } from './encode-payload.ts'
import { formatState } from './state-message.ts'

const T = 1_700_000_000_000
const speed: EdgeMetric = { name: 'speed', datatype: DataType.double, value: 1.5, timestampMs: T }
const rebirth = encodePayload({ timestampMs: T, metrics: [{ name: 'Node Control/Rebirth', datatype: DataType.boolean, value: { field: 'boolean', value: true } }] })
const state = (online: boolean, timestamp: number): Uint8Array => new TextEncoder().encode(formatState({ online, timestamp }))
const STATE = 'spBv1.0/STATE/scada'

describe('an edge node\'s session', () => {
  test('has a will whose bdSeq is that of its birth, one more with each connect, from 255 to 0', () => {
    const session = new EdgeSession({ group: 'G', node: 'E', lastBdSeq: 254 })
    for (const expected of [255, 0, 1]) {
      const { willTopic, willPayload, subscriptions } = session.connect(T)
      assert.equal(willTopic, 'spBv1.0/G/NDEATH/E')
      assert.deepEqual(subscriptions, ['spBv1.0/G/NCMD/E', 'spBv1.0/G/DCMD/E/+'])
      const will = decodePayload(willPayload)
      assert.equal(will.seq, undefined)
      assert.deepEqual(will.metrics.map(({ name, datatype, value }) => [name, datatype, value?.value]), [['bdSeq', DataType.int64, expected]])
      const birth = decodePayload(session.nodeBirth([], T).payload)
      assert.equal(birth.metrics[0]?.value?.value, expected)
    }
    assert.equal(decodePayload(new EdgeSession({ group: 'G', node: 'E' }).connect(T).willPayload).metrics[0]?.value?.value, 0)
  })

  test('counts all its messages but deaths and commands from 0 to 255 in a circle', () => {
    const session = new EdgeSession({ group: 'G', node: 'E' })
    session.connect(T)
    const seen = [session.nodeBirth([speed], T), session.deviceBirth('D', [speed], T)]
    for (let i = 0; i < 300; i++) seen.push(session.data(i % 2 === 0 ? undefined : 'D', [{ name: 'speed', value: i, timestampMs: T + i }], T))
    seen.push(session.deviceDeath('D', T))
    assert.deepEqual(seen.map(({ payload }) => decodePayload(payload).seq), seen.map((_, index) => index % 256))
  })

  test('says names and aliases in births, unique over the edge node, and aliases alone in data; the rebirth command has none', () => {
    const session = new EdgeSession({ group: 'G', node: 'E' })
    session.connect(T)
    const node = decodePayload(session.nodeBirth([speed], T).payload)
    const device = decodePayload(session.deviceBirth('D', [speed], T).payload)
    assert.deepEqual(node.metrics.map(({ name, alias }) => [name, alias]), [['bdSeq', undefined], ['Node Control/Rebirth', undefined], ['speed', 1]])
    assert.deepEqual(device.metrics.map(({ name, alias }) => [name, alias]), [['speed', 2]])
    const { metrics } = decodePayload(session.data('D', [{ name: 'speed', value: null, timestampMs: T }], T).payload)
    assert.deepEqual(metrics, [{ alias: 2, timestampMs: T, isNull: true }])
  })

  test('a rebirth is asked by NCMD, repeats bdSeq, and stops data until it is sent', () => {
    const session = new EdgeSession({ group: 'G', node: 'E' })
    session.connect(T)
    session.nodeBirth([speed], T)
    session.data(undefined, [{ name: 'speed', value: 2, timestampMs: T }], T)
    assert.deepEqual(session.received('spBv1.0/G/NCMD/E', rebirth), { order: 'birth', reason: 'rebirth' })
    assert.throws(() => session.data(undefined, [], T), /BUG/)
    const again = decodePayload(session.nodeBirth([speed], T).payload)
    assert.deepEqual([again.seq, again.metrics[0]?.value?.value], [0, 0])
    assert.deepEqual(session.received('spBv1.0/G/NCMD/E', new Uint8Array([1, 2, 3])), { order: 'none' })
    assert.deepEqual(session.received('spBv1.0/G/NCMD/F', rebirth), { order: 'none' })
  })

  test('waits for its primary host, leaves when that goes, and believes no older state', () => {
    const session = new EdgeSession({ group: 'G', node: 'E', primaryHost: 'scada' })
    assert.ok(session.connect(T).subscriptions.includes(STATE))
    assert.equal(session.mayBeBorn, false)
    assert.deepEqual(session.received(STATE, state(false, 5)), { order: 'none' })
    assert.deepEqual(session.received(STATE, state(true, 10)), { order: 'birth', reason: 'host online' })
    session.nodeBirth([speed], T)
    assert.deepEqual(session.received(STATE, state(false, 9)), { order: 'none' }, 'the will of an earlier connection')
    assert.equal(session.isBorn, true)
    assert.deepEqual(session.received(STATE, state(false, 10)), { order: 'leave' })
    assert.equal(session.isBorn, false)
    session.connect(T)
    assert.deepEqual(session.received(STATE, state(true, 9)), { order: 'none' }, 'older than the last one seen')
    assert.deepEqual(session.received(STATE, new TextEncoder().encode('ONLINE')), { order: 'none' })
    assert.equal(session.mayBeBorn, false)
  })

  test('hands on what a host writes, by name and by alias', () => {
    const session = new EdgeSession({ group: 'G', node: 'E' })
    session.connect(T)
    session.nodeBirth([], T)
    session.deviceBirth('D', [speed], T)
    const byAlias = encodePayload({ metrics: [{ alias: 1, value: { field: 'double', value: 7 } }, { name: 'unknown', value: { field: 'int', value: 1 } }] })
    assert.deepEqual(session.received('spBv1.0/G/DCMD/E/D', byAlias), { order: 'write', device: 'D', values: new Map([['speed', 7]]) })
    assert.deepEqual(session.received('spBv1.0/G/DCMD/E/X', byAlias), { order: 'none' })
  })
})
