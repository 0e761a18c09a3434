import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { pino } from 'pino'
import { MemorySink } from '../../test/support/memory-sink.ts'
import type { Delivery, Source } from './source.ts'
import { SourceSupervisor } from './supervisor.ts'

/** A source that a test leads by the hand. */
class LedSource implements Source {
  static made: LedSource[] = []
  isReachable: boolean
  closed = 0
  settled = 0
  #queue: (Delivery | Error)[] = []
  #wake: (() => void) | undefined

  constructor(isReachable: boolean) {
    this.isReachable = isReachable
    LedSource.made.push(this)
  }

  async open(): Promise<void> {
    if (!this.isReachable) throw new Error('nobody there')
  }

  async *read(signal: AbortSignal): AsyncGenerator<Delivery> {
    signal.addEventListener('abort', () => this.#wake?.())
    while (!signal.aborted) {
      const next = this.#queue.shift()
      if (next instanceof Error) throw next
      if (next !== undefined) yield next
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async close(): Promise<void> {
    this.closed++
  }

  say(series: number, value: number): void {
    const builder = new BatchBuilder()
    builder.addNumber(series, 1, value, 0)
    this.#queue.push({ batch: builder.view(1), settle: async () => void this.settled++ })
    this.#wake?.()
  }

  lose(): void {
    this.#queue.push(new Error('link lost'))
    this.#wake?.()
  }
}

function setUp(plan: boolean[]) {
  LedSource.made = []
  const lines: string[] = []
  const clock = { us: 0, nowUs: () => clock.us, monotonicMs: () => clock.us / 1000 }
  const sink = new MemorySink()
  const resolution = sink.resolve('p', 'n', 'number')
  const supervisor = new SourceSupervisor({
    name: 'press',
    create: () => new LedSource(plan[LedSource.made.length] ?? true),
    sink,
    clock,
    log: pino({}, { write: (line: string) => void lines.push(String(JSON.parse(line).msg)) }),
    random: () => 0,
    backoff: { firstMs: 2, maxMs: 4, factor: 2 },
    openTimeoutMs: 1000,
    silenceMs: 60_000,
  })
  return { supervisor, sink, clock, lines, series: 'series' in resolution ? resolution.series : 0 }
}

describe('the supervisor of a source', () => {
  it('tries again with a new source each time, closes each once, and logs only changes', async () => {
    const { supervisor, lines } = setUp([false, false, false, true])
    supervisor.start()
    supervisor.start()
    await until(() => supervisor.status.state === 'open')
    assert.equal(LedSource.made.length, 4)
    assert.deepEqual(LedSource.made.map((source) => source.closed), [1, 1, 1, 0])
    assert.deepEqual(lines, ['source is down', 'source is back'])
    assert.deepEqual({ ...supervisor.counters }, { attempts: 4, opened: 1, deliveries: 0, samples: 0, retried: 0, lastSampleUs: undefined })
    await supervisor.stop()
    assert.equal(LedSource.made[3]?.closed, 1)
    assert.equal(supervisor.status.state, 'stopped')
  })

  it('settles a delivery only when it is stored, trying again while the sink says later', async () => {
    const { supervisor, sink, series } = setUp([])
    sink.outcome = { status: 'later', retryInMs: 1, reason: 'full' }
    supervisor.start()
    await until(() => supervisor.status.state === 'open')
    LedSource.made[0]?.say(series, 7)
    await until(() => supervisor.counters.retried > 2)
    assert.equal(LedSource.made[0]?.settled, 0)
    sink.outcome = { status: 'stored' }
    await until(() => LedSource.made[0]?.settled === 1)
    assert.deepEqual(sink.stored.map((sample) => sample.value), [7])
    await supervisor.stop()
  })

  it('never settles what is not stored when it is stopped', async () => {
    const { supervisor, sink, series } = setUp([])
    sink.outcome = { status: 'later', retryInMs: 60_000, reason: 'full' }
    supervisor.start()
    await until(() => supervisor.status.state === 'open')
    LedSource.made[0]?.say(series, 7)
    await until(() => supervisor.counters.retried === 1)
    await supervisor.stop()
    assert.equal(LedSource.made[0]?.settled, 0)
    assert.equal(LedSource.made[0]?.closed, 1)
  })

  it('sees a link that is up and silent, once, and that it speaks again', async () => {
    const { supervisor, clock, lines, series } = setUp([])
    supervisor.start()
    await until(() => supervisor.status.state === 'open')
    clock.us += 59_000_000
    supervisor.watch()
    assert.equal(supervisor.status.state, 'open')
    clock.us += 2_000_000
    supervisor.watch()
    supervisor.watch()
    assert.equal(supervisor.status.state, 'silent')
    LedSource.made[0]?.say(series, 1)
    await until(() => supervisor.status.state === 'open')
    assert.deepEqual(lines, ['source is connected but silent', 'source speaks again'])
    await until(() => supervisor.counters.samples === 1)
    await supervisor.stop()
  })

  it('goes on after a lost link', async () => {
    const { supervisor, lines } = setUp([])
    supervisor.start()
    await until(() => supervisor.status.state === 'open')
    LedSource.made[0]?.lose()
    await until(() => supervisor.counters.opened === 2)
    assert.deepEqual(lines, ['source is down', 'source is back'])
    await supervisor.stop()
  })
})

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    assert.ok(tries < 5_000, 'waited too long')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
