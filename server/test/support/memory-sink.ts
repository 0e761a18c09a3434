import { BatchBuilder, sampleCount, type SampleBatch, type SeriesId, type ValueKind } from '@millwright/model/sample-batch.ts'
import type { WriteOutcome } from '@millwright/model/write-outcome.ts'
import type { DeadLetter, PauseReason, Resolution, SampleSink } from '../../src/connectors/sink.ts'

/** A sample as tests like to compare it. */
export interface SeenSample {
  readonly path: string
  readonly timeUs: number
  /** A waveform is its rate and points as a text. */
  readonly value: number | string | null
  readonly status: number
}

/**
 * A sink for tests of connectors: keeps names and samples in memory, follows the contract of `SampleSink` in every other way,
 * and lets a test decide when a commit settles and how.
 */
export class MemorySink implements SampleSink {
  readonly letters: DeadLetter[] = []
  readonly stored: SeenSample[] = []
  /** What the next commits answer. */
  outcome: WriteOutcome = { status: 'stored' }
  /** Commits wait while this is set, until {@link release}. */
  isHeld = false
  generation = 1
  commits = 0
  resolves = 0
  open = new BatchBuilder()
  readonly #series = new Map<string, { series: SeriesId; kind: ValueKind }>()
  readonly #paths: string[] = ['']
  readonly #listeners = new Set<(paused: PauseReason | undefined) => void>()
  #paused: PauseReason | undefined
  #held: (() => void)[] = []

  resolve(assetPath: string, signal: string, kind: ValueKind): Resolution {
    this.resolves++
    const known = this.find(assetPath, signal)
    if (known === undefined) return this.#create(`${assetPath}/${signal}`, kind)
    if ((known.kind === 'text') !== (kind === 'text') || (known.kind === 'waveform') !== (kind === 'waveform')) {
      return { refusal: { code: 'TYPE_MISMATCH', message: `${assetPath}/${signal} is of kind ${known.kind}, not ${kind}` } }
    }
    return known
  }

  find(assetPath: string, signal: string): { readonly series: SeriesId; readonly kind: ValueKind } | undefined {
    return this.#series.get(`${assetPath}/${signal}`)
  }

  /** Forgets a signal, as when somebody deletes it. */
  forget(path: string): void {
    this.#series.delete(path)
    this.generation++
  }

  async write(batch: SampleBatch): Promise<WriteOutcome> {
    this.open.addAll(batch)
    return this.commit()
  }

  async commit(): Promise<WriteOutcome> {
    this.commits++
    const view = this.open.view(0)
    const outcome = this.outcome
    if (outcome.status === 'stored' && sampleCount(view) > 0) this.#keep(view)
    this.open.clear()
    if (this.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve))
    return outcome
  }

  /** Lets held commits settle. */
  release(): void {
    this.isHeld = false
    for (const resolve of this.#held) resolve()
    this.#held = []
  }

  get paused(): PauseReason | undefined {
    return this.#paused
  }

  setPaused(paused: PauseReason | undefined): void {
    this.#paused = paused
    for (const listener of this.#listeners) listener(paused)
  }

  onPaused(listener: (paused: PauseReason | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  refuse(letter: DeadLetter): void {
    this.letters.push(letter)
  }

  /** What has been added to the open columns and not yet committed, numbers first, then texts. */
  added(): SeenSample[] {
    return this.#read(this.open.view(0))
  }

  #create(path: string, kind: ValueKind): Resolution {
    const created = { series: this.#paths.length, kind }
    this.#paths.push(path)
    this.#series.set(path, created)
    return created
  }

  #keep(batch: SampleBatch): void {
    this.stored.push(...this.#read(batch))
  }

  #read({ numbers, texts, waveforms }: SampleBatch): SeenSample[] {
    const seen: SeenSample[] = []
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers.values[i] as number
      seen.push({ path: this.#paths[numbers.series[i] as number] ?? '?', timeUs: numbers.timesUs[i] as number, value: Number.isNaN(value) ? null : value, status: numbers.status[i] as number })
    }
    for (let i = 0; i < texts.length; i++) {
      seen.push({ path: this.#paths[texts.series[i] as number] ?? '?', timeUs: texts.timesUs[i] as number, value: texts.values[i] ?? null, status: texts.status[i] as number })
    }
    for (let i = 0; i < waveforms.length; i++) {
      const value = `${waveforms.rateHz[i]} Hz: ${waveforms.values[i]?.join(' ')}`
      seen.push({ path: this.#paths[waveforms.series[i] as number] ?? '?', timeUs: waveforms.timesUs[i] as number, value, status: waveforms.status[i] as number })
    }
    return seen
  }
}
