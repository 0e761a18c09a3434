import { Status } from '@millwright/model/quality.ts'
import type { Clock } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/error.ts'
import type { SampleSink } from '../sink.ts'
import { OnlineFile, type RememberedNode } from './online-file.ts'
import type { SparkplugHost } from './host/host.ts'

const SAVE_MS = 5_000

/** Remembers over restarts which edge nodes there are and which of their signals were online: after a crash these get a mark, because nobody knows what became of their sources meanwhile. */
export class OnlineMemory {
  readonly #file: OnlineFile
  readonly #host: SparkplugHost
  readonly #clock: Clock
  readonly #warn: (reason: string) => void
  #savedMs = 0
  #savedRevision = 0
  #saving: Promise<void> = Promise.resolve()

  /** `warn` is told why the file could not be written. */
  constructor(file: string, host: SparkplugHost, clock: Clock, warn: (reason: string) => void) {
    this.#file = new OnlineFile(file)
    this.#host = host
    this.#clock = clock
    this.#warn = warn
  }

  /** Adds a mark to the sink's open columns for each signal that was online when the process ended; the caller commits them. Before any message is taken. */
  async markOld(sink: SampleSink): Promise<void> {
    const { places, nodes } = await this.#file.load()
    const nowUs = this.#clock.nowUs()
    this.#host.remember(nodes, nowUs)
    for (const { assetPath, signal } of places) {
      const known = sink.find(assetPath, signal)
      if (known === undefined || known.kind === 'waveform') continue
      if (known.kind === 'text') sink.open.addText(known.series, nowUs, null, Status.badNoCommunication)
      else sink.open.addNumber(known.series, nowUs, Number.NaN, Status.badNoCommunication)
      this.#host.noteMarked(known.series, nowUs)
    }
  }

  /** Saves when something changed and the last save is a while ago. */
  look(): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#host.revision === this.#savedRevision || nowMs - this.#savedMs < SAVE_MS) return
    this.#savedMs = nowMs
    void this.save()
  }

  /** Never rejects. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      this.#savedRevision = this.#host.revision
      try {
        await this.#file.save(this.#host.onlinePlaces(), rememberedNodes(this.#host))
      } catch (thrown) {
        this.#warn(messageOf(thrown))
      }
    })
    return this.#saving
  }
}

function rememberedNodes(host: SparkplugHost): RememberedNode[] {
  const born = host.status().filter(({ bornUs }) => bornUs > 0)
  return born.map(({ group, node, devices, bornUs, diedUs, state }) => ({ group, node, devices: devices.map(({ device }) => device), bornUs, diedUs: state === 'online' ? 0 : diedUs }))
}
