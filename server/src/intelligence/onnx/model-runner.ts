import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import type { WireOnnxRuntime } from '@millwright/model/wire/onnx.ts'
import { messageOf } from '../../kernel/error.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { FollowedModel } from './followed-model.ts'
import { OnnxHost, type HostOutcome } from './onnx-host.ts'
import type { Followed, FollowedCall, RunnerStatus } from './runner-messages.ts'
import { reasonOf } from './try-model.ts'
import { feedsOf, meaningOf, type Said } from './window-codec.ts'

/** Windows of one order at most, and the time that an order should take: so the process is never busy for long with one model. */
const [MAX_BATCH, BATCH_US] = [256, 250_000]
const LOAD_MS = 15_000

export interface ModelRunnerOptions {
  readonly maxMegabytes: number
  readonly providers: readonly string[]
  /** Device time before drift is told, in hours. */
  readonly driftHours: number
  /** What an order gets over the limit of one call: it is for many, and the computer may be busy. */
  readonly slackMs: number
  readonly nowMs: () => number
  onRests(model: string, reason: string, untilMs: number): void
}

interface File {
  readonly breaker: CircuitBreaker
  /** Moving mean of a call. */
  callUs: number
}

/** Routes the stream to the models that follow it, and calls those that were brought, in a process of their own that may die at any time. */
export class ModelRunner {
  readonly #options: ModelRunnerOptions
  #models = new Map<string, FollowedModel>()
  /** By series: who takes it, as which input; −1 as the truth. */
  #routes = new Map<number, (readonly [FollowedModel, number])[]>()
  readonly #files = new Map<string, File>()
  readonly #loaded = new Set<string>()
  #host: OnnxHost | undefined
  #restarts = 0
  #memoryBytes: number | null = null
  #unavailable: string | null = null
  #runtime: WireOnnxRuntime | null = null

  constructor(options: ModelRunnerOptions) {
    this.#options = options
  }

  get models(): IterableIterator<FollowedModel> {
    return this.#models.values()
  }

  /** Follows these and no others. `saved`: states of models by their id. Answers which could not be restored. */
  follow(all: readonly Followed[], saved: ReadonlyMap<string, Uint8Array> = new Map()): string[] {
    const troubles: string[] = []
    const models = new Map<string, FollowedModel>()
    // The champion first: a shadow is compared with what it said of the same time.
    for (const followed of all.toSorted((a, b) => Number(b.role === 'champion') - Number(a.role === 'champion'))) {
      let model = this.#models.get(followed.id)
      if (model === undefined) {
        const state = saved.get(followed.id)
        try {
          model = new FollowedModel(followed, this.#options.driftHours)
          if (state !== undefined) model.restore(state)
        } catch (thrown) {
          troubles.push(`what model ${followed.id} knew cannot be read (${messageOf(thrown)}); it begins anew`)
          model = new FollowedModel(followed.call === undefined ? followed : { ...followed, call: { ...followed.call, judge: undefined } }, this.#options.driftHours)
        }
      } else model.become(followed)
      models.set(followed.id, model)
    }
    this.#models = models
    this.#routes = new Map()
    const route = (series: number, model: FollowedModel, index: number) => this.#routes.set(series, [...(this.#routes.get(series) ?? []), [model, index]])
    for (const model of models.values()) {
      for (const [index, series] of model.followed.series.entries()) route(series, model, index)
      if (model.followed.call?.target !== undefined) route(model.followed.call.target, model, -1)
    }
    if (![...models.values()].some(({ followed }) => followed.call !== undefined)) this.end()
    return troubles
  }

  take({ numbers, receivedUs }: SampleBatch): void {
    if (this.#routes.size === 0) return
    const nowMs = this.#options.nowMs()
    for (let at = 0; at < numbers.length; at++) {
      const takers = this.#routes.get(numbers.series[at] as number)
      if (takers === undefined) continue
      for (const [model, index] of takers) {
        if (index < 0) model.truth(numbers.timesUs[at] as number, numbers.values[at] as number)
        else model.add(index, numbers.timesUs[at] as number, numbers.values[at] as number, numbers.status[at] as number, receivedUs, nowMs)
      }
    }
  }

  /** Calls models until no window waits. One whose calls take more than `budgetMs` in this turn loses the windows that are left: what counts is its own time, not that of a process which starts or a computer that is busy. */
  async pump(budgetMs: number): Promise<void> {
    for (const model of this.#models.values()) {
      const { call } = model.followed
      const { pending } = model
      if (call === undefined || pending.length === 0) continue
      model.pending = []
      let spentUs = 0
      const file = this.#fileOf(call.file)
      let at = 0
      while (at < pending.length) {
        if (spentUs > budgetMs * 1_000 || !file.breaker.mayCall(this.#options.nowMs())) {
          model.stats.skipped += pending.length - at
          break
        }
        // The first call of a file shows how long one takes.
        const count = file.breaker.isOnTrial || Number.isNaN(file.callUs) ? 1 : Math.max(1, Math.min(MAX_BATCH, pending.length - at, Math.floor(BATCH_US / Math.max(1, file.callUs))))
        spentUs += await this.#call(model, call, file, pending.slice(at, at + count))
        at += count
      }
    }
  }

  /** Answers the time of the calls, in microseconds. */
  async #call(model: FollowedModel, call: FollowedCall, file: File, windows: readonly { readonly endUs: number; readonly window: Float64Array }[]): Promise<number> {
    const { stats } = model
    const outcome = await this.#ask(call, windows)
    if (outcome.type !== 'ran') {
      this.#failed(model, file, outcome, windows.length)
      return 0
    }
    this.#memoryBytes = outcome.memoryBytes
    const timeoutMs = call.contract.limits?.timeoutMs ?? 1_000
    let trouble: string | undefined
    for (const [at, pending] of windows.entries()) {
      const us = outcome.us[at] ?? 0
      file.callUs = Number.isNaN(file.callUs) ? us : 0.9 * file.callUs + 0.1 * us
      if (us > timeoutMs * 1_000) {
        stats.timeouts++
        trouble = `a call took ${Math.round(us / 1_000)} ms, and ${timeoutMs} ms are allowed`
        continue
      }
      try {
        model.take(pending, meaningOf(call.contract, outcome.outputs[at] ?? []), this.#championAt(model, pending.endUs))
      } catch (thrown) {
        stats.failures++
        trouble = messageOf(thrown)
      }
    }
    stats.callUs = file.callUs
    if (trouble === undefined) file.breaker.worked()
    else this.#note(model, file, trouble, false)
    return outcome.us.reduce((sum, us) => sum + us, 0)
  }

  async #ask(call: FollowedCall, windows: readonly { readonly window: Float64Array }[]): Promise<HostOutcome> {
    const { maxMegabytes, providers, slackMs } = this.#options
    if (this.#host === undefined || this.#host.isEnded) {
      this.#host = new OnnxHost({ maxMegabytes })
      this.#loaded.clear()
    }
    const host = this.#host
    if (!this.#loaded.has(call.file)) {
      const loaded = await host.ask({ type: 'load', file: call.file, path: call.path, providers }, LOAD_MS)
      if (loaded.type !== 'loaded') return loaded
      this.#loaded.add(call.file)
      this.#runtime = loaded.model.runtime
      this.#unavailable = null
    }
    const size = windows[0]?.window.length ?? 0
    const all = new Float64Array(size * windows.length)
    for (const [at, { window }] of windows.entries()) all.set(window, at * size)
    return await host.ask({ type: 'run', file: call.file, calls: windows.length, feeds: feedsOf(call.contract, call.plan, all, windows.length), fetch: call.plan.fetch }, (call.contract.limits?.timeoutMs ?? 1_000) + slackMs)
  }

  #failed(model: FollowedModel, file: File, outcome: HostOutcome, calls: number): void {
    const reason = reasonOf(outcome)
    if (outcome.type === 'unavailable') this.#unavailable = outcome.message
    if (outcome.type === 'died') {
      this.#restarts++
      this.#memoryBytes = null
      if (outcome.why === 'timeout') model.stats.timeouts += calls
      else model.stats.failures += calls
    } else model.stats.failures += calls
    this.#note(model, file, reason, outcome.type !== 'failed' && !(outcome.type === 'died' && outcome.why === 'timeout'))
  }

  #note(model: FollowedModel, file: File, reason: string, isGrave: boolean): void {
    model.stats.trouble = reason
    if (!file.breaker.failed(this.#options.nowMs(), isGrave)) return
    model.falter()
    this.#options.onRests(model.followed.id, reason, file.breaker.restsUntilMs)
  }

  #championAt(model: FollowedModel, endUs: number): Said | undefined {
    const { role, asset, output } = model.followed
    if (role === 'champion') return undefined
    for (const other of this.#models.values()) {
      if (other.followed.role === 'champion' && other.followed.asset === asset && other.followed.output === output) return other.saidAt(endUs)
    }
    return undefined
  }

  #fileOf(hash: string): File {
    const known = this.#files.get(hash)
    if (known !== undefined) return known
    const file: File = { breaker: new CircuitBreaker(), callUs: Number.NaN }
    this.#files.set(hash, file)
    return file
  }

  status(position: number): RunnerStatus {
    const nowMs = this.#options.nowMs()
    const models = [...this.#models.values()].map((model) => {
      const file = model.followed.call === undefined ? undefined : this.#files.get(model.followed.call.file)
      return model.status(file === undefined || file.breaker.mayCall(nowMs) ? undefined : file.breaker.restsUntilMs)
    })
    return { position, restarts: this.#restarts, memoryBytes: this.#host?.isEnded === false ? this.#memoryBytes : null, unavailable: this.#unavailable, runtime: this.#runtime, models }
  }

  /** Ends the process. */
  end(): void {
    this.#host?.end()
    this.#host = undefined
    this.#memoryBytes = null
  }
}
