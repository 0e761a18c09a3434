import { bearingOrders } from './bearing-orders.ts'
import { vibrationFeatures } from './vibration-features.ts'
import type { Analysis, AnalysisOrder } from './vibration-messages.ts'
import { waveUnit } from './wave-unit.ts'

/** Bars of the wave at most: more than a screen is wide. Of a spectrum more, since one looks into its low end; a bar is as high as its highest line, so that none is lost. */
const [MAX_BARS, MAX_LINES] = [2_000, 8_192]

/** What a person looks at of a recording that can be looked at: its wave, its spectrum and that of its envelope. */
export function analyse({ values, rateHz, unit, bearing, shaftHz }: AnalysisOrder): Analysis {
  const { features, spectra, values: wave } = vibrationFeatures(values, rateHz, { unit: waveUnit(unit), shaftHz, orders: bearing === undefined ? undefined : bearingOrders(bearing) })
  const each = Math.ceil(wave.length / MAX_BARS)
  const [low, high]: [number[], number[]] = [[], []]
  for (let from = 0; from < wave.length; from += each) {
    let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of wave.subarray(from, from + each)) {
      if (value < lowest) lowest = value
      if (value > highest) highest = value
    }
    low.push(shortened(lowest))
    high.push(shortened(highest))
  }
  const { stepHz, amplitudes, envelope } = spectra
  // Of the envelope, what lies beyond a tenth of its reach is of no interest: faults of bearings strike some hundred times a second at most.
  return { seconds: wave.length / rateHz, wave: { stepMs: (each * 1_000) / rateHz, low, high }, spectrum: bars(amplitudes, stepHz), envelope: bars(envelope.subarray(0, Math.ceil(envelope.length / 10)), stepHz), features }
}

function bars(lines: Float64Array, stepHz: number): { stepHz: number; values: number[] } {
  const each = Math.ceil(lines.length / MAX_LINES)
  const values: number[] = []
  for (let from = 0; from < lines.length; from += each) {
    let highest = 0
    for (const value of lines.subarray(from, from + each)) if (value > highest) highest = value
    values.push(shortened(highest))
  }
  return { stepHz: each * stepHz, values }
}

/** Five digits are more than any sensor has, and half of the text. */
function shortened(value: number): number {
  return Number(value.toPrecision(5))
}
