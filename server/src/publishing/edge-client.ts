import { Worker } from 'node:worker_threads'
import type { SeriesId } from '@millwright/model/sample-batch.ts'
import { SharedHead } from '../journal/segments/shared-head.ts'
import { backoffMs, type BackoffPolicy } from '../kernel/backoff.ts'
import { endWorker } from '../kernel/end-worker.ts'
import type { Log } from '../kernel/log.ts'
import type { Plant } from '../plant/plant.ts'
import type { AssetModel } from '../plant/asset-model.ts'
import type { LiveValues } from '../plant/live-values.ts'
import { edgeDevices, type EdgeDevices } from './edge-devices.ts'
import type { EdgeThreadData, EdgeThreadOrder, EdgeThreadReport, PublisherEvent, PublisherStatus } from './edge-messages.ts'
import type { EdgeNodeSettings } from './settings.ts'
import { sampleNow, type SampleNow } from './signal-values.ts'

export interface EdgeClientParts {
  readonly name: string
  readonly settings: EdgeNodeSettings
  readonly file: string
  readonly plant: { readonly model: AssetModel; readonly live: LiveValues; readonly events: Pick<Plant['events'], 'record'> } & Pick<Plant, 'follow'>
  readonly log: Log
  readonly random: () => number
}

const RESTART: BackoffPolicy = { firstMs: 500, maxMs: 30_000, factor: 2 }
/** The plant's model settles for so long before a change of it is told. */
const MODEL_MS = 1_000
const CLOSE_MS = 2_500

/** An edge node in a thread of its own, so that nothing that it does holds up machines. It is started again when it dies, and goes on from its saved place. */
export class EdgeClient {
  readonly #parts: EdgeClientParts
  readonly #seat: ReturnType<Plant['follow']>
  /** Where the journal ended before the sources of this run could say anything. */
  readonly #from: number
  #worker: Worker | undefined
  #status: PublisherStatus | undefined
  #told = ''
  #failures = 0
  #isClosing = false
  #modelTimer: NodeJS.Timeout | undefined
  #stopListening: () => void = () => undefined
  /** How often the thread died. */
  restarts = 0

  constructor(parts: EdgeClientParts) {
    this.#parts = parts
    this.#seat = parts.plant.follow(consumerName(parts.name))
    this.#from = new SharedHead(this.#seat.journal.head).head
  }

  get name(): string {
    return this.#parts.name
  }

  get settings(): EdgeNodeSettings {
    return this.#parts.settings
  }

  /** As the thread last told it, at most a second old; undefined before the first time. */
  get status(): PublisherStatus | undefined {
    return this.#status
  }

  start(): void {
    this.#startThread()
    this.#stopListening = this.#parts.plant.model.onChange(() => {
      this.#modelTimer ??= setTimeout(() => {
        this.#modelTimer = undefined
        this.#tellDevices()
      }, MODEL_MS)
    })
  }

  /** Takes leave of the broker and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#stopListening()
    clearTimeout(this.#modelTimer)
    const worker = this.#worker
    if (worker === undefined) return
    await endWorker(worker, () => this.#order({ type: 'stop' }), CLOSE_MS)
  }

  #startThread(): void {
    const { name, settings, file, log, random } = this.#parts
    const workerData: EdgeThreadData = { name, settings, file, journal: this.#seat.journal, from: this.#from }
    const worker = new Worker(new URL('./edge-thread.ts', import.meta.url), { workerData, name: `publishing ${name}` })
    this.#worker = worker
    this.#told = ''
    let failure: Error | undefined
    worker.on('message', (report: EdgeThreadReport) => this.#take(report))
    worker.on('error', (error: Error) => {
      failure = error
    })
    worker.on('exit', (code) => {
      this.#worker = undefined
      if (this.#isClosing) return
      this.restarts++
      log.error({ err: failure, code }, 'the publishing thread ended and is started again')
      setTimeout(() => !this.#isClosing && this.#startThread(), backoffMs(RESTART, this.#failures++, random))
    })
  }

  #order(order: EdgeThreadOrder): void {
    this.#worker?.postMessage(order)
  }

  #take(report: EdgeThreadReport): void {
    switch (report.type) {
      case 'ready':
        return this.#tellDevices()
      case 'unknown':
        // Signals are in the model before their samples are in the journal.
        this.#tellDevices()
        return this.#order({ type: 'known', upTo: report.series })
      case 'status':
        if (report.status.state === 'online') this.#failures = 0
        this.#status = report.status
        return
      case 'saved':
        return this.#seat.release(report.position)
      case 'event':
        return this.#event(report.event)
    }
  }

  #event({ kind, data }: PublisherEvent): void {
    const { log, plant } = this.#parts
    if (kind === 'publishing.online') log.info(data, 'publishing is online')
    else log.warn(data, kind === 'publishing.offline' ? 'publishing is offline' : 'publishing gave up a part of the journal')
    void plant.events.record({ kind, path: null, data })
  }

  /** Tells the thread what is published, when that changed. */
  #tellDevices(): void {
    const { settings, plant } = this.#parts
    const chosen = edgeDevices(plant.model, settings)
    const text = JSON.stringify(chosen)
    if (text === this.#told) return
    this.#told = text
    this.#order({ type: 'devices', chosen, newest: this.#newest(chosen) })
  }

  #newest({ devices }: EdgeDevices): Map<SeriesId, SampleNow> {
    const newest = new Map<SeriesId, SampleNow>()
    for (const { signals } of devices) {
      for (const { series, kind } of signals) {
        const now = sampleNow(this.#parts.plant.live.get(series), kind)
        if (now !== undefined) newest.set(series, now)
      }
    }
    return newest
  }
}

/** Its name among the journal's consumers. */
export function consumerName(name: string): string {
  return `publishing-${name}`
}
