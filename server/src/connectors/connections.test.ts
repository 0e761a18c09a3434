import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Value } from 'typebox/value'
import { MemorySink } from '../../test/support/memory-sink.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { connectionProblems, connectionsSettings, superviseConnections, type ConnectionSettings } from './connections.ts'
import { CONNECTORS } from './registry.ts'

const settings = { url: 'mqtt://127.0.0.1:1', clientId: 'm', topics: ['a/#'] }
const good: ConnectionSettings = { name: 'broker', connector: 'mqtt-client', silenceS: 300, settings }

describe('connections', () => {
  it('are made, and not started, of settings that are right', () => {
    assert.ok(Value.Check(connectionsSettings, [good]))
    const parts = { sink: new MemorySink(), clock: systemClock, log: silentLog, random: Math.random, environment: () => undefined, connectors: CONNECTORS }
    assert.deepEqual(superviseConnections([good], parts).map(({ name, status }) => [name, status.state]), [['broker', 'stopped']])
    assert.throws(() => superviseConnections([good, good], parts), { code: 'CONFIG_INVALID' })
  })

  it('are refused with everything that is wrong', () => {
    const problems = connectionProblems([good, good, { ...good, name: 'b', connector: 'carrier-pigeon' }, { ...good, name: 'c', settings: { ...settings, url: 'http://x' } }], CONNECTORS)
    assert.equal(problems.length, 3)
    assert.match(problems[1] ?? '', /there is mqtt-client/)
    assert.match(problems[2] ?? '', /^connection c: \/url/)
  })
})
