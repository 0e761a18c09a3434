/** Cycles of the rolling means and slopes. */
const WINDOWS = [5, 10, 20, 40] as const

/** Weight of the newest cycle in the smoothed value, and cycles that make a machine's own beginning. */
const [SMOOTHING, BEGINNING] = [0.1, 10]

/** What regimes look like: the mean and spread of every sensor at every setting of the machine that was seen in learning. */
export interface Regimes {
  readonly names: readonly string[]
  readonly mean: readonly Float64Array[]
  readonly scale: readonly Float64Array[]
}

/** A run's table: columns of settings first, then sensors. */
export interface LifeTable {
  readonly rows: number
  readonly columns: readonly Float64Array[]
}

/** Which of the settings' combinations a cycle had, rounded to two digits of each setting's size. */
function regimeAt(table: LifeTable, row: number, settings: number): string {
  return table.columns.slice(0, settings).map((column) => Math.round(column[row] as number)).join(' ')
}

/** Learns regimes: a sensor is compared only with itself under the same settings, without which flight height hides the wear. */
export function learnRegimes(runs: readonly LifeTable[], settings: number): Regimes {
  const sensors = (runs[0]?.columns.length ?? settings) - settings
  const found = new Map<string, { count: number; readonly sum: Float64Array; readonly squares: Float64Array }>()
  for (const run of runs) {
    for (let row = 0; row < run.rows; row++) {
      const name = regimeAt(run, row, settings)
      const regime = found.get(name) ?? { count: 0, sum: new Float64Array(sensors), squares: new Float64Array(sensors) }
      regime.count++
      for (let sensor = 0; sensor < sensors; sensor++) {
        const value = (run.columns[settings + sensor] as Float64Array)[row] as number
        regime.sum[sensor] = (regime.sum[sensor] as number) + value
        regime.squares[sensor] = (regime.squares[sensor] as number) + value * value
      }
      found.set(name, regime)
    }
  }
  const regimes = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    names: regimes.map(([name]) => name),
    mean: regimes.map(([, { count, sum }]) => sum.map((value) => value / count)),
    scale: regimes.map(([, { count, sum, squares }]) => squares.map((square, sensor) => {
      const mean = (sum[sensor] as number) / count
      const variance = square / count - mean * mean
      return variance > 1e-9 * mean * mean ? 1 / Math.sqrt(variance) : 0
    })),
  }
}

/** Sensors that move under some regime. */
export function livelySensors(regimes: Regimes): number[] {
  return [...(regimes.scale[0] ?? [])].map((_, sensor) => sensor).filter((sensor) => regimes.scale.some((scale) => (scale[sensor] as number) > 0))
}

/**
 * Features of every cycle of a run, causal, as columns: of each lively sensor its rolling means and slopes over 5 to 40 cycles, its smoothed value, and how far that
 * is from the run's own beginning; last the age. A setting never seen in learning is compared with the regime of the nearest name in order.
 */
export function lifeFeatures(run: LifeTable, settings: number, regimes: Regimes): Float64Array[] {
  const features: Float64Array[] = []
  const regime = Int32Array.from({ length: run.rows }, (_, row) => Math.max(0, regimes.names.indexOf(regimeAt(run, row, settings))))
  for (const sensor of livelySensors(regimes)) {
    const raw = run.columns[settings + sensor] as Float64Array
    const values = raw.map((value, row) => (value - (regimes.mean[regime[row] as number]?.[sensor] ?? 0)) * (regimes.scale[regime[row] as number]?.[sensor] ?? 0))
    for (const window of WINDOWS) features.push(...rolling(values, window))
    const smoothed = new Float64Array(run.rows)
    let [level, count, beginning] = [values[0] ?? 0, 0, 0]
    const moved = values.map((value, row) => {
      level += Math.max(SMOOTHING, 1 / (row + 1)) * (value - level)
      smoothed[row] = level
      if (count < BEGINNING) beginning += (value - beginning) / ++count
      return level - beginning
    })
    features.push(smoothed, moved)
  }
  features.push(Float64Array.from({ length: run.rows }, (_, row) => row + 1))
  return features
}

/** Mean and least-squares slope of the last `window` values, of fewer at the beginning. */
function rolling(values: Float64Array, window: number): [Float64Array, Float64Array] {
  const means = new Float64Array(values.length)
  const slopes = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const count = Math.min(window, row + 1)
    let [sum, tilt] = [0, 0]
    for (let back = 0; back < count; back++) {
      sum += values[row - back] as number
      tilt += (values[row - back] as number) * ((count - 1) / 2 - back)
    }
    means[row] = sum / count
    slopes[row] = count < 3 ? 0 : (tilt * 12) / (count * (count * count - 1))
  }
  return [means, slopes]
}
