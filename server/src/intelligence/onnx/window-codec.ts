import type { WireOnnxContract } from '@millwright/model/wire/onnx.ts'
import type { CallPlan } from './call-plan.ts'
import type { Feed, Fetched } from './host-messages.ts'

/** What a model says of a window. */
export interface Said {
  /** The number: a value, a score (higher is odder), the last step of a forecast; NaN for a class without one. */
  readonly value: number
  /** The name of a class. */
  readonly label: string | undefined
  /** The steps of a forecast. */
  readonly steps: Float64Array | undefined
  /** Its range allows it. */
  readonly isInRange: boolean
}

/** Windows, one after the other in `windows`, as the tensors of as many calls: scaled and in the order of each tensor. */
export function feedsOf({ inputs }: WireOnnxContract, { feeds }: CallPlan, windows: Float64Array, calls: number): Feed[] {
  const size = windows.length / calls
  const shift = Float64Array.from(inputs, ({ scaling }) => (scaling === undefined ? 0 : 'mean' in scaling ? scaling.mean : scaling.min))
  const factor = Float64Array.from(inputs, ({ scaling }) => (scaling === undefined ? 1 : 'mean' in scaling ? 1 / scaling.std : 1 / (scaling.max - scaling.min)))
  return feeds.map(({ name, type, dims, places }) => {
    const data = type === 'float32' ? new Float32Array(places.length * calls) : new Float64Array(places.length * calls)
    for (let call = 0; call < calls; call++) {
      for (let at = 0; at < places.length; at++) {
        const place = places[at] as number
        const signal = place % inputs.length
        data[call * places.length + at] = ((windows[call * size + place] as number) - (shift[signal] as number)) * (factor[signal] as number)
      }
    }
    return { name, type, dims, data }
  })
}

/** What an output means. Throws an Error that says what is wrong with it. */
export function meaningOf({ output }: WireOnnxContract, fetched: Fetched): Said {
  const { means, labels, steps, range, scaling, higherIs } = output
  const unscaled = (value: number) => (scaling === undefined ? value : 'mean' in scaling ? value * scaling.std + scaling.mean : value * (scaling.max - scaling.min) + scaling.min)
  const isInRange = (value: number) => range === undefined || (value >= (range[0] ?? 0) && value <= (range[1] ?? 0))
  if (means === 'class') return classOf(labels, fetched)
  if (!(fetched instanceof Float64Array)) throw new Error('the output is text, and a number was expected')
  if (means === 'forecast') {
    if (fetched.length !== steps) throw new Error(`the output has ${fetched.length} numbers, and the forecast has ${steps} steps`)
    const ahead = fetched.map(unscaled)
    if (!ahead.every(Number.isFinite)) throw new Error('the forecast has steps that are no numbers')
    const last = ahead.at(-1) ?? Number.NaN
    return { value: last, label: undefined, steps: ahead, isInRange: ahead.every(isInRange) }
  }
  if (fetched.length !== 1) throw new Error(`the output has ${fetched.length} numbers, and one was expected`)
  const raw = fetched[0] as number
  if (!Number.isFinite(raw)) throw new Error(`the output is ${raw}`)
  const value = unscaled(raw)
  return { value: means === 'anomaly_score' && higherIs === 'usual' ? -value : value, label: undefined, steps: undefined, isInRange: isInRange(value) }
}

function classOf(labels: readonly string[] | undefined, fetched: Fetched): Said {
  const label = (text: string): Said => ({ value: Number.NaN, label: text, steps: undefined, isInRange: labels === undefined || labels.includes(text) })
  if (!(fetched instanceof Float64Array)) {
    if (fetched.length !== 1) throw new Error(`the output has ${fetched.length} texts, and one was expected`)
    return label(String(fetched[0]).slice(0, 200))
  }
  if (fetched.some(Number.isNaN)) throw new Error('the output is no number')
  let place = fetched[0] ?? 0
  if (fetched.length > 1) {
    place = 0
    for (let at = 1; at < fetched.length; at++) if ((fetched[at] as number) > (fetched[place] as number)) place = at
  }
  const name = labels === undefined ? String(place) : labels[place]
  if (name === undefined) throw new Error(`the output is class ${place}, and there are ${labels?.length ?? 0} labels`)
  return label(name)
}
