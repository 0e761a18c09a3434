import { MAX_PATH_LENGTH, pathProblem } from '@millwright/model/path.ts'
import { Status } from '@millwright/model/quality.ts'
import type { SeriesId, ValueKind } from '@millwright/model/sample-batch.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { MessageIntake, TakeOutcome, TopicIntake } from '../message-intake.ts'
import type { SampleSink } from '../sink.ts'
import { readJson } from './json-reader.ts'
import { JsonObject, isJsonArray, type JsonValue } from './json-value.ts'
import { MessageScanner } from './message-scanner.ts'
import { MessageShape, ShapeSignal } from './message-shape.ts'
import { MessageWriter } from './message-writer.ts'
import { Refusals } from './refusals.ts'

/** Where our JSON messages are found (design, section 5). */
export const MW_PREFIX = 'mw/v1/'

const NO_NAME = new Uint8Array(0)

export interface MwIntakeOptions {
  readonly sink: SampleSink
  /** The way in, for dead letters: `mqtt`, or a connection's name. */
  readonly source: string
  /** What stands in front of the asset path in a topic. */
  readonly prefix?: string
  /** Asset path below which the assets of these topics are put. */
  readonly under?: string
}

/** Takes the JSON messages of `mw/v1/<asset path>` and `mw/v1/<asset path>/<signal>`. */
export function createMwIntake(options: MwIntakeOptions): MessageIntake {
  const prefix = options.prefix ?? MW_PREFIX
  const under = options.under === undefined || options.under === '' ? '' : `${options.under}/`
  const shared = new MwShared(options.sink, options.source)
  return {
    open: (topic) => (topic.startsWith(prefix) ? new MwTopic(shared, under + topic.slice(prefix.length)) : undefined),
  }
}

/** What all topics of an intake use together. */
class MwShared {
  readonly sink: SampleSink
  readonly source: string
  readonly refusals: Refusals
  readonly writer: MessageWriter
  readonly scanner = new MessageScanner()
  /** The topic whose message is read the slow way at the moment. */
  reading: MwTopic | undefined

  constructor(sink: SampleSink, source: string) {
    this.sink = sink
    this.source = source
    this.refusals = new Refusals(sink, source)
    this.writer = new MessageWriter(sink, (refusal) => this.refusals.add(refusal), {
      sender: source,
      onResolved: (assetPath, signal, series, kind) => this.reading?.learn(assetPath, signal, series, kind),
    })
  }
}

class MwTopic implements TopicIntake {
  readonly #shared: MwShared
  readonly #path: string
  readonly #shape: MessageShape
  /** The signal that bare values of this topic belong to, once it is known. */
  #scalar: ShapeSignal | undefined

  constructor(shared: MwShared, path: string) {
    this.#shared = shared
    this.#path = path
    this.#shape = new MessageShape(path)
  }

  take(bytes: Uint8Array, start: number, end: number, receivedUs: number, sender?: string): TakeOutcome {
    // An empty message is how MQTT takes back a retained one: nothing was said.
    if (start === end) return 'taken'
    const { sink, scanner } = this.#shared
    if (this.#shape.generation !== sink.generation) {
      this.#shape.renew(sink.generation)
      this.#scalar = undefined
    }
    if (scanner.take(bytes, start, end, receivedUs, sink, this.#shape)) return 'taken'
    if (this.#scalar !== undefined && scanner.takeValue(bytes, start, end, receivedUs, sink, this.#scalar)) return 'taken'
    return this.#takeSlowly(bytes, start, end, receivedUs, sender)
  }

  /** Remembers a signal for the next message. */
  learn(assetPath: string, signal: string, series: SeriesId, kind: ValueKind): void {
    if (assetPath === this.#path) this.#shape.learn(signal, series, kind)
    else if (kind !== 'waveform' && `${assetPath}/${signal}` === this.#path) this.#scalar = new ShapeSignal(NO_NAME, series, kind)
  }

  #takeSlowly(bytes: Uint8Array, start: number, end: number, receivedUs: number, sender: string | undefined): TakeOutcome {
    const { refusals, writer, source } = this.#shared
    refusals.begin(bytes, start, end)
    writer.sender = sender ?? source
    this.#shared.reading = this
    const before = writer.taken
    try {
      this.#write(readJson(bytes, start, end), receivedUs)
    } catch (thrown) {
      const code = thrown instanceof MillwrightError ? thrown.code : 'PAYLOAD_INVALID'
      refusals.add({ where: this.#path.slice(0, MAX_PATH_LENGTH), refusal: { code, message: messageOf(thrown) }, count: 1 })
    }
    this.#shared.reading = undefined
    const isWhole = refusals.count === 0
    refusals.finish()
    return isWhole ? 'taken' : writer.taken > before ? 'partly' : 'refused'
  }

  #write(value: JsonValue, receivedUs: number): void {
    const problem = pathProblem(this.#path)
    if (problem !== undefined) throw new MillwrightError('NAME_INVALID', problem)
    const { writer } = this.#shared
    if (value instanceof JsonObject) writer.message(this.#path, value, receivedUs)
    else if (value !== null && typeof value === 'object' && isJsonArray(value)) {
      for (const [index, item] of value.entries()) {
        this.#shared.refusals.item = index
        writer.message(this.#path, item, receivedUs)
      }
    } else this.#bareValue(value, receivedUs)
  }

  #bareValue(value: JsonValue, receivedUs: number): void {
    const cut = this.#path.lastIndexOf('/')
    if (cut < 0) throw new MillwrightError('NAME_INVALID', 'a bare value needs a topic of asset path and signal, such as mw/v1/plant/pump1/pressure')
    this.#shared.writer.value(this.#path.slice(0, cut), this.#path.slice(cut + 1), value, receivedUs, Status.good)
  }
}
