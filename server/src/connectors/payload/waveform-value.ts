import { waveformProblem } from '../waveform-limits.ts'
import { JsonObject, isJsonArray, type JsonValue } from './json-value.ts'

/** A waveform as JSON says it, `{"rateHz": 25600, "waveform": [0.1, …]}`, or what is wrong with it. */
export type WaveformValue = { readonly rateHz: number; readonly block: Float32Array } | { readonly problem: string }

const FORM = 'a waveform is {"rateHz": 25600, "waveform": [0.1, -0.2, …]}'

/** Tells whether a value is meant as a waveform: an object whose `waveform` is an array. All other objects are assets. */
export function isWaveform(value: JsonValue): value is JsonObject {
  if (!(value instanceof JsonObject)) return false
  const points = value.get('waveform')
  return points !== undefined && points !== null && typeof points === 'object' && isJsonArray(points)
}

/** Reads it; `null` among the points is a gap, kept as NaN. */
export function waveformValue(value: JsonObject): WaveformValue {
  const other = value.names.find((name) => name !== 'rateHz' && name !== 'waveform')
  if (other !== undefined) return { problem: `"${other.slice(0, 60)}" is no part of a waveform; ${FORM}` }
  if (value.names.length !== 2) return { problem: `${FORM}, each name once` }
  const [rateHz, points] = [value.get('rateHz'), value.get('waveform')]
  if (typeof rateHz !== 'number') return { problem: `"rateHz" must be a number; ${FORM}` }
  if (points === undefined || points === null || typeof points !== 'object' || !isJsonArray(points)) return { problem: FORM }
  const problem = waveformProblem(rateHz, points.length)
  if (problem !== undefined) return { problem }
  const block = new Float32Array(points.length)
  for (const [at, point] of points.entries()) {
    if (point !== null && typeof point !== 'number') return { problem: `point ${at} of the waveform is neither a number nor null` }
    block[at] = point ?? Number.NaN
    if (point !== null && !Number.isFinite(block[at] as number)) return { problem: `point ${at} of the waveform is beyond the range of 32-bit floats` }
  }
  return { rateHz, block }
}
