import { US_PER_MS } from '@millwright/model/time.ts'
import type { WireConfusion, WireMetric } from '@millwright/model/wire/ai-model.ts'
import type { WireOnnxContract } from '@millwright/model/wire/onnx.ts'
import type { ToldAnomaly } from '../models/rehearsal.ts'

/** Truth and sayings that wait for each other at most: a day of seconds. */
const MAX_WAITING = 100_000
/** Classes that are told apart; a model that makes names up is cut here. */
const MAX_CLASSES = 100
/** Windows whose truth is known before there is a metric. */
const LEAST = 10

/** What people marked, as far as it names a class. */
export interface LabelledStretch {
  readonly kind: string
  readonly cause: string | undefined
  readonly fromUs: number
  readonly toUs: number
}

/**
 * What a model that tells classes said, beside the truth: the target signal of its contract, where it has one, else what people labelled (the cause of a fault where it is the name of a class; a
 * planned stop and a fault of no known class count for nothing; all else is the normal class). With a normal class, stretches of others are alarms.
 */
export class ClassScore {
  readonly #truth: 'signal' | 'labels'
  readonly #normal: string | undefined
  readonly #names: Set<string>
  readonly #labels: readonly LabelledStretch[]
  readonly #stepUs: number
  #measured: { readonly timeUs: number; readonly name: string }[] = []
  #waiting: { readonly endUs: number; readonly name: string }[] = []
  readonly #cells = new Map<string, number>()
  #unknown = 0
  readonly #told: ToldAnomaly[] = []
  #firstUs: number | undefined

  constructor({ output, stepSeconds, everyRows }: Pick<WireOnnxContract, 'output' | 'stepSeconds' | 'everyRows'>, labels: readonly LabelledStretch[]) {
    this.#truth = output.target === undefined ? 'labels' : 'signal'
    this.#normal = output.normal
    this.#names = new Set(output.labels ?? (output.normal === undefined ? [] : [output.normal]))
    this.#labels = labels
    this.#stepUs = stepSeconds * everyRows * 1_000 * US_PER_MS
  }

  /** What was true from a time on, in the order of time. */
  measured(timeUs: number, name: string): void {
    if (this.#measured.length < MAX_WAITING) this.#measured.push({ timeUs, name })
  }

  /** What the model said of the window that ends then, in the order of time. */
  said(endUs: number, name: string): void {
    this.#firstUs ??= endUs
    if (this.#names.size < MAX_CLASSES) this.#names.add(name)
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ endUs, name })
    if (this.#normal === undefined) return
    const last = this.#told.at(-1)
    const isOpen = last !== undefined && last.endedUs === undefined
    if (name !== this.#normal && !isOpen) this.#told.push({ detectedUs: endUs, endedUs: undefined })
    else if (name === this.#normal && isOpen) last.endedUs = endUs
  }

  /** Counts all whose truth has come, and forgets what is not needed any more. */
  settle(): void {
    const newestUs = this.#truth === 'labels' ? Number.POSITIVE_INFINITY : (this.#measured.at(-1)?.timeUs ?? Number.NEGATIVE_INFINITY)
    let at = 0
    const due = this.#waiting.filter(({ endUs }) => endUs <= newestUs)
    this.#waiting = this.#waiting.filter(({ endUs }) => endUs > newestUs)
    for (const { endUs, name } of due) {
      while ((this.#measured[at + 1]?.timeUs ?? Number.POSITIVE_INFINITY) < endUs) at++
      const truth = this.#truth === 'labels' ? this.#byLabels(endUs) : this.#before(at, endUs)
      if (truth === undefined) this.#unknown++
      else {
        if (this.#names.size < MAX_CLASSES) this.#names.add(truth)
        const cell = JSON.stringify([truth, name])
        this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + 1)
      }
    }
    this.#measured = this.#measured.slice(at)
  }

  #before(at: number, endUs: number): string | undefined {
    const found = this.#measured[at]
    return found !== undefined && found.timeUs < endUs ? found.name : undefined
  }

  #byLabels(endUs: number): string | undefined {
    const label = this.#labels.find(({ fromUs, toUs }) => fromUs < endUs && toUs > endUs - this.#stepUs)
    if (label === undefined || label.kind === 'normal') return this.#normal
    return label.cause !== undefined && this.#names.has(label.cause) ? label.cause : undefined
  }

  /** Alarms and from when on there could be any; undefined without a normal class. */
  get alarms(): { readonly told: readonly ToldAnomaly[]; readonly judgedFromUs: number } | undefined {
    return this.#normal === undefined || this.#firstUs === undefined ? undefined : { told: this.#told, judgedFromUs: this.#firstUs }
  }

  confusion(): WireConfusion | null {
    if (this.#cells.size === 0) return null
    const classes = [...this.#names]
    const counts = classes.map((truth) => classes.map((said) => this.#cells.get(JSON.stringify([truth, said])) ?? 0))
    return { truth: this.#truth, classes, counts, unknown: this.#unknown }
  }

  /** Accuracy beside that of who always says the most frequent class, and the mean of the classes' F1. */
  metrics(): WireMetric[] {
    const { classes = [], counts = [] } = this.confusion() ?? {}
    const sum = (row: readonly number[]) => row.reduce((total, count) => total + count, 0)
    const all = sum(counts.map(sum))
    if (all < LEAST) return []
    const f1 = classes.flatMap((_, at) => {
      const hit = counts[at]?.[at] ?? 0
      const [truly, said] = [sum(counts[at] ?? []), sum(counts.map((row) => row[at] ?? 0))]
      return truly === 0 ? [] : [(2 * hit) / (truly + said)]
    })
    return [
      { name: 'accuracy', value: sum(classes.map((_, at) => counts[at]?.[at] ?? 0)) / all, baseline: Math.max(...counts.map(sum)) / all },
      { name: 'f1', value: sum(f1) / f1.length, baseline: null },
      { name: 'compared', value: all, baseline: null },
    ]
  }
}
