import type { WireMetric } from '@millwright/model/wire/ai-model.ts'
import type { WireOnnxContract } from '@millwright/model/wire/onnx.ts'

/** Compared values before there is a metric. */
const LEAST = 10

/**
 * Compares what a model says with what was measured then: a value with the truth of its time, the last step of a forecast with the truth when it has come. A value's baseline is the mean
 * of the truth, a forecast's that nothing changes (persistence).
 */
export class TruthScore {
  readonly #aheadUs: number
  readonly #stepUs: number
  readonly #isCompared: boolean
  readonly #unit: string | undefined
  #truth: { readonly timeUs: number; readonly value: number }[] = []
  #waiting: { readonly dueUs: number; readonly value: number; readonly now: number | undefined }[] = []
  #sums = { count: 0, absolute: 0, squared: 0, truth: 0, truthSquared: 0, naive: 0, naives: 0 }

  constructor(contract: WireOnnxContract | undefined, stepUs: number) {
    const means = contract?.output.means
    this.#isCompared = contract?.output.target !== undefined && (means === 'value' || means === 'forecast')
    this.#stepUs = stepUs
    this.#aheadUs = means === 'forecast' ? (contract?.output.steps ?? 0) * stepUs : 0
    this.#unit = contract?.output.unit
  }

  /** In the order of time. */
  measured(timeUs: number, value: number): void {
    if (this.#isCompared && Number.isFinite(value)) this.#truth.push({ timeUs, value })
  }

  said(timeUs: number, value: number): void {
    if (this.#isCompared) this.#waiting.push({ dueUs: timeUs + this.#aheadUs, value, now: this.#aheadUs === 0 ? undefined : this.#at(timeUs) })
  }

  /** Compares all whose truth has come, and forgets what is not needed any more. */
  settle(): void {
    const newestUs = this.#truth.at(-1)?.timeUs ?? 0
    const due = this.#waiting.filter(({ dueUs }) => dueUs <= newestUs)
    this.#waiting = this.#waiting.filter(({ dueUs }) => dueUs > newestUs)
    for (const { dueUs, value, now } of due) {
      const truth = this.#at(dueUs)
      if (truth === undefined) continue
      const { count, absolute, squared, truth: sum, truthSquared, naive, naives } = this.#sums
      const off = value - truth
      this.#sums = {
        count: count + 1, absolute: absolute + Math.abs(off), squared: squared + off * off, truth: sum + truth, truthSquared: truthSquared + truth * truth,
        naive: naive + (now === undefined ? 0 : Math.abs(now - truth)), naives: naives + (now === undefined ? 0 : 1),
      }
    }
    const oldestUs = Math.min(newestUs, ...this.#waiting.slice(0, 1).map(({ dueUs }) => dueUs)) - this.#aheadUs - 2 * this.#stepUs
    const from = this.#truth.findIndex(({ timeUs }) => timeUs >= oldestUs)
    if (from > 0) this.#truth = this.#truth.slice(from)
  }

  metrics(): WireMetric[] {
    const { count, absolute, squared, truth, truthSquared, naive, naives } = this.#sums
    if (count < LEAST) return []
    const mean = truth / count
    const variance = Math.max(0, truthSquared / count - mean * mean)
    const unit = this.#unit === undefined ? {} : { unit: this.#unit }
    return [
      { name: 'mae', value: absolute / count, baseline: naives > 0 ? naive / naives : null, ...unit },
      { name: 'rmse', value: Math.sqrt(squared / count), baseline: this.#aheadUs === 0 ? Math.sqrt(variance) : null, ...unit },
      ...(variance > 0 ? [{ name: 'r2', value: 1 - squared / count / variance, baseline: 0 }] : []),
      { name: 'compared', value: count, baseline: null },
    ]
  }

  /** The truth of a row: the newest measurement before its end, at most two steps old. */
  #at(timeUs: number): number | undefined {
    let [low, high] = [0, this.#truth.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#truth[middle]?.timeUs ?? Number.POSITIVE_INFINITY) < timeUs) low = middle + 1
      else high = middle
    }
    const found = this.#truth[low - 1]
    return found !== undefined && timeUs - found.timeUs <= 2 * this.#stepUs ? found.value : undefined
  }
}
