import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { AssetModel } from '../../plant/asset-model.ts'
import type { LiveValues } from '../../plant/live-values.ts'
import { LiveClient, type LiveSocket } from './live-client.ts'
import { LiveFeed, type Selection } from './live-feed.ts'

export interface LiveHubOptions {
  readonly model: AssetModel
  readonly live: LiveValues
  readonly clock: Clock
  /** Changes are gathered for at least so long before they are sent; for longer where sending to all takes long. */
  readonly intervalMs: number
  readonly heartbeatMs: number
  /** A client that takes nothing for so long is disconnected. */
  readonly frozenMs: number
  readonly maxClients: number
  /** Tells this run of the server from others, in event ids. */
  readonly run: string
}

/** Changes that belong together arrive within this time. */
const SETTLE_MS = 10
/** Sending to all may take this share of the time: with many clients, or few that watch much, flushes become rarer instead of holding up ingest. */
const FLUSH_SHARE = 1 / 4
/** The longest that changes are gathered, however long sending takes. */
const MAX_INTERVAL_MS = 1_000
/** The plant's tree may be edited in many small steps; feeds look at it again at most so often. */
const MODEL_SETTLE_MS = 500

interface Watcher {
  readonly feed: LiveFeed
  readonly index: number
}

/**
 * Carries live values to any number of clients. Clients that watch the same share a feed: its changes are gathered, serialised
 * once, and the same bytes go to all of them. Work per changed value is one look at a bit when nobody watches it.
 */
export class LiveHub {
  readonly #options: LiveHubOptions
  readonly #feeds = new Map<string, LiveFeed>()
  /** 1 where somebody watches the series. */
  #watched = new Uint8Array(0)
  readonly #watchers = new Map<SeriesId, Watcher[]>()
  #unsubscribe: (() => void) | undefined
  #unsubscribeModel: (() => void) | undefined
  #flushTimer: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #modelTimer: NodeJS.Timeout | undefined
  #modelChanged = false
  #flushedMs = Number.NEGATIVE_INFINITY
  #flushTookMs = 0
  #clients = 0
  /** Counts the flushes; changes carry the number of the flush that will send them. A feed that begins takes a number too, so that what was seen before it is told apart. */
  #sequence = 1
  /** Clients that were disconnected because they took nothing. */
  frozen = 0
  /** Frames that were not sent to a client at once because it was slow; it gets the newest values later. */
  thinned = 0
  framesSent = 0
  bytesSent = 0

  constructor(options: LiveHubOptions) {
    this.#options = options
  }

  get clients(): number {
    return this.#clients
  }

  get feeds(): number {
    return this.#feeds.size
  }

  /** Whether another client may come. */
  get isFull(): boolean {
    return this.#clients >= this.#options.maxClients
  }

  /** Adds a client, sends it the signals it watches and their last values; `lastEventId` is what it saw last, if it was here before. */
  connect(selection: Selection, socket: LiveSocket, { lastEventId, isPacked }: { readonly lastEventId: string | undefined; readonly isPacked: boolean }): LiveClient {
    if (this.#clients === 0) this.#start()
    const feed = this.#feedOf(selection)
    const client = new LiveClient(socket, { feed, clock: this.#options.clock, seen: this.#sequence - 1, isPacked })
    this.#clients++
    feed.clients.add(client)
    client.write(feed.signalsFrame())
    const frame = feed.snapshotFrame(this.#sequence, this.#seenSequence(lastEventId))
    if (frame !== undefined) client.write(frame)
    return client
  }

  disconnect(client: LiveClient): void {
    if (!client.feed.clients.delete(client)) return
    this.#clients--
    if (client.feed.clients.size === 0) this.#drop(client.feed)
    if (this.#clients === 0) this.#stop()
  }

  /** Ends all streams. */
  close(): void {
    for (const feed of [...this.#feeds.values()]) {
      for (const client of [...feed.clients]) {
        client.end()
        this.disconnect(client)
      }
    }
  }

  #seenSequence(lastEventId: string | undefined): number {
    const [run, sequence] = (lastEventId ?? '').split(':')
    return run === this.#options.run && /^\d{1,15}$/.test(sequence ?? '') ? Number(sequence) : 0
  }

  #start(): void {
    const { live, model, heartbeatMs } = this.#options
    this.#unsubscribe = live.subscribe((changed) => this.#note(changed))
    this.#unsubscribeModel = model.onChange(() => this.#noteModel())
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
  }

  #stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribeModel?.()
    clearInterval(this.#heartbeat)
    clearTimeout(this.#flushTimer)
    clearTimeout(this.#modelTimer)
    this.#flushTimer = undefined
    this.#modelTimer = undefined
  }

  #note(changed: Uint32Array): void {
    const watched = this.#watched
    let isAny = false
    for (let i = 0; i < changed.length; i++) {
      const series = changed[i] as number
      if (watched[series] !== 1) continue
      isAny = true
      for (const { feed, index } of this.#watchers.get(series) ?? []) feed.note(index, this.#sequence)
    }
    if (isAny) this.#flushTimer ??= setTimeout(() => this.#flush(), this.#untilFlushMs())
  }

  /** After a quiet time a change goes out almost at once; from then on they are gathered. */
  #untilFlushMs(): number {
    const { clock, intervalMs } = this.#options
    const gatherMs = Math.max(intervalMs, Math.min(MAX_INTERVAL_MS, this.#flushTookMs / FLUSH_SHARE))
    return Math.min(gatherMs, Math.max(SETTLE_MS, this.#flushedMs + gatherMs - clock.monotonicMs()))
  }

  #flush(): void {
    this.#flushTimer = undefined
    this.#flushedMs = this.#options.clock.monotonicMs()
    const sequence = this.#sequence++
    for (const feed of this.#feeds.values()) {
      if (!feed.hasChanges) continue
      const frame = feed.changesFrame(sequence)
      for (const client of feed.clients) {
        const bytes = client.offer(frame, sequence)
        this.bytesSent += bytes
        if (bytes > 0) this.framesSent++
        else this.thinned++
      }
      feed.forgetChanges()
    }
    this.#flushTookMs = this.#options.clock.monotonicMs() - this.#flushedMs
  }

  /** A sign of life, and the end of those who take nothing. */
  #beat(): void {
    for (const feed of this.#feeds.values()) {
      for (const client of [...feed.clients]) {
        if (client.stalledMs() >= this.#options.frozenMs) {
          this.frozen++
          client.destroy()
          this.disconnect(client)
        } else client.beat()
      }
    }
  }

  #noteModel(): void {
    this.#modelChanged = true
    this.#modelTimer ??= setTimeout(() => void this.#lookAtModel(), MODEL_SETTLE_MS)
  }

  /** Feed by feed, with room for others between them; where that takes long it is done more rarely. */
  async #lookAtModel(): Promise<void> {
    this.#modelChanged = false
    const { clock } = this.#options
    const begun = clock.monotonicMs()
    for (const feed of [...this.#feeds.values()]) {
      if (this.#feeds.get(feed.selection.key) === feed) this.#lookAgain(feed)
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#modelTimer = undefined
    const tookMs = clock.monotonicMs() - begun
    if (this.#modelChanged && this.#clients > 0) this.#modelTimer = setTimeout(() => void this.#lookAtModel(), MODEL_SETTLE_MS + 5 * tookMs)
  }

  /** Signals came, went or were renamed: clients of the feed are told, and see all values again. */
  #lookAgain(feed: LiveFeed): void {
    const signals = feed.selection.signals()
    if (feed.isSame(signals)) return
    this.#unwatch(feed)
    feed.replace(signals, ++this.#sequence)
    this.#watch(feed)
    for (const client of feed.clients) client.restart()
  }

  #feedOf(selection: Selection): LiveFeed {
    const known = this.#feeds.get(selection.key)
    if (known !== undefined) return known
    const feed = new LiveFeed(selection, this.#options.live, this.#options.run, ++this.#sequence)
    this.#feeds.set(selection.key, feed)
    this.#watch(feed)
    return feed
  }

  #drop(feed: LiveFeed): void {
    this.#unwatch(feed)
    this.#feeds.delete(feed.selection.key)
  }

  #watch(feed: LiveFeed): void {
    for (const [index, { signal }] of feed.signals.entries()) {
      const watchers = this.#watchers.get(signal.series)
      if (watchers === undefined) this.#watchers.set(signal.series, [{ feed, index }])
      else watchers.push({ feed, index })
      this.#setWatched(signal.series, 1)
    }
  }

  #unwatch(feed: LiveFeed): void {
    for (const { signal } of feed.signals) {
      const others = (this.#watchers.get(signal.series) ?? []).filter((watcher) => watcher.feed !== feed)
      if (others.length > 0) {
        this.#watchers.set(signal.series, others)
        continue
      }
      this.#watchers.delete(signal.series)
      this.#setWatched(signal.series, 0)
    }
  }

  #setWatched(series: SeriesId, bit: 0 | 1): void {
    if (series >= this.#watched.length) {
      const bigger = new Uint8Array(Math.max(1024, 2 ** Math.ceil(Math.log2(series + 1))))
      bigger.set(this.#watched)
      this.#watched = bigger
    }
    this.#watched[series] = bit
  }
}

