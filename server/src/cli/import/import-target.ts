import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { SampleMessages, type ListedRefusal } from '../../connectors/http/sample-messages.ts'
import { settled, WriteLater } from '../../connectors/http/settle.ts'
import type { SampleSink } from '../../connectors/sink.ts'
import { backoffMs, DEFAULT_BACKOFF } from '../../kernel/backoff.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'

export interface SendOutcome {
  readonly stored: number
  readonly refused: readonly ListedRefusal[]
  readonly refusedCount: number
}

/** Where imported samples go. */
export interface ImportTarget {
  /** As people know it, such as `http://127.0.0.1:7420`. */
  readonly name: string
  /** Where the server that takes them is reached; undefined without one. */
  readonly url: string | undefined
  /** Sends messages, one a line; settles when they are durable. Rejects when they cannot be taken at all. */
  send(body: string, signal: AbortSignal): Promise<SendOutcome>
  close(): Promise<void>
}

/** How often a server that is busy or being restarted is asked again: with the waits between, about five minutes. */
const MAX_ATTEMPTS = 15

const outcomeSchema = Type.Object({
  stored: Type.Integer(),
  refusedCount: Type.Integer(),
  refused: Type.Array(Type.Object({ index: Type.Integer(), path: Type.String(), code: Type.String(), message: Type.String(), count: Type.Integer() })),
})

/** Sends to a running server. Waits while it is too busy, its disk is full, or it is being restarted; gives up after {@link MAX_ATTEMPTS}. */
export function httpTarget(url: string, random: () => number): ImportTarget {
  async function attempt(body: string, signal: AbortSignal): Promise<SendOutcome | { readonly again: string; readonly afterMs: number | undefined }> {
    let answer: Response
    try {
      answer = await fetch(`${url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body, signal })
    } catch (thrown) {
      if (signal.aborted) throw new MillwrightError('STOPPING', 'stopped; the same command goes on from here', { cause: thrown })
      return { again: `${url} does not answer: ${messageOf(thrown)}`, afterMs: undefined }
    }
    const content: unknown = await answer.json().catch(() => undefined)
    if (Check(outcomeSchema, content)) return content
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
    if (answer.status === 503 || answer.status === 507 || answer.status === 429) return { again: `the server answers ${answer.status}: ${titleOf(content)}`, afterMs: seconds > 0 ? seconds * 1000 : undefined }
    throw new MillwrightError('IMPORT_FAILED', `the server refuses the samples (${answer.status}): ${titleOf(content)}`)
  }
  return {
    name: url,
    url,
    send: async (body, signal) => {
      let last = ''
      for (let round = 0; round < MAX_ATTEMPTS; round++) {
        const outcome = await attempt(body, signal)
        if ('stored' in outcome) return outcome
        last = outcome.again
        await pause(outcome.afterMs ?? backoffMs(DEFAULT_BACKOFF, round, random), signal)
      }
      throw new MillwrightError('SOURCE_UNREACHABLE', `${last}; given up after ${MAX_ATTEMPTS} attempts. The same command goes on from here`)
    },
    close: () => Promise.resolve(),
  }
}

/** Puts the samples into a plant that this process has opened, by the same way that HTTP goes. */
export function sinkTarget(sink: SampleSink, clock: Clock, close: () => Promise<void>): ImportTarget {
  const messages = new SampleMessages(sink)
  return {
    name: 'the data folder, which no server has open',
    url: undefined,
    send: async (body, signal) => {
      const bytes = new TextEncoder().encode(body)
      for (let round = 0; sink.paused === 'queue' && round < MAX_ATTEMPTS; round++) await pause(100, signal)
      const request = messages.request(clock.nowUs(), 'import')
      for (let start = 0; start < bytes.length; ) {
        const next = bytes.indexOf(0x0a, start)
        const end = next < 0 ? bytes.length : next
        if (end > start) request.take(bytes, start, end)
        start = end + 1
      }
      try {
        await settled(sink)
      } catch (thrown) {
        throw thrown instanceof WriteLater ? new MillwrightError(thrown.code, `${thrown.message}. The same command goes on from here`) : thrown
      }
      return { stored: request.taken, refused: request.refused, refusedCount: request.refusedCount }
    },
    close,
  }
}

function titleOf(content: unknown): string {
  for (const name of ['detail', 'title']) {
    const text: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, name) : undefined
    if (typeof text === 'string') return text
  }
  return 'no reason given'
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new MillwrightError('STOPPING', 'stopped; the same command goes on from here'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
