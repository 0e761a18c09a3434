import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Delivery, Source } from '../../src/connectors/source.ts'
import { MemorySink } from '../support/memory-sink.ts'

/** The other end of a connection, for tests: a real server of the protocol. */
export interface SourcePeer {
  /** A source for this peer, writing names to `sink`. */
  create(sink: MemorySink): Source
  /** A source for an address at which nobody listens. */
  createUnreachable(sink: MemorySink): Source
  /** Makes the peer say one number, after a source has been opened at least once. */
  say(value: number): Promise<void>
  /** Cuts every link, as a pulled cable or a crash does, and comes back. */
  cut(): Promise<void>
  stop(): Promise<void>
}

export interface SourceContract {
  readonly name: string
  readonly start: () => Promise<SourcePeer>
  /** Why the suite cannot run here; shown. */
  readonly skip?: string | undefined
  /** Whether what was not settled comes again after a new open. */
  readonly isAcknowledged: boolean
}

const TIMEOUT_MS = 10_000

/** What every connector's source must do (style.md, section 3). */
export function describeSource(contract: SourceContract): void {
  describe(`source contract: ${contract.name}`, { skip: contract.skip ?? false, timeout: 60_000 }, () => {
    let peer: SourcePeer
    let sink: MemorySink
    let source: Source

    beforeEach(async () => {
      peer = await contract.start()
      sink = new MemorySink()
      source = peer.create(sink)
    })
    afterEach(async () => {
      await source.close()
      await peer.stop()
    })

    it('opens, and delivers what the peer says', async () => {
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      const deliveries = source.read(AbortSignal.timeout(TIMEOUT_MS))[Symbol.asyncIterator]()
      for (const value of [1.5, 2.5]) {
        const next = deliveries.next()
        await peer.say(value)
        const delivery = await ofNext(next)
        assert.deepEqual(numbersOf(delivery), [value])
        await delivery.settle()
      }
    })

    it('ends to read soon after it is told to', async () => {
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      const stop = new AbortController()
      const reading = Array.fromAsync(source.read(stop.signal))
      setImmediate(() => stop.abort())
      assert.deepEqual(await reading, [])
    })

    it('gives up to open when it is told to', async () => {
      await assert.rejects(source.open(AbortSignal.abort()), { name: 'MillwrightError' })
    })

    it('says that nobody is there, and closes after that', async () => {
      const unreachable = peer.createUnreachable(sink)
      await assert.rejects(unreachable.open(AbortSignal.timeout(TIMEOUT_MS)), { code: 'SOURCE_UNREACHABLE' })
      await unreachable.close()
    })

    it('closes twice, and before it was opened', async () => {
      await peer.create(sink).close()
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      await source.close()
      await source.close()
    })

    it('ends to read when the link is lost, and a new one goes on', async () => {
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      const reading = Array.fromAsync(source.read(AbortSignal.timeout(TIMEOUT_MS)))
      const lost = assert.rejects(reading, { code: 'SOURCE_UNREACHABLE' })
      await peer.cut()
      await lost
      await source.close()
      source = peer.create(sink)
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      const next = source.read(AbortSignal.timeout(TIMEOUT_MS))[Symbol.asyncIterator]().next()
      await peer.say(3.5)
      assert.deepEqual(numbersOf(await ofNext(next)), [3.5])
    })

    it('is told again what was never settled', { skip: contract.isAcknowledged ? false : 'the protocol has no acknowledgement' }, async () => {
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      const next = source.read(AbortSignal.timeout(TIMEOUT_MS))[Symbol.asyncIterator]().next()
      await peer.say(4.5)
      assert.deepEqual(numbersOf(await ofNext(next)), [4.5])
      await source.close()
      source = peer.create(sink)
      await source.open(AbortSignal.timeout(TIMEOUT_MS))
      const again = await ofNext(source.read(AbortSignal.timeout(TIMEOUT_MS))[Symbol.asyncIterator]().next())
      assert.deepEqual(numbersOf(again), [4.5])
      await again.settle()
    })
  })
}

async function ofNext(next: Promise<IteratorResult<Delivery>>): Promise<Delivery> {
  const result = await next
  assert.ok(result.done !== true, 'the source ended without a delivery')
  return result.value
}

function numbersOf({ batch }: Delivery): number[] {
  return [...batch.numbers.values.subarray(0, batch.numbers.length)]
}
