import { connect } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { constants, gunzipSync } from 'node:zlib'

/**
 * Many browsers on one live stream, as cheap as they can be made, because they run on the cores they measure: sockets of their own that cut the
 * stream at its HTTP chunks. What is the same bytes for all is unpacked once. Each value's age is its time of arrival less its timestamp.
 */
export interface LiveLoad {
  readonly host: string
  readonly port: number
  /** Path and query of the stream. */
  readonly target: string
  readonly clients: number
}

/** What the clients got between two questions. */
export interface LiveResult {
  readonly values: number
  readonly bytes: number
  /** Of all values: how many milliseconds old each was on arrival, by share. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  /** Fewest and most values that a client got. */
  readonly fewest: number
  readonly most: number
}

/** Frames that are kept unpacked: clients that lag behind others still find theirs. */
const KEPT_FRAMES = 64
const MAX_AGE_MS = 60_000
const GZIP_HEAD_BYTES = 10
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

interface Frame {
  readonly bytes: Buffer
  /** Times of its values, ms, with how many have each. */
  readonly times: ReadonlyMap<number, number>
  readonly values: number
}

class LiveClients {
  readonly #frames: Frame[] = []
  #ages = new Uint32Array(MAX_AGE_MS)
  #bytes = 0
  #counts: number[] = []

  /** Settles when all are connected and have their first values. */
  async open({ host, port, target, clients }: LiveLoad): Promise<void> {
    for (let from = 0; from < clients; from += 50) {
      await Promise.all(Array.from({ length: Math.min(50, clients - from) }, (_, index) => this.#connect({ host, port, target, client: from + index })))
    }
  }

  /** What came since the last question. */
  result(): LiveResult {
    const values = this.#ages.reduce((sum, count) => sum + count, 0)
    const at = (share: number): number => {
      let seen = 0
      return this.#ages.findIndex((count) => (seen += count) >= values * share && seen > 0)
    }
    const result = { values, bytes: this.#bytes, p50Ms: at(0.5), p99Ms: at(0.99), longestMs: this.#ages.findLastIndex((count) => count > 0), fewest: Math.min(...this.#counts), most: Math.max(...this.#counts) }
    this.#ages = new Uint32Array(MAX_AGE_MS)
    this.#bytes = 0
    this.#counts = this.#counts.map(() => 0)
    return result
  }

  #connect({ host, port, target, client }: { readonly host: string; readonly port: number; readonly target: string; readonly client: number }): Promise<void> {
    this.#counts[client] = 0
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true }, () => socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip\r\n\r\n`))
      let rest: Buffer = Buffer.alloc(0)
      let isBody = false
      socket.on('data', (data) => {
        rest = rest.length === 0 ? data : Buffer.concat([rest, data])
        if (!isBody) {
          const end = rest.indexOf('\r\n\r\n')
          if (end < 0) return
          const head = rest.toString('latin1', 0, end)
          if (!/^HTTP\/1.1 200/.test(head) || !/content-encoding: gzip/i.test(head)) return void socket.destroy(new Error(`the stream was answered: ${head.split('\r\n')[0]}`))
          isBody = true
          rest = rest.subarray(end + 4)
        }
        for (;;) {
          const lineEnd = rest.indexOf('\r\n')
          if (lineEnd < 0) return
          const length = Number.parseInt(rest.toString('latin1', 0, lineEnd), 16)
          const from = lineEnd + 2
          if (rest.length < from + length + 2) return
          this.#take(client, rest.subarray(from, from + length))
          rest = rest.subarray(from + length + 2)
          if ((this.#counts[client] ?? 0) > 0) resolve()
        }
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error(`stream ${client} was closed`)))
    })
  }

  #take(client: number, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (chunk.length === GZIP_HEAD_BYTES && chunk.equals(GZIP_HEAD)) return
    const frame = this.#frames.find(({ bytes }) => bytes.length === chunk.length && bytes.equals(chunk)) ?? this.#unpack(chunk)
    if (frame.values === 0) return
    const now = Date.now()
    for (const [timeMs, count] of frame.times) {
      const age = Math.max(0, Math.min(MAX_AGE_MS - 1, now - Math.floor(timeMs)))
      this.#ages[age] = (this.#ages[age] ?? 0) + count
    }
    this.#counts[client] = (this.#counts[client] ?? 0) + frame.values
  }

  #unpack(chunk: Buffer): Frame {
    const text = gunzipSync(Buffer.concat([GZIP_HEAD, chunk]), { finishFlush: constants.Z_SYNC_FLUSH }).toString()
    const times = new Map<number, number>()
    let values = 0
    for (const [, json = ''] of text.matchAll(/^event: values\n(?:id: .*\n)?data: (.*)$/gm)) {
      const data: { times: number[] } = JSON.parse(json)
      values += data.times.length
      for (const timeMs of data.times) times.set(timeMs, (times.get(timeMs) ?? 0) + 1)
    }
    const frame = { bytes: Buffer.from(chunk), times, values }
    this.#frames.unshift(frame)
    if (this.#frames.length > KEPT_FRAMES) this.#frames.pop()
    return frame
  }
}

const clients = new LiveClients()
parentPort?.on('message', (message: LiveLoad | 'result') => {
  if (message === 'result') return parentPort?.postMessage({ result: clients.result() })
  clients.open(message).then(
    () => parentPort?.postMessage({ result: clients.result() }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  )
})
