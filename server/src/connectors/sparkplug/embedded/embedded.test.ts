import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { parseState } from '@millwright/model/sparkplug/state-message.ts'
import { SampleEdge } from '../testing/sample-edge.ts'
import { deathWithTime } from './death-time.ts'
import type { LocalBroker } from './local-broker.ts'
import { StateKeeper } from './state-keeper.ts'

const STATE = 'spBv1.0/STATE/mw'

/** A broker that keeps what is retained, as the real one does over restarts. */
class RetainingBroker implements LocalBroker {
  readonly published: string[] = []
  readonly options: unknown[] = []
  #retained: { payload: Uint8Array; publisher: string } | undefined
  #listener: ((message: { payload: Uint8Array; publisher: string }) => void) | undefined

  publish(topic: string, payload: Uint8Array | string, options?: object): void {
    assert.equal(topic, STATE)
    this.published.push(String(payload))
    this.options.push(options)
    this.from('', String(payload))
  }

  from(publisher: string, text: string): void {
    this.#retained = { payload: Buffer.from(text), publisher }
    this.#listener?.(this.#retained)
  }

  subscribeLocal(_filter: string, listener: (message: { payload: Uint8Array; publisher: string }) => void): () => void {
    if (this.#retained !== undefined) listener(this.#retained)
    this.#listener = listener
    return () => (this.#listener = undefined)
  }
}

function clockAt(ms: number) {
  return { ms, nowUs(): number { return this.ms * 1000 }, monotonicMs(): number { return this.ms } }
}

describe('STATE on the embedded broker', () => {
  test('is a retained birth of QoS 1 at the start and a death with the time of then at the stop', () => {
    const broker = new RetainingBroker()
    const clock = clockAt(1_000)
    const keeper = new StateKeeper('mw', broker, clock)
    keeper.start()
    clock.ms = 9_000
    keeper.stop()
    assert.deepEqual(broker.published.map(parseState), [{ online: true, timestamp: 1_000 }, { online: false, timestamp: 9_000 }])
    assert.deepEqual(broker.options, [{ retain: true, qos: 1 }, { retain: true, qos: 1 }])
  })

  test('after a crash the will of then comes first, and the new birth is later even when the clock was set back', () => {
    const broker = new RetainingBroker()
    new StateKeeper('mw', broker, clockAt(50_000)).start()
    const restarted = new RetainingBroker()
    restarted.from('', broker.published[0] ?? '')
    new StateKeeper('mw', restarted, clockAt(20_000)).start()
    assert.deepEqual(restarted.published.map(parseState), [{ online: false, timestamp: 50_000 }, { online: true, timestamp: 50_001 }])
  })

  test('is said again, with the time of the birth, when a client says or clears it', () => {
    const broker = new RetainingBroker()
    const keeper = new StateKeeper('mw', broker, clockAt(1_000))
    keeper.start()
    for (const text of [JSON.stringify({ online: false, timestamp: 5_000 }), '', 'OFFLINE', JSON.stringify({ online: true, timestamp: 7 })]) broker.from('somebody', text)
    assert.deepEqual(broker.published.map(parseState), Array.from({ length: 5 }, () => ({ online: true, timestamp: 1_000 })))
    assert.equal(keeper.corrected, 4)
    broker.from('somebody', JSON.stringify({ online: true, timestamp: 1_000 }))
    assert.equal(keeper.corrected, 4)
  })
})

test('deaths of edge nodes get the time of their delivery and keep their bdSeq; other wills and what cannot be read stay as they are', () => {
  const death = new SampleEdge().death(7)
  const changed = deathWithTime('spBv1.0/G/NDEATH/E', death, 123_456)
  assert.ok(changed !== undefined)
  assert.deepEqual(decodePayload(changed), { ...decodePayload(death), timestampMs: 123_456 })
  assert.equal(deathWithTime('spBv1.0/G/DDEATH/E/D', death, 1), undefined)
  assert.equal(deathWithTime('spBv1.0/G/NDEATH/E', new Uint8Array([0x12, 0xff]), 1), undefined)
})
