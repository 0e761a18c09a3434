import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { Default, Value } from 'typebox/value'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { SparkplugHost } from './host/host.ts'
import { OnlineMemory } from './online-memory.ts'
import { sparkplugSettings } from './settings.ts'
import { metric, SampleEdge } from './testing/sample-edge.ts'

const NOW_US = 1_700_000_000_000_000

test('after a crash edge nodes are known and gone, the signals of those that were online get a mark, and their next birth counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-online-'))
  const file = join(folder, 'online.json')
  const sink = new MemorySink()
  const warnings: string[] = []
  const process = (startUs: number) => {
    const clock = { nowUs: () => startUs, monotonicMs: () => startUs / 1000 }
    const settings: unknown = Default(sparkplugSettings, {})
    assert.ok(Value.Check(sparkplugSettings, settings))
    const asked: string[] = []
    const host = new SparkplugHost({ settings, sink, clock, source: 'sparkplug', requestRebirth: (group, node) => void asked.push(`${group}/${node}`), onEvent: () => undefined })
    const send = (topic: string, payload: Uint8Array): void => {
      host.open(`spBv1.0/${topic}`)?.take(payload, 0, payload.length, startUs, 'edge')
      void sink.commit()
    }
    return { host, send, asked, memory: new OnlineMemory(file, host, clock, (reason) => void warnings.push(reason)) }
  }
  try {
    const before = process(NOW_US)
    await before.memory.markOld(sink)
    const [alive, dead] = [new SampleEdge(), new SampleEdge()]
    before.send('G/NBIRTH/alive', alive.node([metric('up', DataType.boolean, true)]))
    before.send('G/DBIRTH/alive/D', alive.message([metric('speed', DataType.double, 7)]))
    before.send('G/NBIRTH/dead', dead.node([metric('x', DataType.double, 1)]))
    before.send('G/NDEATH/dead', dead.death())
    await before.memory.save()
    const stored = sink.stored.length
    const after = process(NOW_US + 60_000_000)
    await after.memory.markOld(sink)
    void sink.commit()
    assert.deepEqual(sink.stored.slice(stored).map(({ path, value, status }) => [path, value, status]).sort(), [['G/alive/D/speed', null, Status.badNoCommunication], ['G/alive/up', null, Status.badNoCommunication]])
    assert.deepEqual(
      after.host.status().map(({ node, state, diedUs, devices }) => [node, state, diedUs - NOW_US, devices.map(({ device, state: its }) => `${device} ${its}`)]),
      [['alive', 'offline', 60_000_000, ['D offline']], ['dead', 'offline', 0, []]],
    )
    // Data of one that is only remembered is data before a birth.
    after.send('G/DDATA/alive/D', alive.message([metric('speed', DataType.double, 8)]))
    after.host.sweep()
    assert.deepEqual(after.asked, ['G/alive'])
    after.send('G/NBIRTH/alive', alive.node([metric('up', DataType.boolean, true)]))
    assert.deepEqual(after.host.status().map(({ node, state }) => [node, state]), [['alive', 'online'], ['dead', 'offline']])
    assert.equal(sink.stored.at(-1)?.value, 1)
    await writeFile(file, '{"version":1,"onl')
    const damaged = process(NOW_US)
    await damaged.memory.markOld(sink)
    assert.deepEqual(damaged.host.status(), [])
    assert.deepEqual(warnings, [])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
