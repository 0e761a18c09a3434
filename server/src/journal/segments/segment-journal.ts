import type { Clock } from '../../kernel/clock.ts'
import { messageOf, systemCode } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import type { AppendOutcome, BlockReason, Journal, JournalEntry, JournalPosition, JournalStatus } from '../journal.ts'
import type { JournalSettings } from '../settings.ts'
import { align8 } from './aligned-memory.ts'
import { Consumers } from './consumers.ts'
import { nodeFileSystem, type FileSystem } from './file-system.ts'
import { Group } from './group.ts'
import { Quarantine } from './quarantine.ts'
import { recover } from './recovery.ts'
import { segmentName } from './segment-file.ts'
import { SegmentList } from './segment-list.ts'
import { ignoreFailure, SegmentWriter } from './segment-writer.ts'
import { SharedHead, type SharedJournal } from './shared-head.ts'
import { SpaceGuard } from './space-guard.ts'

export interface SegmentJournalOptions {
  readonly dir: string
  readonly settings: JournalSettings
  readonly clock: Clock
  readonly log: Log
  readonly fileSystem?: FileSystem
  /** Positions up to this are never given again: what a consumer has saved elsewhere, should the journal's folder be lost. */
  readonly startBeyond?: JournalPosition
}

/** The journal in segment files, with what readers in other threads need. */
export interface SegmentJournal extends Journal {
  readonly shared: SharedJournal
}

/** How often positions of consumers are saved at most; a position that is lost only keeps segments longer. */
const SAVE_POSITIONS_MS = 1000

/** Sources are paused when the queue is fuller than this, before anything has to be refused. */
const PAUSE_AT = 0.75

/**
 * Opens the journal of a folder, which nobody else may have open. Neither damage nor a full disk stops it (it is `blocked`
 * then); rejects with the system's error when the folder cannot be made or read, or the disk fails under the end of the log.
 */
export async function openSegmentJournal(options: SegmentJournalOptions): Promise<SegmentJournal> {
  const { dir, log, settings } = options
  const fileSystem = options.fileSystem ?? nodeFileSystem
  await fileSystem.makeFolder(dir)
  const quarantine = new Quarantine({ fileSystem, dir, log })
  await quarantine.open()
  const consumers = new Consumers(fileSystem, dir)
  const { head: knownDurable, damaged } = await consumers.load()
  if (damaged) await quarantine.setAside(consumers.file, 'its checksum is wrong; consumers are known again when they next report', 'move')
  const segments = await recover({ fileSystem, dir, log, quarantine, knownDurable, verifyBytes: settings.verifyBytes })
  const end = segments.at(-1)?.end ?? 0
  const start = align8(Math.max(end, knownDurable, options.startBeyond ?? 0, ...consumers.positions.values()))
  const journal = new Segments({ ...options, fileSystem, quarantine, consumers, list: new SegmentList(fileSystem, dir, segments), end, start })
  await journal.begin()
  return journal
}

interface Parts extends SegmentJournalOptions {
  readonly fileSystem: FileSystem
  readonly quarantine: Quarantine
  readonly consumers: Consumers
  readonly list: SegmentList
  /** Behind the last record that was recovered. */
  readonly end: number
  /** Where the first new segment begins. */
  readonly start: number
}

class Segments implements SegmentJournal {
  readonly shared: SharedJournal
  readonly #parts: Parts
  readonly #head = new SharedHead()
  readonly #listeners = new Set<(blocked: BlockReason | undefined) => void>()
  #filling: Group
  #spare: Group
  #writer: SegmentWriter | undefined
  #previousEnd: number
  #nextFirst: number
  /** Settles when nothing is on its way to the disk. */
  #running: Promise<void> | undefined
  #trouble: { readonly reason: 'disk' | 'failed'; readonly message: string } | undefined
  #queueFull = false
  #blocked: BlockReason | undefined
  #closed = false
  #syncs = 0
  #lastSyncMs = 0
  readonly #space: SpaceGuard
  /** Size of the largest group that found no room: the journal opens again when it would fit. */
  #refusedBytes = 0
  #positionsDirty = false
  #damagesSeen = 0
  #timer: NodeJS.Timeout | undefined
  /** Settles when the upkeep that is under way is done. */
  #upkeep: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#space = new SpaceGuard(parts)
    this.#previousEnd = parts.end
    this.#nextFirst = parts.start
    const half = Math.floor(parts.settings.queueBytes / 16) * 8
    this.#filling = new Group(half)
    this.#spare = new Group(half)
    this.shared = { dir: parts.dir, head: this.#head.memory }
  }

  /** Called once, before anything else. */
  async begin(): Promise<void> {
    this.#head.publish(this.#nextFirst)
    try {
      await this.#checkSpace(0)
      if (this.#trouble === undefined) await this.#beginSegment()
    } catch (failure) {
      this.#setTrouble(failure)
    }
    this.#timer = setInterval(() => this.#keepUp(), Math.min(this.#parts.settings.probeMs, SAVE_POSITIONS_MS))
    this.#timer.unref()
  }

  append(entry: JournalEntry): Promise<AppendOutcome> {
    if (this.#closed) return Promise.resolve({ status: 'failed', message: 'the journal is closed' })
    if (this.#trouble !== undefined) return Promise.resolve(this.#refusal(this.#trouble))
    const group = this.#filling
    const settled = group.add(entry)
    if (settled === undefined) {
      if (group.isEmpty) {
        return Promise.resolve({ status: 'failed', message: `an entry is larger than half of journal.queueBytes, ${group.maxBytes} bytes` })
      }
      this.#setQueueFull(true)
      return Promise.resolve({ status: 'full', reason: 'queue' })
    }
    if (group.sizeBytes > group.maxBytes * PAUSE_AT) this.#setQueueFull(true)
    this.#running ??= this.#commitAll()
    return settled
  }

  get blocked(): BlockReason | undefined {
    return this.#blocked
  }

  onBlocked(listener: (blocked: BlockReason | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get head(): JournalPosition {
    return this.#head.head
  }

  release(consumer: string, position: JournalPosition): void {
    const isNew = this.#parts.consumers.set(consumer, position)
    this.#positionsDirty = true
    if (isNew) this.#keepUp()
  }

  forget(consumer: string): void {
    this.#parts.consumers.delete(consumer)
    this.#positionsDirty = true
  }

  status(): JournalStatus {
    const { consumers, list, quarantine } = this.#parts
    this.#noteDamage()
    const head = this.head
    return {
      head,
      tail: list.tail ?? head,
      sizeBytes: list.sizeBytes + this.#currentBytes,
      segments: list.count + (this.#writer === undefined ? 0 : 1),
      syncs: this.#syncs,
      lastSyncMs: this.#lastSyncMs,
      consumers: [...consumers.positions].map(([name, position]) => ({ name, position, lagBytes: Math.max(0, head - position) })),
      quarantined: quarantine.files,
      blocked: this.#blocked,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    await this.#running
    await this.#upkeep
    if (this.#writer !== undefined) await ignoreFailure(this.#writer.finish())
    await ignoreFailure(this.#parts.consumers.save(this.head))
  }

  get #currentBytes(): number {
    return this.#writer === undefined ? 0 : this.#writer.end - this.#writer.first
  }

  /** Commits until nothing is left. One sync is on its way at a time; whatever arrives meanwhile rides the next one. */
  async #commitAll(): Promise<void> {
    const { commitDelayMs } = this.#parts.settings
    while (!this.#filling.isEmpty) {
      // An immediate lets all that this turn of the event loop brings ride along.
      await new Promise<void>((resume) => (commitDelayMs > 0 ? setTimeout(resume, commitDelayMs) : setImmediate(resume)))
      const group = this.#filling
      this.#filling = this.#spare
      this.#spare = group
      this.#setQueueFull(false)
      await this.#commit(group)
    }
    this.#running = undefined
  }

  /** Never rejects: every entry of the group learns what became of it. */
  async #commit(group: Group): Promise<void> {
    try {
      if (this.#trouble === undefined) await this.#checkSpace(group.sizeBytes)
      if (this.#trouble !== undefined) return group.settleRefused(this.#refusal(this.#trouble))
      const writer = await this.#writerFor(group.sizeBytes)
      const position = writer.end
      const bytes = group.seal(position, this.#durableEnd)
      const startedMs = this.#parts.clock.monotonicMs()
      await writer.append(bytes)
      this.#lastSyncMs = this.#parts.clock.monotonicMs() - startedMs
      this.#syncs++
      this.#space.wrote(bytes.length)
      this.#head.publish(writer.end)
      group.settleDurable(position)
    } catch (failure) {
      this.#refusedBytes = group.sizeBytes
      this.#space.forget()
      await this.#abandon()
      this.#setTrouble(failure)
      if (this.#trouble !== undefined) group.settleRefused(this.#refusal(this.#trouble))
    }
  }

  /** Up to here all was synced: goes into each record, so that recovery can tell damage from a torn tail. */
  get #durableEnd(): number {
    return this.#writer?.hasRecords === true ? this.#writer.end : this.#previousEnd
  }

  async #writerFor(sizeBytes: number): Promise<SegmentWriter> {
    const writer = this.#writer
    if (writer !== undefined && (!writer.hasRecords || this.#currentBytes + sizeBytes <= this.#parts.settings.segmentBytes)) return writer
    if (writer === undefined) return await this.#beginSegment()
    this.#leave(writer)
    // At once, because machines wait and each of them syncs: the header of the next segment says where this one ended, should its end not be cut off.
    const [finished, begun] = await Promise.allSettled([writer.finish(), this.#beginSegment()])
    if (finished.status === 'rejected') throw finished.reason
    if (begun.status === 'rejected') throw begun.reason
    return begun.value
  }

  async #beginSegment(): Promise<SegmentWriter> {
    const { fileSystem, dir, settings } = this.#parts
    const place = { first: this.#nextFirst, previousEnd: this.#previousEnd }
    const writer = await SegmentWriter.begin(fileSystem, dir, place, settings.segmentBytes)
    this.#writer = writer
    this.#head.segmentsChanged()
    return writer
  }

  /** The current segment is over: the next one begins behind its last durable record. */
  #leave(writer: SegmentWriter): void {
    this.#writer = undefined
    if (!writer.hasRecords) return
    this.#parts.list.add({ first: writer.first, end: writer.end })
    this.#previousEnd = writer.end
    this.#nextFirst = writer.end
  }

  async #abandon(): Promise<void> {
    const writer = this.#writer
    if (writer === undefined) return
    this.#leave(writer)
    await writer.abandon()
  }

  #refusal(trouble: { readonly reason: 'disk' | 'failed'; readonly message: string }): AppendOutcome {
    return trouble.reason === 'disk' ? { status: 'full', reason: 'disk' } : { status: 'failed', message: trouble.message }
  }

  #setTrouble(failure: unknown): void {
    const code = systemCode(failure)
    const reason = code === 'ENOSPC' || code === 'EDQUOT' ? 'disk' : 'failed'
    this.#parts.log.error({ reason, error: messageOf(failure) }, 'the journal takes nothing more: writing failed')
    this.#trouble = { reason, message: messageOf(failure) }
    this.#tellBlocked()
  }

  #setQueueFull(full: boolean): void {
    if (full === this.#queueFull) return
    this.#queueFull = full
    this.#tellBlocked()
  }

  #tellBlocked(): void {
    const blocked = this.#trouble?.reason ?? (this.#queueFull ? 'queue' : undefined)
    if (blocked === this.#blocked) return
    this.#blocked = blocked
    for (const listener of this.#listeners) listener(blocked)
  }

  /** Blocks when `needed` bytes would be too many; history that nobody waits for is given up first. */
  async #checkSpace(needed: number): Promise<void> {
    let shortage = await this.#shortage(needed)
    if (shortage !== undefined && (await this.#giveUpReserve())) shortage = await this.#shortage(needed)
    if (shortage === undefined) return
    this.#parts.log.error({ reason: 'disk', error: shortage }, 'the journal takes nothing more: space is short')
    this.#trouble = { reason: 'disk', message: shortage }
    this.#refusedBytes = needed
    this.#space.forget()
    this.#tellBlocked()
  }

  #shortage(needed: number): Promise<string | undefined> {
    return this.#space.shortage(this.#parts.list.sizeBytes + this.#currentBytes, needed)
  }

  async #giveUpReserve(): Promise<boolean> {
    const { list, consumers } = this.#parts
    const removed = await list.removeBefore(consumers.slowest, 0)
    if (removed) this.#head.segmentsChanged()
    return removed
  }

  /** Once per second or so: saves positions, removes what nobody needs, and tries a disk that was full or had failed. */
  #keepUp(): void {
    if (!this.#closed) this.#upkeep ??= this.#upkeepOnce()
  }

  async #upkeepOnce(): Promise<void> {
    try {
      await this.#savePositions()
      await this.#cleanUp()
      if (this.#trouble !== undefined) await this.#probe()
    } catch (failure) {
      this.#parts.log.debug({ error: messageOf(failure) }, 'upkeep of the journal failed and will be tried again')
    }
    this.#upkeep = undefined
  }

  async #savePositions(): Promise<void> {
    if (!this.#positionsDirty || this.#trouble !== undefined) return
    this.#positionsDirty = false
    try {
      await this.#parts.consumers.save(this.head)
    } catch (failure) {
      this.#positionsDirty = true
      throw failure
    }
  }

  async #cleanUp(): Promise<void> {
    const { list, consumers, settings } = this.#parts
    if (await list.removeBefore(consumers.slowest, settings.reserveBytes)) this.#head.segmentsChanged()
    this.#noteDamage()
  }

  /** The disk counts as well again when a new segment is on it: the one before it stays abandoned. */
  async #probe(): Promise<void> {
    if (this.#running !== undefined) await this.#running
    await this.#giveUpReserve()
    this.#space.forget()
    if (this.#closed || (await this.#shortage(this.#refusedBytes)) !== undefined) return
    if (this.#writer === undefined) await this.#beginSegment()
    this.#trouble = undefined
    this.#refusedBytes = 0
    this.#parts.log.warn('the journal takes entries again')
    this.#tellBlocked()
  }

  #noteDamage(): void {
    const { count, position } = this.#head.damage
    if (count === this.#damagesSeen) return
    this.#damagesSeen = count
    const segment = this.#parts.list.holding(position) ?? this.#writer?.first
    if (segment !== undefined) this.#parts.quarantine.note(segmentName(segment), `damage was met while reading at position ${position}`)
  }
}
