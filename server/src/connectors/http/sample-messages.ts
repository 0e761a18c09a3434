import { pathProblem } from '@millwright/model/path.ts'
import { MillwrightError, messageOf, type ErrorCode } from '../../kernel/error.ts'
import { readJson } from '../payload/json-reader.ts'
import { JsonObject, jsonKind } from '../payload/json-value.ts'
import { MessageScanner } from '../payload/message-scanner.ts'
import { MessageShape } from '../payload/message-shape.ts'
import { MessageWriter, type MessageRefusal } from '../payload/message-writer.ts'
import { Refusals } from '../payload/refusals.ts'
import type { SampleSink } from '../sink.ts'

/** Assets whose messages are remembered; when there are more, all are forgotten and learnt again. */
const MAX_SHAPES = 100_000
/** Refusals that an answer lists one by one. */
export const MAX_LISTED = 100

/** Something of a request that was not taken. */
export interface ListedRefusal {
  /** Which message, from 0. */
  readonly index: number
  /** The asset's or signal's path, where it is known. */
  readonly path: string
  readonly code: string
  readonly message: string
  /** Samples that were lost with it; 1 where they cannot be counted. */
  readonly count: number
}

/** Takes messages that name their asset by `path`, for all requests of a server together. */
export class SampleMessages {
  readonly sink: SampleSink
  readonly scanner = new MessageScanner()
  readonly #shapes = new Map<string, MessageShape>()
  #generation = -1

  constructor(sink: SampleSink) {
    this.sink = sink
  }

  /** Begins a request. */
  request(receivedUs: number, sender: string): SampleRequest {
    return new SampleRequest(this, receivedUs, sender)
  }

  /** The shape of an asset's messages; undefined when no asset can have that path. */
  readonly shapeOf = (path: string): MessageShape | undefined => {
    if (this.#generation !== this.sink.generation) {
      this.#generation = this.sink.generation
      this.#shapes.clear()
    }
    const known = this.#shapes.get(path)
    if (known !== undefined) return known
    if (pathProblem(path) !== undefined) return undefined
    if (this.#shapes.size >= MAX_SHAPES) this.#shapes.clear()
    const shape = new MessageShape(path)
    this.#shapes.set(path, shape)
    return shape
  }
}

/** The messages of one request, and what became of them. */
export class SampleRequest {
  readonly #messages: SampleMessages
  readonly #receivedUs: number
  readonly #refusals: Refusals
  readonly #writer: MessageWriter
  /** The first refusals, at most {@link MAX_LISTED}. */
  readonly refused: ListedRefusal[] = []
  /** How many refusals there were. */
  refusedCount = 0
  #scanned = 0
  #index = 0

  constructor(messages: SampleMessages, receivedUs: number, sender: string) {
    this.#messages = messages
    this.#receivedUs = receivedUs
    this.#refusals = new Refusals(messages.sink, 'http')
    this.#writer = new MessageWriter(messages.sink, (refusal) => this.#refuse(refusal), {
      sender,
      onResolved: (assetPath, signal, series, kind) => messages.shapeOf(assetPath)?.learn(signal, series, kind),
    })
  }

  /** Messages that were looked at. */
  get messages(): number {
    return this.#index
  }

  /** Samples that were added to the sink. */
  get taken(): number {
    return this.#scanned + this.#writer.taken
  }

  /** Takes one message. Never throws. */
  take(bytes: Uint8Array, start: number, end: number): void {
    const { scanner, sink, shapeOf } = this.#messages
    if (scanner.take(bytes, start, end, this.#receivedUs, sink, undefined, shapeOf)) this.#scanned += scanner.count
    else this.#takeSlowly(bytes, start, end)
    this.#index++
  }

  /** Refuses the rest of the request, which cannot be read. */
  breakOff(code: ErrorCode, message: string): void {
    this.#refuse({ where: '', refusal: { code, message }, count: 1 })
    this.#refusals.finish()
  }

  #takeSlowly(bytes: Uint8Array, start: number, end: number): void {
    this.#refusals.begin(bytes, start, end)
    try {
      this.#write(bytes, start, end)
    } catch (thrown) {
      const code = thrown instanceof MillwrightError ? thrown.code : 'PAYLOAD_INVALID'
      this.#refuse({ where: '', refusal: { code, message: messageOf(thrown) }, count: 1 })
    }
    this.#refusals.finish()
  }

  #write(bytes: Uint8Array, start: number, end: number): void {
    const value = readJson(bytes, start, end)
    if (!(value instanceof JsonObject)) {
      throw new MillwrightError('PAYLOAD_INVALID', `a message is an object such as {"path": "plant/pump1", "ts": …, "values": {"pressure": 3.2}}, not ${jsonKind(value)}`)
    }
    const path = value.get('path')
    if (typeof path !== 'string') throw new MillwrightError('PAYLOAD_INVALID', '"path" must name the asset, such as "plant/line1/pump1"')
    const problem = pathProblem(path)
    if (problem !== undefined) throw new MillwrightError('NAME_INVALID', `"path" ${JSON.stringify(path.slice(0, 100))}: ${problem}`)
    this.#writer.message(path, value, this.#receivedUs, ['path'])
  }

  #refuse(refusal: MessageRefusal): void {
    this.refusedCount++
    this.#refusals.add(refusal)
    if (this.refused.length >= MAX_LISTED) return
    this.refused.push({ index: this.#index, path: refusal.where, code: refusal.refusal.code, message: refusal.refusal.message, count: refusal.count })
  }
}
