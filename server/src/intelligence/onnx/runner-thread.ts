import { parentPort, workerData } from 'node:worker_threads'
import type { JournalReader } from '../../journal/journal.ts'
import type { SharedHead, SharedJournal } from '../../journal/segments/shared-head.ts'
import { messageOf } from '../../kernel/error.ts'
import { bytesToSkip, followJournal } from '../follow-journal.ts'
import { ModelRunner } from './model-runner.ts'
import type { RunnerMessage, RunnerOrder } from './runner-messages.ts'
import { readRunnerState, writeRunnerState } from './runner-state-file.ts'

/** What the thread is started with. */
export interface RunnerThreadData {
  readonly file: string
  readonly saveSeconds: number
  /** Journal bytes that models may lag; beyond it the oldest are skipped, and told. */
  readonly maxLagBytes: number
  readonly maxMegabytes: number
  readonly providers: readonly string[]
  readonly driftHours: number
  /** Whether it goes on from its saved place; else, or without one, it begins with what comes after `begin`. */
  readonly resumes: boolean
  /** Place in the journal. */
  readonly begin: number
}

const PASS_BYTES = 1024 * 1024
/** How long samples gather before they are read. */
const GATHER_MS = 200
/** Time that one model may take in a turn: of live data, and while it catches up. */
const [LIVE_BUDGET_MS, BACKLOG_BUDGET_MS] = [2_000, 20_000]
const KEEP_MS = 5_000
/** A process of low priority may have to wait for a computer that is busy. */
const SLACK_MS = 5_000

const port = parentPort
if (port === null) throw new Error('BUG: runner-thread.ts runs in a worker thread only')
const say = (message: RunnerMessage) => port.postMessage(message)
// Our own main thread wrote it.
const data = workerData as RunnerThreadData
const stop = new AbortController()
/** Rests are shown as times of the day: by the clock of the day. */
const nowMs = () => Date.now()
const runner = new ModelRunner({ ...data, slackMs: SLACK_MS, nowMs, onRests: (model, reason, untilMs) => say({ type: 'rests', model, reason, untilMs }) })
const saved = await readRunnerState(data.file)
let position = (data.resumes ? saved?.position : undefined) ?? data.begin
let savedPosition = -1
let isSaveDue = false
let [told, kept] = [0, 0]
let keptMore: (() => void) | undefined
let running: Promise<void> | undefined
/** An order to follow other models waits for the end of a turn. */
let waiting: Extract<RunnerOrder, { type: 'follow' }> | undefined

port.on('message', (order: RunnerOrder) => {
  obey(order).catch((thrown: unknown) => say({ type: 'trouble', message: messageOf(thrown) }))
})
say({ type: 'ready' })

async function obey(order: RunnerOrder): Promise<void> {
  switch (order.type) {
    case 'journal':
      running ??= run(order.journal)
      return
    case 'follow':
      if (waiting !== undefined) say({ type: 'following', id: waiting.id })
      waiting = order
      if (running === undefined) follow()
      return
    case 'kept':
      kept = order.count
      return keptMore?.()
    case 'status':
      return say({ type: 'status', id: order.id, status: runner.status(position) })
    case 'stop':
      stop.abort()
      await running
      runner.end()
      port?.close()
  }
}

function follow(): void {
  if (waiting === undefined) return
  const { id, models } = waiting
  waiting = undefined
  isSaveDue = true
  for (const trouble of runner.follow(models, saved?.models)) say({ type: 'trouble', message: trouble })
  say({ type: 'following', id })
}

function run(journal: SharedJournal): Promise<void> {
  return followJournal(journal, {
    signal: stop.signal,
    gatherMs: GATHER_MS,
    saveMs: data.saveSeconds * 1_000,
    position: () => position,
    pass,
    isSaveDue: () => isSaveDue,
    save: async () => {
      await save()
      return data.saveSeconds * 1_000
    },
    onTrouble: (message) => say({ type: 'trouble', message }),
    unsaved: 'the state of models could not be saved',
  })
}

/** Takes one stretch of the journal and calls the models; true when there was nothing. */
async function pass(reader: JournalReader, head: SharedHead): Promise<boolean> {
  follow()
  const lag = head.head - position
  const bytes = bytesToSkip(head, position, data.maxLagBytes)
  if (bytes > 0) {
    say({ type: 'skipped', bytes })
    position += bytes
  }
  const { records, next, skipped } = await reader.read(position, PASS_BYTES)
  if (skipped > 0) say({ type: 'skipped', bytes: skipped })
  for (const { entry } of records) if (entry.kind === 'samples') runner.take(entry.batch)
  if (records.length === 0) for (const model of runner.models) model.advance(nowMs())
  await runner.pump(lag > PASS_BYTES ? BACKLOG_BUDGET_MS : LIVE_BUDGET_MS)
  hand()
  position = next
  return records.length === 0
}

/** Hands out what models said since the last time. */
function hand(): void {
  const drained = [...runner.models].map((model) => model.drain())
  const outputs = drained.flatMap((one) => one.outputs ?? [])
  const news = drained.flatMap((one) => one.news)
  if (outputs.length === 0 && news.length === 0) return
  told++
  say({ type: 'results', outputs, news })
}

/** Saves models and position together, once all results before it are durable. */
async function save(): Promise<void> {
  if (!isSaveDue && position === savedPosition) return
  for (const model of runner.models) for (const { input, part } of model.driftNews()) say({ type: 'drift', model: model.followed.id, input, part })
  const models = new Map([...runner.models].map((model) => [model.followed.id, model.save()]))
  if (!(await resultsAreKept(told))) return
  isSaveDue = false
  await writeRunnerState(data.file, { position, models })
  savedPosition = position
  say({ type: 'saved', position })
}

function resultsAreKept(count: number): Promise<boolean> {
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
