import { parentPort, workerData } from 'node:worker_threads'
import type { SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import type { JournalReader } from '../../journal/journal.ts'
import type { SharedHead, SharedJournal } from '../../journal/segments/shared-head.ts'
import { messageOf } from '../../kernel/error.ts'
import { pause } from '../../kernel/pause.ts'
import { bytesToSkip, followJournal } from '../follow-journal.ts'
import { waveRefusal } from './vibration-features.ts'
import type { AnalysisOrder, RecordingResult, VibrationMessage, VibrationOrder } from './vibration-messages.ts'
import { readVibrationState, writeVibrationState } from './vibration-state-file.ts'
import { analyse } from './wave-analysis.ts'
import { WaveStream } from './wave-stream.ts'

/** What the thread is started with. */
export interface VibrationThreadData {
  readonly file: string
  readonly saveSeconds: number
  /** Journal bytes that it may lag behind; beyond it the oldest are skipped, and told. */
  readonly maxLagBytes: number
}

const PASS_BYTES = 1024 * 1024
/** How long samples gather before they are read. */
const GATHER_MS = 250
/** Recordings are computed for so long before questions of people have their turn. */
const TURN_MS = 50

const port = parentPort
if (port === null) throw new Error('BUG: vibration-thread.ts runs in a worker thread only')
const say = (message: VibrationMessage) => port.postMessage(message)
// Our own main thread wrote it.
const data = workerData as VibrationThreadData
const stop = new AbortController()
const stream = new WaveStream()
const saved = await readVibrationState(data.file)
let position = saved?.position ?? 0
let savedPosition = -1
let running: Promise<void> | undefined
/** Wakes the stream with an answer that it waits for; with `undefined` when the thread stops. */
let answered: ((isKept: boolean | undefined) => void) | undefined

port.on('message', (order: VibrationOrder) => {
  obey(order).catch((thrown: unknown) => say({ type: 'trouble', message: messageOf(thrown) }))
})
say({ type: 'ready', series: saved === undefined ? [] : restored(saved.stream) })

/** The series that were followed; where what the stream knew cannot be read, it finds them again by itself. */
function restored(state: Uint8Array): SeriesId[] {
  try {
    return stream.restore(state)
  } catch (thrown) {
    say({ type: 'trouble', message: messageOf(thrown) })
    return []
  }
}

async function obey(order: VibrationOrder): Promise<void> {
  switch (order.type) {
    case 'follow':
      running ??= run(order.journal)
      return
    case 'points':
      stream.setPoints(order.points, order.gone)
      if (order.isAnswer) answered?.(true)
      return
    case 'kept':
      return answered?.(order.isKept)
    case 'analyse':
      return look(order.id, order.order)
    case 'stop':
      stop.abort()
      answered?.(undefined)
      await running
      port?.close()
  }
}

function look(id: number, order: AnalysisOrder): void {
  try {
    const refusal = waveRefusal(order.values, order.rateHz)
    say({ type: 'analysed', id, analysis: refusal === undefined ? analyse(order) : undefined, refusal })
  } catch (thrown) {
    say({ type: 'analysed', id, analysis: undefined, refusal: messageOf(thrown) })
  }
}

function run(journal: SharedJournal): Promise<void> {
  return followJournal(journal, {
    signal: stop.signal,
    gatherMs: GATHER_MS,
    saveMs: data.saveSeconds * 1_000,
    position: () => position,
    pass,
    isSaveDue: () => false,
    save: async () => {
      await save()
      return data.saveSeconds * 1_000
    },
    onTrouble: (message) => say({ type: 'trouble', message }),
    unsaved: 'the place of vibration in the journal could not be saved',
  })
}

/** Takes one stretch of the journal; true when there was nothing. The place moves on only when the results are durable, so that nothing is lost and no more than one stretch waits. */
async function pass(reader: JournalReader, head: SharedHead): Promise<boolean> {
  const bytes = bytesToSkip(head, position, data.maxLagBytes)
  if (bytes > 0) {
    say({ type: 'skipped', bytes })
    position += bytes
  }
  const { records, next, skipped } = await reader.read(position, PASS_BYTES)
  // At the very first start the journal's begin may be gone long since: that is nothing missed.
  if (skipped > 0 && position > 0) say({ type: 'skipped', bytes: skipped })
  const results: RecordingResult[] = []
  let turnEndsMs = performance.now() + TURN_MS
  for (const { entry } of records) {
    if (entry.kind !== 'samples') continue
    await learnPoints(entry.batch)
    for (const result of stream.take(entry.batch)) {
      results.push(result)
      if (performance.now() < turnEndsMs) continue
      await pause(0, stop.signal)
      turnEndsMs = performance.now() + TURN_MS
    }
    if (stop.signal.aborted) return false
  }
  if (results.length > 0 && !(await areKept(results))) return false
  position = next
  return records.length === 0
}

async function learnPoints(batch: SampleBatch): Promise<void> {
  if (batch.waveforms.length === 0) return
  const series: SeriesId[] = stream.unknown(batch)
  if (series.length > 0) await ask({ type: 'needPoints', series })
}

async function areKept(results: readonly RecordingResult[]): Promise<boolean> {
  const isKept = await ask({ type: 'results', results })
  if (isKept === false) throw new Error('what was computed of recordings could not be stored; it is computed again')
  return isKept === true
}

/** Says something and waits for the answer; undefined when the thread stops meanwhile. */
function ask(message: VibrationMessage): Promise<boolean | undefined> {
  if (stop.signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    answered = (isKept) => {
      answered = undefined
      resolve(isKept)
    }
    say(message)
  })
}

async function save(): Promise<void> {
  if (position === savedPosition) return
  await writeVibrationState(data.file, { position, stream: stream.save() })
  savedPosition = position
  say({ type: 'saved', position })
}
