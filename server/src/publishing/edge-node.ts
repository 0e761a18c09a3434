import type { SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import { EdgeSession, type EdgeMessage } from '@millwright/model/sparkplug/edge-session.ts'
import type { JournalReader } from '../journal/journal.ts'
import { backoffMs, DEFAULT_BACKOFF } from '../kernel/backoff.ts'
import type { Clock } from '../kernel/clock.ts'
import { messageOf } from '../kernel/error.ts'
import { pause } from '../kernel/pause.ts'
import type { Link, LinkEvents, LinkOptions } from './broker-link.ts'
import { DeliveredMarks } from './delivered-marks.ts'
import type { EdgeDevices } from './edge-devices.ts'
import type { PublisherEvent, PublisherStatus } from './edge-messages.ts'
import { NewSignals } from './new-signals.ts'
import type { PlaceFile, SavedPlace } from './saved-place.ts'
import type { EdgeNodeSettings } from './settings.ts'
import { SignalValues, type ChangesByDevice, type SampleNow } from './signal-values.ts'

export interface EdgeNodeParts {
  readonly name: string
  readonly settings: EdgeNodeSettings
  /** For what comes, and for what came while nobody could be told. */
  readonly readers: { readonly live: JournalReader; readonly past: JournalReader }
  /** Behind the last durable record. */
  head(): number
  readonly place: PlaceFile
  openLink(options: LinkOptions, events: LinkEvents): Promise<Link>
  readonly clock: Clock
  readonly random: () => number
  /** Asks which signals are published, because one came that was made after the last answer; `setDevices`, if it changes them, and `known` follow. */
  ask(series: SeriesId): void
  onSaved(position: number): void
  onEvent(event: PublisherEvent): void
}

/** Journal that is read in one go. */
const PASS_BYTES = 512 * 1024
/** Metrics of one message at most. */
const MAX_METRICS_PER_MESSAGE = 500
/** Between two questions whether the broker has all. */
const FENCE_MS = 500
const SAVE_MS = 5_000
/** Births because the plant's model changed come at most this often. */
const MODEL_BIRTH_MS = 5_000
/** With several brokers: how long the primary host may be away before the next one is tried. */
const HOST_WAIT_MS = 30_000

/** A stretch of the journal that is sent after the fact. */
interface Backlog {
  at: number
  readonly end: number
  readonly past: Map<SeriesId, SampleNow>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * One edge node of ours (Sparkplug 3.0, ch. 5): follows the journal, so that what a machine was acknowledged for is what is published, and a link that is gone
 * holds up nobody. All that the journal got since the last confirmed delivery goes out after a birth, flagged historical, beside the live changes.
 */
export class EdgeNode {
  readonly #parts: EdgeNodeParts
  readonly #session: EdgeSession
  readonly #marks: DeliveredMarks
  readonly #newSignals: NewSignals
  #values: SignalValues
  /** Those of a changed model, until the next birth. */
  #next: SignalValues | undefined
  /** From here on the journal may hold samples of signals that only `#next` knows. */
  #nextFrom = 0
  #chosen: EdgeDevices = { devices: [], metrics: 0, beyondLimit: 0, waveforms: 0 }
  #link: Link | undefined
  #attempt: Promise<void> | undefined
  #retryAtMs = 0
  #failures = 0
  #urlIndex = 0
  #tail: number
  #backlog: Backlog | undefined
  #backlogAllowance = 0
  #allowanceMs = 0
  /** Grows with each rewind: what was asked before confirms nothing. */
  #epoch = 0
  #unconfirmed = false
  #fencedMs = -Infinity
  #bornMs = -Infinity
  #upMs = 0
  #rewoundMs = -Infinity
  #savedMs = 0
  #lastSaved: SavedPlace | undefined
  #counts: Mutable<Pick<PublisherStatus, 'births' | 'rebirthsAsked' | 'linksLost' | 'messages' | 'live' | 'historical' | 'writesRefused' | 'skippedBytes' | 'lastSentUs'>> = {
    births: 0, rebirthsAsked: 0, linksLost: 0, messages: 0, live: 0, historical: 0, writesRefused: 0, skippedBytes: 0, lastSentUs: 0,
  }
  #state: { state: PublisherStatus['state']; sinceUs: number; error: string | undefined }
  #unchangedBefore = 0

  constructor(parts: EdgeNodeParts, saved: SavedPlace) {
    this.#parts = parts
    const { settings, clock } = parts
    const { group, node, primaryHost } = settings
    this.#session = new EdgeSession({ group, node, ...(primaryHost === undefined ? {} : { primaryHost }), lastBdSeq: saved.bdSeq })
    this.#tail = parts.head()
    // A place beyond the head: the journal was lost and began again.
    const position = saved.position > this.#tail ? 0 : saved.position
    this.#marks = new DeliveredMarks(position, settings.resendSeconds * 1_000)
    this.#newSignals = new NewSignals(clock, (series) => parts.ask(series))
    this.#values = new SignalValues([], 0, () => undefined)
    this.#state = { state: 'connecting', sinceUs: clock.nowUs(), error: undefined }
  }

  /** The published signals; `newest` holds the newest samples of those that are not known here yet. */
  setDevices(chosen: EdgeDevices, newest: (series: SeriesId) => SampleNow | undefined): void {
    this.#chosen = chosen
    const values = new SignalValues(chosen.devices, this.#parts.settings.deadbandPercent, (series) => (this.#next ?? this.#values).newest(series) ?? newest(series))
    if (this.#next === undefined) this.#nextFrom = this.#tail
    this.#next = values
    if (!this.#session.isBorn) this.#adopt()
  }

  /** All series up to this one are known. */
  known(upTo: SeriesId): void {
    this.#newSignals.known(upTo)
  }

  status(): PublisherStatus {
    const { urls } = this.#parts.settings
    const { devices, metrics, beyondLimit, waveforms } = this.#chosen
    return {
      ...this.#state, ...this.#counts,
      url: urls[this.#urlIndex] ?? '',
      bdSeq: this.#session.bdSeq,
      devices: devices.length, metrics, beyondLimit, waveforms,
      unchanged: this.#unchangedBefore + this.#values.unchanged,
      backlogBytes: this.#backlog === undefined ? 0 : this.#backlog.end - this.#backlog.at,
      lagBytes: Math.max(0, this.#parts.head() - this.#tail),
    }
  }

  /** Works until `stop` aborts; then takes leave of the broker and saves its place. Rejects only when the disk does. */
  async run(stop: AbortSignal): Promise<void> {
    const { readers, settings, clock } = this.#parts
    while (!stop.aborted) {
      const isAtHead = await this.#livePass(stop)
      const isBusy = await this.#backlogPass()
      this.#look(clock.monotonicMs(), stop)
      if (clock.monotonicMs() - this.#savedMs >= SAVE_MS) await this.#save()
      if (isAtHead && !isBusy) await readers.live.waitBeyond(this.#tail, AbortSignal.any([stop, AbortSignal.timeout(settings.publishMs)]))
      if (isAtHead) await pause(settings.publishMs, stop)
      else if (this.#link?.hasRoom === false) await pause(10, stop)
    }
    await this.#attempt
    const link = this.#link
    this.#link = undefined
    if (link !== undefined) await link.close(this.#session.death(this.#nowMs()))
    await this.#save()
  }

  /** Reads what came and tells it, if there is somebody to tell. True when there is no more. */
  async #livePass(stop: AbortSignal): Promise<boolean> {
    const { readers } = this.#parts
    if (this.#session.isBorn && this.#link?.hasRoom === false) return false
    this.#giveUpTooMuch()
    const { records, next, skipped } = await readers.live.read(this.#tail, PASS_BYTES)
    if (skipped > 0) this.#skipped(skipped, 'the journal was damaged')
    await this.#newSignals.learn(records, stop)
    for (const { entry } of records) if (entry.kind === 'samples') this.#liveBatch(entry.batch)
    // What is no news for the host counts as delivered, too.
    if (next > this.#tail && this.#session.isBorn) this.#unconfirmed = true
    this.#tail = next
    return records.length === 0
  }

  #liveBatch(batch: SampleBatch): void {
    this.#next?.live(batch)
    const changes = this.#values.live(batch)
    if (this.#session.isBorn) this.#counts.live += this.#tell(changes)
  }

  /** Sends a piece of the backlog, as fast as it may. True while more of it can be sent at once. */
  async #backlogPass(): Promise<boolean> {
    const { readers, settings, clock } = this.#parts
    const backlog = this.#backlog
    const nowMs = clock.monotonicMs()
    const perMs = settings.backlogPerSecond / 1_000
    this.#backlogAllowance = Math.min(settings.backlogPerSecond, this.#backlogAllowance + (nowMs - this.#allowanceMs) * perMs)
    this.#allowanceMs = nowMs
    if (backlog === undefined || !this.#session.isBorn || this.#link?.hasRoom !== true || this.#backlogAllowance <= 0) return false
    const { records, next, skipped } = await readers.past.read(backlog.at, PASS_BYTES)
    // Meanwhile the link may have gone, or another birth begun another stretch.
    if (this.#backlog !== backlog || !this.#session.isBorn) return true
    if (skipped > 0) this.#skipped(skipped, 'the journal was damaged')
    let told = 0
    for (const { entry, position } of records) {
      if (position < backlog.end && entry.kind === 'samples') told += this.#tell(this.#values.historical(entry.batch, backlog.past))
    }
    this.#counts.historical += told
    this.#backlogAllowance -= told
    backlog.at = next
    if (next >= backlog.end || records.length === 0) this.#backlog = undefined
    return this.#backlog !== undefined && this.#backlogAllowance > 0
  }

  /** What the time asks for: a link, births, a question whether all arrived. */
  #look(nowMs: number, stop: AbortSignal): void {
    const { settings } = this.#parts
    if (this.#next !== undefined && this.#session.isBorn && nowMs - this.#bornMs >= MODEL_BIRTH_MS) this.#beBorn('model')
    const link = this.#link
    if (link === undefined) {
      if (this.#attempt === undefined && nowMs >= this.#retryAtMs && !stop.aborted) this.#attempt = this.#connect().finally(() => (this.#attempt = undefined))
      return
    }
    if (!this.#session.isBorn && settings.urls.length > 1 && nowMs - this.#upMs >= HOST_WAIT_MS) this.#leave('the primary host is not online')
    if (!this.#unconfirmed || nowMs - this.#fencedMs < FENCE_MS) return
    this.#fencedMs = nowMs
    this.#unconfirmed = false
    const epoch = this.#epoch
    const position = Math.min(this.#backlog?.at ?? this.#tail, this.#next === undefined ? this.#tail : this.#nextFrom)
    link.fence(() => {
      if (epoch === this.#epoch) this.#marks.confirm(position, this.#parts.clock.monotonicMs())
    })
  }

  async #connect(): Promise<void> {
    const { name, settings, clock, openLink } = this.#parts
    const { willTopic, willPayload, subscriptions } = this.#session.connect(this.#nowMs())
    this.#setState('connecting', this.#state.error)
    try {
      // The number counts CONNECTs, also over a crash.
      await this.#save(true)
      const early: (() => void)[] = []
      let link: Link | undefined
      const onceOpen = (act: (open: Link) => void) => (link === undefined ? early.push(() => link !== undefined && act(link)) : act(link))
      link = await openLink(
        { url: settings.urls[this.#urlIndex] ?? '', clientId: settings.clientId ?? `mw-edge-${name}`, will: { topic: willTopic, payload: willPayload }, subscriptions, settings },
        { onMessage: (topic, payload) => void onceOpen((open) => open === this.#link && this.#received(topic, payload)), onLost: (reason) => void onceOpen((open) => open === this.#link && this.#lost(reason)) },
      )
      this.#link = link
      this.#upMs = clock.monotonicMs()
      this.#setState('waiting', undefined)
      this.#beBorn('connected')
      for (const act of early) act()
    } catch (thrown) {
      this.#down(messageOf(thrown))
    }
  }

  #received(topic: string, payload: Uint8Array): void {
    const order = this.#session.received(topic, payload)
    if (order.order === 'birth') {
      if (order.reason === 'rebirth') this.#counts.rebirthsAsked++
      this.#beBorn(order.reason)
    } else if (order.order === 'leave') this.#leave('the primary host went offline')
    else if (order.order === 'write') this.#counts.writesRefused += order.values.size
  }

  /** Births of all, with the newest values; what was sent to nobody, or to somebody who may have lost it, follows as history. */
  #beBorn(reason: 'connected' | 'host online' | 'rebirth' | 'model'): void {
    if (this.#link === undefined || !this.#session.mayBeBorn) return
    const nowMs = this.#nowMs()
    const atMs = this.#parts.clock.monotonicMs()
    const newFrom = this.#adopt()
    this.#publish(this.#session.nodeBirth([], nowMs))
    for (const { device, metrics } of this.#values.births(nowMs)) this.#publish(this.#session.deviceBirth(device, metrics, nowMs))
    this.#counts.births++
    this.#bornMs = atMs
    // Whoever asks for births may have missed data; but nobody can make us send the same again and again.
    const isDue = reason === 'rebirth' ? atMs - this.#rewoundMs >= Math.max(1_000, this.#parts.settings.resendSeconds * 1_000) : reason !== 'model'
    if (isDue) this.#rewind(atMs)
    else if (newFrom < this.#tail) this.#backlog = { at: Math.min(newFrom, this.#backlog?.at ?? newFrom), end: this.#tail, past: new Map() }
    if (this.#state.state === 'online') return
    this.#setState('online', undefined)
    this.#failures = 0
    this.#parts.onEvent({ kind: 'publishing.online', data: { ...this.#who(), bdSeq: this.#session.bdSeq, metrics: this.#values.metrics, backlogBytes: this.status().backlogBytes } })
  }

  #rewind(atMs: number): void {
    this.#epoch++
    this.#rewoundMs = atMs
    const at = this.#marks.rewind(atMs)
    this.#backlog = at < this.#tail ? { at, end: this.#tail, past: new Map() } : undefined
    this.#unconfirmed = true
  }

  /** Goes over to the signals of a changed model. Answers from where the journal may hold what the new ones said while nobody knew them. */
  #adopt(): number {
    const next = this.#next
    if (next === undefined) return this.#tail
    this.#next = undefined
    if (this.#session.isBorn) {
      const kept = new Set(next.devices.map(({ device }) => device))
      for (const { device } of this.#values.devices) if (!kept.has(device)) this.#publish(this.#session.deviceDeath(device, this.#nowMs()))
    }
    this.#unchangedBefore += this.#values.unchanged
    this.#values = next
    return this.#nextFrom
  }

  #tell(changes: ChangesByDevice): number {
    let told = 0
    for (const [index, list] of changes) {
      const { device } = this.#values.devices[index] as { device: string }
      for (let at = 0; at < list.length; at += MAX_METRICS_PER_MESSAGE) this.#publish(this.#session.data(device, list.slice(at, at + MAX_METRICS_PER_MESSAGE), this.#nowMs()))
      told += list.length
    }
    return told
  }

  #publish(message: EdgeMessage): void {
    this.#link?.publish(message)
    this.#counts.messages++
    this.#counts.lastSentUs = this.#parts.clock.nowUs()
    this.#unconfirmed = true
  }

  #leave(reason: string): void {
    const link = this.#link
    this.#link = undefined
    if (link !== undefined) void link.close(this.#session.death(this.#nowMs()))
    this.#down(reason)
  }

  #lost(reason: string): void {
    this.#link = undefined
    this.#down(reason)
  }

  #down(error: string): void {
    const { settings, clock, random, onEvent } = this.#parts
    const wasOnline = this.#state.state === 'online'
    this.#session.disconnected()
    this.#backlog = undefined
    this.#epoch++
    this.#marks.rewind(clock.monotonicMs())
    this.#retryAtMs = clock.monotonicMs() + backoffMs(DEFAULT_BACKOFF, this.#failures++, random)
    this.#setState('down', error)
    if (wasOnline) {
      this.#counts.linksLost++
      onEvent({ kind: 'publishing.offline', data: { ...this.#who(), reason: error } })
    }
    this.#urlIndex = (this.#urlIndex + 1) % settings.urls.length
  }

  /** Keeps no more of the journal than it may. */
  #giveUpTooMuch(): void {
    const { settings, head, clock } = this.#parts
    const most = settings.maxLagMegabytes * 1024 * 1024
    const saved = this.#marks.saved(clock.monotonicMs())
    if (head() - saved <= most) return
    const from = head() - Math.floor(most / 2)
    this.#marks.giveUp(from)
    this.#skipped(from - saved, `more than ${settings.maxLagMegabytes} MB wait (maxLagMegabytes)`)
    this.#tail = Math.max(this.#tail, from)
    if (this.#backlog !== undefined) this.#backlog.at = Math.max(this.#backlog.at, from)
  }

  #skipped(bytes: number, reason: string): void {
    this.#counts.skippedBytes += bytes
    this.#parts.onEvent({ kind: 'publishing.skipped', data: { ...this.#who(), bytes, reason } })
  }

  /** Writes the place down when it moved, or in any case. */
  async #save(always = false): Promise<void> {
    const { place, clock, onSaved } = this.#parts
    this.#savedMs = clock.monotonicMs()
    const now: SavedPlace = { bdSeq: this.#session.bdSeq, position: this.#marks.saved(this.#savedMs) }
    if (!always && this.#lastSaved?.position === now.position && this.#lastSaved.bdSeq === now.bdSeq) return
    await place.save(now)
    this.#lastSaved = now
    onSaved(now.position)
  }

  #setState(state: PublisherStatus['state'], error: string | undefined): void {
    this.#state = { state, sinceUs: this.#state.state === state ? this.#state.sinceUs : this.#parts.clock.nowUs(), error }
  }

  #who(): { name: string; node: string } {
    const { name, settings } = this.#parts
    return { name, node: `${settings.group}/${settings.node}` }
  }

  #nowMs(): number {
    return Math.floor(this.#parts.clock.nowUs() / 1_000)
  }
}
