import type { WireOnnxContract, WireOnnxRefusal, WireOnnxTensor } from '@millwright/model/wire/onnx.ts'
import type { RowSettings } from './input-rows.ts'

/** A tensor of one call and where its numbers come from. */
export interface PlannedFeed {
  readonly name: string
  readonly type: 'float32' | 'float64'
  readonly dims: readonly number[]
  /** Of each number, in the order of the tensor: its place in the window (row × signals + signal). */
  readonly places: Int32Array
}

/** How a window becomes a call, and which output is taken. */
export interface CallPlan {
  readonly feeds: readonly PlannedFeed[]
  readonly fetch: string
}

/** Numbers of a window at most: 4,096 rows of 64 signals. */
export const MAX_WINDOW = 262_144
const FLOATS = ['float32', 'float64']
const INTEGERS = ['int64', 'int32', 'bool']

/** Lays a contract over what a file takes and gives. Answers the plan, or everything that does not fit. */
export function planCalls(contract: WireOnnxContract, file: { readonly inputs: readonly WireOnnxTensor[]; readonly outputs: readonly WireOnnxTensor[] }): { readonly plan: CallPlan } | { readonly refusals: readonly WireOnnxRefusal[] } {
  const refusals: WireOnnxRefusal[] = [...contradictions(contract)]
  const feeds = contract.layout === 'columns' ? columnFeeds(contract, file.inputs, refusals) : wholeFeed(contract, file.inputs, refusals)
  const fetch = fetchOf(contract, file.outputs, refusals)
  return refusals.length > 0 || fetch === undefined ? { refusals } : { plan: { feeds, fetch } }
}

/** How rows of a contract are made. */
export function rowSettings({ inputs, rows, stepSeconds, fill }: WireOnnxContract): RowSettings {
  return {
    inputs: inputs.map(({ row = 'last', range }) => ({ row, range: range === undefined ? undefined : [range[0] ?? 0, range[1] ?? 0] })),
    rows,
    stepUs: Math.round(stepSeconds * 1_000_000),
    fill: { rule: fill.rule, forUs: Math.round(fill.seconds * 1_000_000), value: fill.value ?? 0 },
  }
}

/** What is wrong in a contract whatever the file. */
function contradictions({ inputs, layout, rows, fill, output }: WireOnnxContract): WireOnnxRefusal[] {
  const found: WireOnnxRefusal[] = []
  const refuse = (where: string, what: string, right: string) => found.push({ where, what, right })
  if (rows * inputs.length > MAX_WINDOW) refuse('rows', `a window of ${rows} rows of ${inputs.length} signals has ${rows * inputs.length} numbers`, `at most ${MAX_WINDOW}`)
  const names = new Set<string>()
  for (const [at, { signal, scaling, range, quantiles, tensor }] of inputs.entries()) {
    if (names.has(signal)) refuse(`inputs[${at}].signal`, `"${signal}" stands twice among the inputs`, 'each signal once')
    names.add(signal)
    if (scaling !== undefined && 'min' in scaling && scaling.max <= scaling.min) refuse(`inputs[${at}].scaling`, `max ${scaling.max} is not above min ${scaling.min}`, 'min below max')
    if (range !== undefined && (range[1] ?? 0) <= (range[0] ?? 0)) refuse(`inputs[${at}].range`, `${range[1]} is not above ${range[0]}`, 'the lower end first')
    if (quantiles?.some((value, index) => value < (quantiles[index - 1] ?? value)) === true) refuse(`inputs[${at}].quantiles`, 'they go down somewhere', 'each at least as high as the one before, as numpy.quantile gives them')
    if (layout === 'columns' && tensor === undefined) refuse(`inputs[${at}].tensor`, 'with the layout "columns" each input needs its tensor', 'the name of an input of the file')
  }
  if (fill.rule === 'value' && fill.value === undefined) refuse('fill.value', 'the rule "value" needs one', 'a number, before scaling')
  if (names.has(output.signal)) refuse('output.signal', `"${output.signal}" is an input too`, 'a name of its own')
  if (output.normal !== undefined && output.means !== 'class') refuse('output.normal', `the model gives a ${output.means}`, 'only of classes')
  if (output.normal !== undefined && output.labels?.includes(output.normal) === false) refuse('output.normal', `"${output.normal}" is none of "labels"`, output.labels.join(', '))
  if (output.means === 'forecast' && output.steps === undefined) refuse('output.steps', 'a forecast needs to say how many steps it gives', 'a whole number')
  if (output.range !== undefined && (output.range[1] ?? 0) <= (output.range[0] ?? 0)) refuse('output.range', `${output.range[1]} is not above ${output.range[0]}`, 'the lower end first')
  return found
}

function wholeFeed(contract: WireOnnxContract, inputs: readonly WireOnnxTensor[], refusals: WireOnnxRefusal[]): PlannedFeed[] {
  const named = inputs.map(({ name }) => `"${name}"`).join(', ')
  const tensor = contract.tensor === undefined ? inputs[0] : inputs.find(({ name }) => name === contract.tensor)
  if (contract.tensor === undefined && inputs.length !== 1) {
    refusals.push({ where: 'tensor', what: `the file takes ${inputs.length} inputs: ${named}`, right: 'one input, or the layout "columns" with a tensor for each signal' })
    return []
  }
  if (tensor === undefined) {
    refusals.push({ where: 'tensor', what: `the file has no input "${contract.tensor}"`, right: named })
    return []
  }
  if (inputs.length > 1) refusals.push({ where: 'tensor', what: `the file takes other inputs as well: ${named}`, right: 'a file with one input, or the layout "columns"' })
  const { rows } = contract
  const signals = contract.inputs.length
  const dims = contract.layout === 'flat' ? [1, rows * signals] : contract.layout === 'rows_signals' ? [1, rows, signals] : [1, signals, rows]
  const places = Int32Array.from({ length: rows * signals }, (_, at) => (contract.layout === 'signals_rows' ? (at % rows) * signals + Math.floor(at / rows) : at))
  return feedOf(tensor, dims, places, 'layout', refusals)
}

function columnFeeds(contract: WireOnnxContract, inputs: readonly WireOnnxTensor[], refusals: WireOnnxRefusal[]): PlannedFeed[] {
  const { rows } = contract
  const feeds = contract.inputs.flatMap(({ tensor: name }, signal) => {
    const tensor = inputs.find((input) => input.name === name)
    if (tensor === undefined) {
      if (name !== undefined) refusals.push({ where: `inputs[${signal}].tensor`, what: `the file has no input "${name}"`, right: inputs.map((input) => `"${input.name}"`).join(', ') })
      return []
    }
    return feedOf(tensor, [1, rows], Int32Array.from({ length: rows }, (_, row) => row * contract.inputs.length + signal), `inputs[${signal}].tensor`, refusals)
  })
  const unfed = inputs.filter(({ name }) => !contract.inputs.some((input) => input.tensor === name))
  if (unfed.length > 0) refusals.push({ where: 'inputs', what: `nothing is said of the file's inputs ${unfed.map(({ name }) => `"${name}"`).join(', ')}`, right: 'one signal for each input' })
  return feeds
}

function feedOf(tensor: WireOnnxTensor, dims: readonly number[], places: Int32Array, where: string, refusals: WireOnnxRefusal[]): PlannedFeed[] {
  const { name, type, shape } = tensor
  const fits = shape.length === dims.length && shape.every((size, at) => typeof size === 'string' || size === dims[at])
  if (!fits) refusals.push({ where, what: `the file's input "${name}" is [${shape.join(', ')}], and the contract makes [${dims.join(', ')}]`, right: shape[0] === 1 || typeof shape[0] === 'string' ? 'another layout, number of rows or number of inputs' : 'a file whose first dimension is 1 or free (the batch)' })
  if (type !== 'float32' && type !== 'float64') {
    refusals.push({ where, what: `the file's input "${name}" takes ${type}`, right: 'float32 or float64' })
    return []
  }
  return [{ name, type, dims, places }]
}

function fetchOf({ output }: WireOnnxContract, outputs: readonly WireOnnxTensor[], refusals: WireOnnxRefusal[]): string | undefined {
  const reasons: string[] = []
  const candidates = output.tensor === undefined ? outputs : outputs.filter(({ name }) => name === output.tensor)
  if (output.tensor !== undefined && candidates.length === 0) refusals.push({ where: 'output.tensor', what: `the file has no output "${output.tensor}"`, right: outputs.map(({ name }) => `"${name}"`).join(', ') })
  for (const candidate of candidates) {
    const reason = unfit(output, candidate)
    if (reason === undefined) return candidate.name
    reasons.push(`"${candidate.name}" ${reason}`)
  }
  if (candidates.length > 0) refusals.push({ where: 'output', what: `no output of the file fits the meaning "${output.means}": ${reasons.join('; ')}`, right: RIGHT[output.means] })
  return undefined
}

const RIGHT = {
  value: 'an output of one float32 or float64',
  anomaly_score: 'an output of one float32 or float64',
  class: 'an output of one text or whole number, or of a probability for each of "labels"; scikit-learn: options={"zipmap": False}',
  forecast: 'an output of "steps" numbers of float32 or float64',
} as const

/** Why an output cannot be what it should mean; undefined when it can. */
function unfit(output: WireOnnxContract['output'], { type, shape }: WireOnnxTensor): string | undefined {
  const size = shape.reduce<number>((product, length) => product * (typeof length === 'number' ? length : 1), 1)
  const isFloat = FLOATS.includes(type)
  if (output.means === 'class') {
    if (type === 'string' || INTEGERS.includes(type)) return size === 1 ? undefined : `holds ${size} values`
    if (!isFloat) return `is ${type}`
    if (output.labels === undefined) return 'holds probabilities, and the contract has no "labels" to name them'
    return size === output.labels.length || size === 1 ? undefined : `holds ${size} probabilities for ${output.labels.length} labels`
  }
  if (!isFloat) return `is ${type}`
  const wanted = output.means === 'forecast' ? (output.steps ?? 1) : 1
  const isFree = shape.slice(1).some((length) => typeof length === 'string')
  return size === wanted || isFree ? undefined : `holds ${size} numbers, not ${wanted}`
}
