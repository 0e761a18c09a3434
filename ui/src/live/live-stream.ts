import { connection } from './connection.ts'
import { LiveStore, type LiveSignal, type ValuesFrame } from './live-store.ts'

/** What a view watches: an asset with all below it, or named signals. */
export type LiveChoice = { readonly under: string } | { readonly signals: readonly string[] }

/** The newest values of everything that is watched. */
export const liveStore = new LiveStore((work) => void requestAnimationFrame(work))

interface OpenStream {
  readonly url: string
  source: EventSource | undefined
  watchers: number
  signals: readonly LiveSignal[]
  paths: readonly string[]
  readonly listeners: Set<(signals: readonly LiveSignal[]) => void>
}

const streams = new Map<string, OpenStream>()
/** A stream that nobody watches is kept for a moment: the next room often watches the same. */
const LINGER_MS = 1_000
/** The browser gives up on an answer that is no stream (a stopped or refusing server); then we try again ourselves. */
const REOPEN_MS = 3_000

function urlOf(choice: LiveChoice): string {
  // Repeated parameters: a name may hold a comma.
  const pairs = 'under' in choice ? [['under', choice.under]] : choice.signals.map((path) => ['signals', path])
  return `/api/v1/live?${new URLSearchParams(pairs).toString()}`
}

/**
 * Opens the stream of a choice, or shares the one that is open. The server sends the last value of each signal first; after a break the
 * browser reconnects with the id of the last event, and gets what changed meanwhile. Returns what ends it.
 */
export function openLive(choice: LiveChoice, onSignals: (signals: readonly LiveSignal[]) => void = () => {}): () => void {
  if ('signals' in choice && choice.signals.length === 0) return () => {}
  const url = urlOf(choice)
  const stream = streams.get(url) ?? start(url)
  stream.watchers++
  stream.listeners.add(onSignals)
  if (stream.signals.length > 0) onSignals(stream.signals)
  let isEnded = false
  return () => {
    if (isEnded) return
    isEnded = true
    stream.watchers--
    stream.listeners.delete(onSignals)
    setTimeout(() => stop(stream), LINGER_MS)
  }
}

function start(url: string): OpenStream {
  const stream: OpenStream = { url, source: undefined, watchers: 0, signals: [], paths: [], listeners: new Set() }
  streams.set(url, stream)
  connect(stream)
  return stream
}

function connect(stream: OpenStream): void {
  const source = new EventSource(stream.url)
  stream.source = source
  source.addEventListener('open', () => connection.noteAnswer())
  source.addEventListener('signals', ({ data }: MessageEvent<string>) => {
    const { signals } = JSON.parse(data) as { signals: readonly LiveSignal[] }
    stream.paths = signals.map(({ path }) => path)
    stream.signals = signals
    for (const listener of stream.listeners) listener(signals)
  })
  source.addEventListener('values', ({ data }: MessageEvent<string>) => liveStore.apply(stream.paths, JSON.parse(data) as ValuesFrame))
  source.addEventListener('error', () => {
    connection.lookNow()
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => {
      if (streams.get(stream.url) === stream && stream.watchers > 0) connect(stream)
    }, REOPEN_MS)
  })
}

function stop(stream: OpenStream): void {
  if (stream.watchers > 0 || streams.get(stream.url) !== stream) return
  stream.source?.close()
  streams.delete(stream.url)
  liveStore.forget(stream.paths)
}
