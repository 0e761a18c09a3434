import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemorySink } from '../../test/support/memory-sink.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { superviseConnections } from './connections.ts'
import { CONNECTORS } from './registry.ts'

const good = { type: 'mqtt-client', url: 'mqtt://127.0.0.1:1', clientId: 'm', topics: ['a/#'] }
const parts = { sink: new MemorySink(), clock: systemClock, log: silentLog, random: Math.random, environment: () => undefined, connectors: CONNECTORS }

describe('connections', () => {
  it('are made, and not started, of settings that are right', () => {
    assert.deepEqual(superviseConnections({ broker: good, other: { ...good, silenceS: 5 } }, parts).map(({ name, status }) => [name, status.state]), [['broker', 'stopped'], ['other', 'stopped']])
  })

  it('are refused with everything that is wrong', () => {
    const wrong = { pigeon: { type: 'carrier-pigeon' }, broker: { ...good, url: 'http://x', silenceS: 0 } }
    assert.throws(() => superviseConnections(wrong, parts), { code: 'CONFIG_INVALID', message: /connection pigeon: there is no connector .*there is mqtt-client, sparkplug; connection broker: .*url.*connection broker: .*silenceS/ })
  })
})
