import type { WireOnnxCheck, WireOnnxContract, WireOnnxPair, WireOnnxRefusal } from '@millwright/model/wire/onnx.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { planCalls, type CallPlan } from './call-plan.ts'
import type { LoadedModel } from './host-messages.ts'
import { OnnxHost, type HostOutcome } from './onnx-host.ts'
import { feedsOf, meaningOf, type Said } from './window-codec.ts'

/** Time that a new file gets to be loaded, and its pairs to be run. */
const LOAD_MS = 30_000
const PAIRS_MS = 30_000
/** The first call of a model takes longer, and the computer may be busy. */
const SLACK_MS = 5_000
/** How much an output may differ from the given one: relatively, or absolutely where it is small. */
export const TOLERANCE = 1e-4

export interface TryOptions {
  readonly path: string
  /** SHA-256 of the file. */
  readonly file: string
  readonly maxMegabytes: number
  readonly providers: readonly string[]
}

/** Loads a file in a process of its own that ends with it. Rejects with MODEL_REFUSED or, where there is no runtime, UNSUPPORTED. */
export async function examine(options: TryOptions): Promise<LoadedModel> {
  const host = new OnnxHost(options)
  try {
    return loaded(await host.ask({ type: 'load', ...options }, LOAD_MS))
  } finally {
    host.end()
  }
}

export interface Tried {
  readonly plan: CallPlan
  readonly check: WireOnnxCheck
}

/** Holds a file against its contract and the given pairs, in a process of its own. Rejects with MODEL_REFUSED, whose detail holds every refusal. */
export async function tryModel(contract: WireOnnxContract, pairs: readonly WireOnnxPair[], options: TryOptions): Promise<Tried> {
  const host = new OnnxHost(options)
  try {
    const model = loaded(await host.ask({ type: 'load', ...options }, LOAD_MS))
    const planned = planCalls(contract, model)
    if ('refusals' in planned) throw refused(planned.refusals)
    const { plan } = planned
    const windows = windowsOf(contract, pairs)
    const outcome = await host.ask({ type: 'run', file: options.file, calls: pairs.length, feeds: feedsOf(contract, plan, windows, pairs.length), fetch: plan.fetch }, Math.min(PAIRS_MS, SLACK_MS + pairs.length * (contract.limits?.timeoutMs ?? 1_000)))
    if (outcome.type !== 'ran') throw refused([{ where: 'pairs', what: `the model could not be called: ${reasonOf(outcome)}`, right: 'a model that answers within its limits' }])
    return { plan, check: { pairs: pairs.length, worst: worstOf(contract, pairs, outcome.outputs.map((output, at) => said(contract, output, at))), callUs: medianOf(outcome.us) } }
  } finally {
    host.end()
  }
}

function loaded(outcome: HostOutcome): LoadedModel {
  if (outcome.type === 'loaded') return outcome.model
  if (outcome.type === 'unavailable') throw new MillwrightError('UNSUPPORTED', outcome.message)
  throw refused([{ where: 'file', what: reasonOf(outcome), right: 'an ONNX file that onnxruntime loads, with its weights inside' }])
}

/** What went wrong, in a sentence. */
export function reasonOf(outcome: Exclude<HostOutcome, { type: 'loaded' | 'ran' | 'dropped' }>): string
export function reasonOf(outcome: HostOutcome): string
export function reasonOf(outcome: HostOutcome): string {
  return 'message' in outcome ? outcome.message.slice(0, 1_000) : 'it answered something else'
}

/** All refusals in one error. */
export function refused(refusals: readonly WireOnnxRefusal[]): MillwrightError {
  const [first] = refusals
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : ''
  return new MillwrightError('MODEL_REFUSED', `${first?.where ?? 'model'}: ${first?.what ?? 'it does not fit'}; right would be: ${first?.right ?? ''}${more}`, { detail: { refusals } })
}

function windowsOf({ inputs, rows }: WireOnnxContract, pairs: readonly WireOnnxPair[]): Float64Array {
  const refusals: WireOnnxRefusal[] = []
  const windows = new Float64Array(pairs.length * rows * inputs.length)
  for (const [at, pair] of pairs.entries()) {
    const isRight = pair.rows.length === rows && pair.rows.every((row) => row.length === inputs.length)
    if (isRight) windows.set(pair.rows.flat(), at * rows * inputs.length)
    else refusals.push({ where: `pairs[${at}].rows`, what: `it has ${pair.rows.length} rows of ${pair.rows[0]?.length ?? 0} values`, right: `${rows} rows of ${inputs.length}, in the order of the inputs` })
  }
  if (refusals.length > 0) throw refused(refusals.slice(0, 20))
  return windows
}

function said(contract: WireOnnxContract, output: Parameters<typeof meaningOf>[1], at: number): Said {
  try {
    return meaningOf(contract, output)
  } catch (thrown) {
    throw refused([{ where: `pairs[${at}].output`, what: thrown instanceof Error ? thrown.message : String(thrown), right: 'an output that means what the contract says' }])
  }
}

/** The largest difference as part of the tolerance. */
function worstOf({ output }: WireOnnxContract, pairs: readonly WireOnnxPair[], answers: readonly Said[]): number {
  const refusals: WireOnnxRefusal[] = []
  let worst = 0
  for (const [at, { output: expected }] of pairs.entries()) {
    const answer = answers[at]
    if (answer === undefined) throw new Error('BUG: a pair without an answer')
    const where = `pairs[${at}].output`
    if (typeof expected === 'string') {
      if (answer.label !== expected) refusals.push({ where, what: `the model here says ${answer.label ?? answer.value}`, right: expected })
      continue
    }
    // A score is given as the model says it: higher may be more usual.
    const sign = output.means === 'anomaly_score' && output.higherIs === 'usual' ? -1 : 1
    const given = typeof expected === 'number' ? [expected] : expected
    const found = answer.steps === undefined ? [answer.label === undefined ? sign * answer.value : Number(answer.label)] : [...answer.steps]
    if (given.length !== found.length) {
      refusals.push({ where, what: `the model here gives ${found.length} numbers`, right: `${given.length}` })
      continue
    }
    const parts = given.map((value, step) => Math.abs(value - (found[step] ?? Number.NaN)) / (TOLERANCE * Math.max(1, Math.abs(value))))
    const far = parts.findIndex((part) => !(part <= 1))
    if (far >= 0) refusals.push({ where, what: `the model here says ${found[far]}`, right: `${given[far]}, to ${TOLERANCE}; look at the order of inputs and rows, the scaling, and whether the pair was made by this file` })
    worst = Math.max(worst, ...parts)
  }
  if (refusals.length > 0) throw refused(refusals.slice(0, 20))
  return worst
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted()
  return sorted[sorted.length >> 1] ?? 0
}
