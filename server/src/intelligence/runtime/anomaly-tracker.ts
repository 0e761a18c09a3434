import type { AssetId } from '@millwright/model/asset.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import type { FrameVerdict } from './asset-watch.ts'
import type { SignalPart } from './signal-parts.ts'
import type { AnomalyNews } from './stream-messages.ts'

/** While one lasts, news of it at most this often, in frames. */
const NEWS_FRAMES = 10
/** Signals that an anomaly names at most. */
const MAX_PARTS = 8
/** Only a signal with this part of it tells when an anomaly began: one of tiny share may have been away for its own reasons. */
const LEADING_SHARE = 0.2

interface Running {
  readonly id: string
  readonly model: string
  beganUs: number
  readonly detectedUs: number
  pValue: number
  score: number
  peakUs: number
  parts: readonly SignalPart[]
  readonly regime: string
  frames: number
  isTold: boolean
}

/** Follows one asset's anomaly from its beginning to its end, and makes news of it. */
export class AnomalyTracker {
  readonly #asset: AssetId
  #running: Running | undefined

  constructor(asset: AssetId) {
    this.#asset = asset
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** News that a frame's verdict makes, if any. */
  step(verdict: FrameVerdict, model: string, regime: string): AnomalyNews | undefined {
    const { step, endUs } = verdict
    if (step === 'quiet') return undefined
    // What lasts and was never told: the watch that sees it was learned from the history, or judging was switched off when it began.
    if (step === 'begins' || (step === 'lasts' && this.#running === undefined)) {
      const id = `${this.#asset}-${Math.round(endUs / US_PER_MINUTE)}`
      this.#running = { id, model, beganUs: onset(verdict), detectedUs: endUs, pValue: verdict.pValue, score: verdict.score, peakUs: endUs, parts: verdict.parts.slice(0, MAX_PARTS), regime, frames: 0, isTold: true }
      return this.#news(this.#running, undefined, false)
    }
    const running = this.#running
    if (running === undefined) return undefined
    running.frames++
    if (verdict.score > running.score) {
      Object.assign(running, { pValue: verdict.pValue, score: verdict.score, peakUs: endUs, parts: verdict.parts.slice(0, MAX_PARTS), isTold: false })
    }
    if (step === 'lasts') {
      if (running.isTold || running.frames % NEWS_FRAMES !== 0) return undefined
      running.isTold = true
      return this.#news(running, undefined, false)
    }
    this.#running = undefined
    return this.#news(running, endUs, step === 'accepted')
  }

  /** Ends a running one, because its model no longer judges. */
  end(endUs: number): AnomalyNews | undefined {
    const running = this.#running
    this.#running = undefined
    return running === undefined ? undefined : this.#news(running, endUs, false)
  }

  #news({ frames, isTold, ...rest }: Running, endedUs: number | undefined, isAccepted: boolean): AnomalyNews {
    return { ...rest, asset: this.#asset, state: endedUs === undefined ? 'open' : 'closed', endedUs, isAccepted }
  }

  save(): string {
    return JSON.stringify(this.#running ?? null)
  }

  restore(json: string): void {
    // Our own writer made it, and the file's checksum held.
    this.#running = (JSON.parse(json) as Running | null) ?? undefined
  }
}

function onset({ endUs, parts }: FrameVerdict): number {
  const moved = parts.flatMap(({ movedUs, share }) => (movedUs === undefined || share < LEADING_SHARE ? [] : movedUs))
  return Math.min(endUs, ...moved)
}
