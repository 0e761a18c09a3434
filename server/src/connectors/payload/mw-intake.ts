import { pathProblem } from '@millwright/model/path.ts'
import { Status } from '@millwright/model/quality.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { MessageIntake, TakeOutcome, TopicIntake } from '../message-intake.ts'
import type { SampleSink } from '../sink.ts'
import { readJson } from './json-reader.ts'
import { JsonObject, isJsonArray, type JsonValue } from './json-value.ts'
import { MessageWriter } from './message-writer.ts'
import { Refusals } from './refusals.ts'

/** Where our JSON messages are found (design, section 5). */
export const MW_PREFIX = 'mw/v1/'

export interface MwIntakeOptions {
  readonly sink: SampleSink
  /** The way in, for dead letters: `mqtt`, or a connection's name. */
  readonly source: string
  /** What stands in front of the asset path in a topic. */
  readonly prefix?: string
}

/** Takes the JSON messages of `mw/v1/<asset path>` and `mw/v1/<asset path>/<signal>`. */
export function createMwIntake(options: MwIntakeOptions): MessageIntake {
  const prefix = options.prefix ?? MW_PREFIX
  const shared = new MwShared(options.sink, options.source)
  return {
    open: (topic) => (topic.startsWith(prefix) ? new MwTopic(shared, topic.slice(prefix.length)) : undefined),
  }
}

/** What all topics of an intake use together. */
class MwShared {
  readonly refusals: Refusals
  readonly writer: MessageWriter

  constructor(sink: SampleSink, source: string) {
    this.refusals = new Refusals(sink, source)
    this.writer = new MessageWriter(sink, (refusal) => this.refusals.add(refusal))
  }
}

class MwTopic implements TopicIntake {
  readonly #shared: MwShared
  readonly #path: string

  constructor(shared: MwShared, path: string) {
    this.#shared = shared
    this.#path = path
  }

  take(bytes: Uint8Array, start: number, end: number, receivedUs: number): TakeOutcome {
    // An empty message is how MQTT takes back a retained one: nothing was said.
    if (start === end) return 'taken'
    const { refusals, writer } = this.#shared
    refusals.begin(bytes, start, end)
    const before = writer.taken
    try {
      this.#write(readJson(bytes, start, end), receivedUs)
    } catch (thrown) {
      const code = thrown instanceof MillwrightError ? thrown.code : 'PAYLOAD_INVALID'
      refusals.add({ where: this.#path.slice(0, 1000), refusal: { code, message: messageOf(thrown) }, count: 1 })
    }
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
    } else this.#scalar(value, receivedUs)
  }

  #scalar(value: JsonValue, receivedUs: number): void {
    const cut = this.#path.lastIndexOf('/')
    if (cut < 0) throw new MillwrightError('NAME_INVALID', 'a bare value needs a topic of asset path and signal, such as mw/v1/plant/pump1/pressure')
    this.#shared.writer.value(this.#path.slice(0, cut), this.#path.slice(cut + 1), value, receivedUs, Status.good)
  }
}
