import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Value } from 'typebox/value'
import { onnxContractSchema, type WireOnnxContract } from '@millwright/model/wire/onnx.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import type { CallPlan } from '../onnx/call-plan.ts'
import { OnnxHost } from '../onnx/onnx-host.ts'
import { examine, reasonOf, tryModel, type TryOptions } from '../onnx/try-model.ts'
import { feedsOf, meaningOf } from '../onnx/window-codec.ts'
import type { BroughtScores, Contest, ContestPart } from './arena-table.ts'
import { columnOf } from './table.ts'

/** Windows of one order at most, numbers in them at most, and the time that an order gets. */
const [MAX_WINDOWS, MAX_NUMBERS, ORDER_MS] = [256, 1_000_000, 60_000]

/** An ONNX file that somebody brought to be scored. */
export interface BroughtModel {
  readonly path: string
  /** File of the contract; unless given, the one that lies in the model. */
  readonly contract?: string
  /** The contract itself, where it is at hand. */
  readonly given?: WireOnnxContract
  /** What it is called on the leaderboard; unless given, by its contract and file. */
  readonly title?: string
  /** Scores above it are alarms. Declared before any data are read. */
  readonly limit?: number
  readonly maxMegabytes: number
  readonly providers: readonly string[]
}

/**
 * Runs a model over every row of a collection in a process of its own, window after window, as it would run on the live stream: a score knows nothing of later rows.
 * @throws MillwrightError MODEL_REFUSED with reasons, PAYLOAD_INVALID for a contract that does not fit the collection, UNSUPPORTED where there is no runtime.
 */
export async function scoreBrought(contest: Contest, folder: string, model: BroughtModel, abort?: AbortSignal, onProgress?: (part: number) => void): Promise<BroughtScores> {
  const parts = contest.parts?.(folder)
  if (parts === undefined) throw new MillwrightError('PAYLOAD_INVALID', `a model cannot be scored on "${contest.name}": it has no rows of signals to judge`)
  const bytes = await readFile(model.path).catch((cause: unknown) => {
    throw new MillwrightError('NOT_FOUND', `the model ${model.path} cannot be read`, { cause })
  })
  const options: TryOptions = { path: model.path, file: createHash('sha256').update(bytes).digest('hex'), maxMegabytes: model.maxMegabytes, providers: model.providers }
  const contract = await contractOf(model, options)
  const places = placesOf(contract, parts, contest.name)
  const { plan } = await tryModel(contract, [], options)
  const host = new OnnxHost(options)
  try {
    const loaded = await host.ask({ type: 'load', ...options }, ORDER_MS)
    if (loaded.type !== 'loaded') throw new MillwrightError('MODEL_REFUSED', `the model could not be loaded: ${reasonOf(loaded)}`)
    const run = { host, file: options.file, contract, plan, spentUs: 0 }
    const scores = new Map<string, Float64Array>()
    let rows = 0
    for (const [at, part] of parts.entries()) {
      abort?.throwIfAborted()
      scores.set(part.name, await scorePart(run, part, places))
      rows += part.table.rows
      onProgress?.((at + 1) / parts.length)
    }
    return { title: model.title ?? `${contract.name} (${basename(model.path)})`, costUs: run.spentUs / Math.max(1, rows), limit: model.limit, scores }
  } finally {
    host.end()
  }
}

async function contractOf({ contract, given }: BroughtModel, options: TryOptions): Promise<WireOnnxContract> {
  if (given !== undefined) return scoring(given)
  const text = contract === undefined ? (await examine(options)).contract : await readFile(contract, 'utf8').catch((cause: unknown) => {
    throw new MillwrightError('NOT_FOUND', `the contract ${contract} cannot be read`, { cause })
  })
  if (text === undefined) throw new MillwrightError('PAYLOAD_INVALID', 'the model carries no contract; give one with --contract')
  let read: unknown
  try {
    read = Value.Default(onnxContractSchema, JSON.parse(text))
  } catch (thrown) {
    throw new MillwrightError('PAYLOAD_INVALID', `the contract is no JSON: ${messageOf(thrown)}`)
  }
  if (!Value.Check(onnxContractSchema, read)) {
    const [first] = Value.Errors(onnxContractSchema, read)
    throw new MillwrightError('PAYLOAD_INVALID', `the contract is wrong at "${first?.instancePath ?? ''}": ${first?.message ?? 'it is no contract'}`)
  }
  return scoring(read)
}

function scoring(contract: WireOnnxContract): WireOnnxContract {
  if (contract.output.means !== 'anomaly_score') throw new MillwrightError('PAYLOAD_INVALID', `the output of the model means "${contract.output.means}"; what is scored here is an anomaly_score`)
  return contract
}

/** For each input of the contract, the column of the collection. */
function placesOf({ inputs }: WireOnnxContract, parts: readonly ContestPart[], name: string): number[] {
  const signals = parts[0]?.signals ?? []
  const unknown = inputs.filter(({ signal }) => !signals.includes(signal)).map(({ signal }) => `"${signal}"`)
  if (unknown.length > 0) throw new MillwrightError('PAYLOAD_INVALID', `"${name}" has no signal ${unknown.join(', ')}; it has ${signals.join(', ')}`)
  return inputs.map(({ signal }) => signals.indexOf(signal))
}

interface Run {
  readonly host: OnnxHost
  readonly file: string
  readonly contract: WireOnnxContract
  readonly plan: CallPlan
  spentUs: number
}

/** Scores of a part's rows; one that is not called for keeps the score before it, as on the stream. */
async function scorePart(run: Run, { table, name }: ContestPart, places: readonly number[]): Promise<Float64Array> {
  const { rows, everyRows } = run.contract
  const columns = places.map((place) => held(columnOf(table, place)))
  const size = rows * columns.length
  const atOnce = Math.max(1, Math.min(MAX_WINDOWS, Math.floor(MAX_NUMBERS / size)))
  const ends: number[] = []
  for (let row = rows - 1; row < table.rows; row += everyRows) if (columns.every((column) => !Number.isNaN(column[row - rows + 1]))) ends.push(row)
  const scores = new Float64Array(table.rows).fill(Number.NaN)
  for (let from = 0; from < ends.length; from += atOnce) {
    const some = ends.slice(from, from + atOnce)
    const windows = new Float64Array(some.length * size)
    for (const [call, end] of some.entries()) {
      for (let row = 0; row < rows; row++) for (const [index, column] of columns.entries()) windows[call * size + row * columns.length + index] = column[end - rows + 1 + row] as number
    }
    const outcome = await run.host.ask({ type: 'run', file: run.file, calls: some.length, feeds: feedsOf(run.contract, run.plan, windows, some.length), fetch: run.plan.fetch }, ORDER_MS)
    if (outcome.type !== 'ran') throw new MillwrightError('MODEL_REFUSED', `the model could not be called on ${name}: ${reasonOf(outcome)}`)
    for (const [call, end] of some.entries()) scores[end] = scoreOf(run.contract, outcome.outputs[call] ?? [], `${name} row ${end}`)
    for (const us of outcome.us) run.spentUs += us
  }
  for (let row = 1; row < scores.length; row++) if (Number.isNaN(scores[row])) scores[row] = scores[row - 1] as number
  return scores
}

function scoreOf(contract: WireOnnxContract, output: Parameters<typeof meaningOf>[1], where: string): number {
  try {
    return meaningOf(contract, output).value
  } catch (thrown) {
    throw new MillwrightError('MODEL_REFUSED', `${where}: ${messageOf(thrown)}`)
  }
}

/** A column with its missing values held from before; NaN until the first value. */
function held(column: Float64Array): Float64Array {
  let last = Number.NaN
  return column.map((value) => (last = Number.isNaN(value) ? last : value))
}
