import { parentPort, workerData } from 'node:worker_threads'
import { openEmbeddedHistorian } from '../../historian/embedded/embedded-historian.ts'
import type { Historian } from '../../historian/historian.ts'
import type { HistorianSettings } from '../../historian/settings.ts'
import { openSegmentReader } from '../../journal/segments/segment-reader.ts'
import type { SharedJournal } from '../../journal/segments/shared-head.ts'
import { systemClock } from '../../kernel/clock.ts'
import { saveCompiledCode } from '../../kernel/compiled-code.ts'
import { messageOf, MillwrightError } from '../../kernel/error.ts'
import { createLog } from '../../kernel/log.ts'
import type { HistoryMessage, HistoryOrder, HistoryRequest } from './history-messages.ts'
import { JournalConsumer } from './journal-consumer.ts'

/** What the thread is started with. */
export interface HistoryThreadData {
  readonly dir: string
  readonly settings: HistorianSettings
  readonly gatherMs: number
  readonly logLevel: string
}

/** How long an answer waits for samples that were durable when it was asked for; beyond it, it is of what is stored. */
const CATCH_UP_MS = 1_000
/**
 * What is written is read by the next question, as long as history lags by no more journal bytes than this. Under heavy load answers
 * are of what is stored, about half a second old, rather than late.
 */
const WORTH_WAITING_BYTES = 1024 * 1024

const port = parentPort
if (port === null) throw new Error('BUG: history-thread.ts runs in a worker thread only')

function say(message: HistoryMessage): void {
  port?.postMessage(message)
}

// Our own main thread wrote it.
const data = workerData as HistoryThreadData
const log = createLog(data.logLevel).child({ part: 'history' })
const historian = await openEmbeddedHistorian({ dir: data.dir, settings: data.settings, clock: systemClock, log })
/** Calls under way, and what gives each of them up. */
const wanted = new Map<number, AbortController>()
let consumer: JournalConsumer | undefined
let running: Promise<void> | undefined

port.on('message', (message: HistoryOrder | HistoryRequest) => {
  if ('method' in message) void answer(message)
  else if (message.type === 'follow') follow(message.journal)
  else if (message.type === 'giveUp') wanted.get(message.id)?.abort()
  else void stop()
})
say({ type: 'ready', position: historian.position(), coldPosition: historian.coldPosition() })
saveCompiledCode()

function follow(journal: SharedJournal): void {
  consumer = new JournalConsumer({
    reader: openSegmentReader(journal),
    historian,
    gatherMs: data.gatherMs,
    random: Math.random,
    onProgress: (position, coldPosition) => say({ type: 'progress', position, coldPosition }),
    onGap: (position, skippedBytes) => say({ type: 'gap', position, skippedBytes }),
    onTrouble: (message) => say({ type: 'trouble', message }),
  })
  running = consumer.run()
}

async function stop(): Promise<void> {
  consumer?.stop()
  await running
  await historian.close()
  port?.close()
}

async function answer(request: HistoryRequest): Promise<void> {
  const giveUp = new AbortController()
  wanted.set(request.id, giveUp)
  try {
    if (request.after - historian.position() < WORTH_WAITING_BYTES) await consumer?.caughtUp(request.after, CATCH_UP_MS)
    say({ type: 'answer', id: request.id, result: await call(historian, request, giveUp.signal) })
  } catch (thrown) {
    if (!(thrown instanceof MillwrightError)) log.error({ err: thrown, method: request.method }, 'BUG: the historian threw something unexpected')
    const { code, detail } = thrown instanceof MillwrightError ? thrown : { code: 'INTERNAL', detail: {} }
    say({ type: 'failure', id: request.id, code, message: messageOf(thrown), detail })
  } finally {
    wanted.delete(request.id)
  }
}

function call(to: Historian, request: HistoryRequest, signal: AbortSignal): Promise<unknown> {
  switch (request.method) {
    case 'readSamples':
      return to.readSamples(request.args[0], request.args[1], signal)
    case 'readMany':
      return to.readMany(request.args[0], request.args[1], request.args[2], signal)
    case 'readWaveforms':
      return to.readWaveforms(request.args[0], request.args[1], signal)
    case 'readPlot':
      return to.readPlot(request.args[0], request.args[1], signal)
    case 'readAggregates':
      return to.readAggregates(request.args[0], request.args[1], request.args[2], signal)
    case 'readLast':
      return to.readLast(...request.args)
    case 'setCatalogue':
      return to.setCatalogue(...request.args)
    case 'sql':
      return to.sql(...request.args)
    case 'exportParquet':
      return to.exportParquet(...request.args)
    case 'compact':
      return to.compact()
    case 'applyRetention':
      return to.applyRetention(...request.args)
    case 'verify':
      return to.verify()
    case 'backup':
      return to.backup(...request.args)
    case 'status':
      return to.status()
  }
}
