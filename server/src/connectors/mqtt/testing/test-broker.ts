import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import { Default } from 'typebox/value'
import { silentLog } from '../../../kernel/log.ts'
import { systemClock, type Clock } from '../../../kernel/clock.ts'
import type { MessageIntake, TakeOutcome } from '../../message-intake.ts'
import type { DeadLetter, PauseReason, SampleSink } from '../../sink.ts'
import type { MqttAuthority } from '../authority.ts'
import { createMqttBroker, type MqttBroker } from '../broker.ts'
import { createVolatileSessionStore, type SessionStore } from '../session-store.ts'
import { mqttSettings, type MqttSettings } from '../settings.ts'

/** A sink for tests: commits settle at once, or when the test says so. */
export class TestSink implements SampleSink {
  readonly open = new BatchBuilder()
  readonly letters: DeadLetter[] = []
  readonly generation = 0
  commits = 0
  /** While set, commits wait for {@link settle}. */
  manual = false
  #paused: PauseReason | undefined
  #listeners = new Set<(paused: PauseReason | undefined) => void>()
  #waiting: ((outcome: WriteOutcome) => void)[] = []

  get paused(): PauseReason | undefined {
    return this.#paused
  }

  setPaused(paused: PauseReason | undefined): void {
    this.#paused = paused
    for (const listener of this.#listeners) listener(paused)
  }

  resolve(): never {
    throw new Error('BUG: the test intake needs no series')
  }

  find(): undefined {
    return undefined
  }

  write(): Promise<WriteOutcome> {
    return this.commit()
  }

  commit(): Promise<WriteOutcome> {
    this.commits++
    this.open.clear()
    if (!this.manual) return Promise.resolve({ status: 'stored' })
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  settle(outcome: WriteOutcome = { status: 'stored' }): void {
    for (const resolve of this.#waiting.splice(0)) resolve(outcome)
  }

  onPaused(listener: (paused: PauseReason | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  refuse(letter: DeadLetter): void {
    this.letters.push(letter)
  }
}

/** An intake for tests: topics under `mw/` carry samples; a payload `bad` is refused. Remembers what it took. */
export class TestIntake implements MessageIntake {
  readonly taken: string[] = []
  readonly #sink: TestSink

  constructor(sink: TestSink) {
    this.#sink = sink
  }

  open(topic: string): { take(bytes: Uint8Array, start: number, end: number): TakeOutcome } | undefined {
    if (!topic.startsWith('mw/')) return undefined
    return {
      take: (bytes, start, end) => {
        const text = Buffer.from(bytes.subarray(start, end)).toString()
        if (text === 'bad') return 'refused'
        this.taken.push(`${topic} ${text}`)
        this.#sink.open.addNumber(1, 0, 0, 0)
        return 'taken'
      },
    }
  }
}

/** A clock whose hands the test turns; it also goes on by itself. */
export class TestClock implements Clock {
  #aheadMs = 0

  advance(ms: number): void {
    this.#aheadMs += ms
  }

  nowUs(): number {
    return systemClock.nowUs() + this.#aheadMs * 1000
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#aheadMs
  }
}

export interface TestBroker {
  readonly broker: MqttBroker
  readonly port: number
  readonly sink: TestSink
  readonly intake: TestIntake
  readonly clock: TestClock
}

export interface TestBrokerOptions {
  readonly settings?: Partial<MqttSettings>
  readonly store?: SessionStore
  readonly authority?: MqttAuthority
}

/** The settings as they are without any being given. */
export function defaultMqttSettings(): MqttSettings {
  return Default(mqttSettings, {}) as MqttSettings
}

/** A broker on a free port of the loopback address. */
export async function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const sink = new TestSink()
  const intake = new TestIntake(sink)
  const clock = new TestClock()
  const broker = createMqttBroker({
    settings: { ...defaultMqttSettings(), ...options.settings },
    intake, sink, clock,
    store: options.store ?? createVolatileSessionStore(),
    log: silentLog,
    random: Math.random,
    ...(options.authority !== undefined && { authority: options.authority }),
  })
  const port = await broker.listen('127.0.0.1', 0)
  return { broker, port, sink, intake, clock }
}
