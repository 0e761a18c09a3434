import { parentPort, workerData } from 'node:worker_threads'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import type { JournalReader } from '../../journal/journal.ts'
import type { SharedHead, SharedJournal } from '../../journal/segments/shared-head.ts'
import { saveCompiledCode } from '../../kernel/compiled-code.ts'
import { messageOf } from '../../kernel/error.ts'
import { bytesToSkip, followJournal } from '../follow-journal.ts'
import { SELF_LEARNED } from './asset-slot.ts'
import type { WatchMessage, WatchOrder } from './stream-messages.ts'
import { StreamWatch } from './stream-watch.ts'
import { readWatchState, writeWatchState } from './watch-state-file.ts'

/** What the thread is started with. */
export interface WatchThreadData {
  readonly file: string
  readonly alarmsPerWeek: number
  readonly maxAssets: number
  readonly saveSeconds: number
  /** Journal bytes that the watches may lag; beyond it the oldest are skipped, and told. */
  readonly maxLagBytes: number
}

/** Journal read in one go: some tens of thousands of samples, a tenth of a second; orders are heard between two. */
const PASS_BYTES = 1024 * 1024
/** How long samples gather before they are read, so that a quiet plant costs little. */
const GATHER_MS = 500
/** How long a save waits for news to be durable. */
const KEEP_MS = 2_000
/** Saving takes at most this part of the time. */
const SAVE_SHARE = 0.05

const port = parentPort
if (port === null) throw new Error('BUG: watch-thread.ts runs in a worker thread only')
const say = (message: WatchMessage) => port.postMessage(message)
// Our own main thread wrote it.
const data = workerData as WatchThreadData
const stop = new AbortController()
/** News that were told, and how many of them are durable: no state is saved before the news that it has behind it. */
let [told, kept] = [0, 0]
let keptMore: (() => void) | undefined
const watch = new StreamWatch({
  alarmsPerWeek: data.alarmsPerWeek,
  maxAssets: data.maxAssets,
  onNews: (news) => {
    told++
    say({ type: 'news', news })
  },
  onReplaced: (asset, model, state) => say({ type: 'replaced', asset, model, state }),
  onMissedPast: (asset) => say({ type: 'missedPast', asset }),
})
const saved = await readWatchState(data.file)
let position = saved?.position ?? 0
let savedPosition = position
let running: Promise<void> | undefined
let catalogueCame: (() => void) | undefined
/** A change of models is saved at once, not at the next turn. */
let isSaveDue = false
if (saved !== undefined) {
  try {
    watch.restore(saved.slots)
  } catch (thrown) {
    // Of an older version, or damaged in spite of its checksum: what the journal still holds is learned anew.
    position = 0
    savedPosition = 0
    for (const { asset } of saved.slots) watch.forget(asset)
    say({ type: 'forgotten', assets: saved.slots.filter(({ champion }) => champion.model === SELF_LEARNED).map(({ asset }) => asset) })
    say({ type: 'trouble', message: `what was learned cannot be read (${messageOf(thrown)}); it is learned anew` })
  }
}
port.on('message', (order: WatchOrder) => {
  // An order that cannot be carried out (a model whose state is damaged) never ends the stream.
  obey(order).catch((thrown: unknown) => say({ type: 'trouble', message: messageOf(thrown) }))
})
say({ type: 'ready', position })
saveCompiledCode()

async function obey(order: WatchOrder): Promise<void> {
  switch (order.type) {
    case 'follow':
      running = run(order.journal)
      return
    case 'catalogue':
      if (order.isWhole) watch.setCatalogue(order.assets)
      else watch.addAssets(order.assets)
      if (!order.isWhole) catalogueCame?.()
      return
    case 'teach':
      return watch.teach(order.asset, order.ranges)
    case 'install':
      isSaveDue = true
      if (watch.slot(order.asset)?.install(order.role, order.model, order.state) !== true) say({ type: 'trouble', message: `model ${order.model} does not fit asset ${order.asset} and is not used` })
      return
    case 'learned':
      isSaveDue = watch.slot(order.asset)?.learned(order.state) === true || isSaveDue
      return
    case 'promote':
      isSaveDue = true
      watch.slot(order.asset)?.promote(order.model)
      return
    case 'drop':
      watch.slot(order.asset)?.dropShadow()
      return
    case 'kill':
      watch.kill(order.all, order.assets)
      return say({ type: 'killed' })
    case 'kept':
      kept = order.count
      return keptMore?.()
    case 'status':
      return say({ type: 'status', id: order.id, status: watch.status(position) })
    case 'champion':
      return say({ type: 'champion', id: order.id, champion: watch.slot(order.asset)?.save().champion })
    case 'scores':
      return say({ type: 'scores', id: order.id, scores: watch.scores(order.asset) })
    case 'stop':
      stop.abort()
      await running
      port?.close()
  }
}

function run(journal: SharedJournal): Promise<void> {
  return followJournal(journal, {
    signal: stop.signal,
    gatherMs: GATHER_MS,
    saveMs: data.saveSeconds * 1_000,
    position: () => position,
    pass,
    isSaveDue: () => isSaveDue,
    save,
    onTrouble: (message) => say({ type: 'trouble', message }),
    unsaved: 'the watches could not be saved',
  })
}

/** Takes one stretch of the journal; true when there was nothing. */
async function pass(reader: JournalReader, head: SharedHead): Promise<boolean> {
  const bytes = bytesToSkip(head, position, data.maxLagBytes)
  if (bytes > 0) {
    say({ type: 'skipped', position, bytes })
    position += bytes
  }
  const { records, next, skipped } = await reader.read(position, PASS_BYTES)
  if (skipped > 0) say({ type: 'skipped', position, bytes: skipped })
  for (const { entry } of records) {
    if (entry.kind !== 'samples') continue
    if (!watch.knows(entry.batch)) {
      await newCatalogue(watch.unknown(entry.batch))
      watch.ignore(entry.batch)
    }
    watch.take(entry.batch)
  }
  position = next
  return records.length === 0
}

/** Signals are made known before their samples are in the journal: the stream waits for the list, so that it means the same at every run. */
function newCatalogue(series: readonly SeriesId[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      catalogueCame = undefined
      stop.signal.removeEventListener('abort', done)
      resolve()
    }
    catalogueCame = done
    stop.signal.addEventListener('abort', done, { once: true })
    say({ type: 'needCatalogue', series })
  })
}

/** Saves watches and position together; answers how long to wait until the next time. */
async function save(): Promise<number> {
  const begunMs = performance.now()
  if (isSaveDue || position !== savedPosition) {
    isSaveDue = false
    const slots = watch.save()
    const at = position
    if (!(await newsAreKept(told))) return data.saveSeconds * 1_000
    const bytes = await writeWatchState(data.file, { position: at, slots })
    savedPosition = at
    say({ type: 'saved', position: at, assets: slots.length, bytes })
  }
  return Math.max(data.saveSeconds * 1_000, (performance.now() - begunMs) / SAVE_SHARE)
}

/** Settles with true once so many news are durable, with false when that takes too long: then it is tried again later. */
function newsAreKept(count: number): Promise<boolean> {
  if (kept >= count) return Promise.resolve(true)
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), KEEP_MS)
    const done = (isKept: boolean) => {
      clearTimeout(timer)
      keptMore = undefined
      resolve(isKept)
    }
    keptMore = () => kept >= count && done(true)
  })
}
