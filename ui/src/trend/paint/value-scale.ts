/** A value axis: which values its ends stand for, and where its ticks are. */
export interface ValueScale {
  readonly low: number
  readonly high: number
  readonly isLog: boolean
  readonly ticks: readonly number[]
  /** Digits behind the point that its labels need. */
  readonly digits: number
  /** 0 at the low end, 1 at the high end. */
  readonly place: (value: number) => number
}

export interface ScaleWish {
  /** Least and greatest value that is seen; infinite where nothing is. */
  readonly seen: readonly [least: number, greatest: number]
  readonly fixed?: readonly [low: number, high: number] | undefined
  readonly log?: boolean | undefined
  readonly heightPx: number
}

const TICK_GAP_PX = 32

/** A step of 1, 2 or 5 times a power of ten, at least `wanted`. */
export function niceStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  const share = wanted / power
  return (share <= 1.000_001 ? 1 : share <= 2.000_001 ? 2 : share <= 5.000_001 ? 5 : 10) * power
}

/** The scale that shows what is seen, ending on round values so that it stands still while the picture moves under it. */
export function valueScale({ seen, fixed, log, heightPx }: ScaleWish): ValueScale {
  const [least, greatest] = fixed ?? (Number.isFinite(seen[0]) ? seen : [0, 1])
  const count = Math.max(3, Math.floor(heightPx / TICK_GAP_PX))
  if (log === true && greatest > 0) return logScale(least > 0 ? least : greatest / 1e4, greatest, fixed !== undefined, count)
  const size = Math.max(Math.abs(least), Math.abs(greatest))
  // Below this a difference is the rounding of numbers, not the machine.
  const reach = greatest - least > Math.max(size * 1e-9, 1e-100) ? greatest - least : 0
  // A line that does not move lies in the middle, with room above and below that fits its size.
  const margin = reach > 0 ? reach * 0.04 : size > 1e-100 ? size * 0.05 : 1
  const isExact = fixed !== undefined
  const step = niceStep(((isExact ? reach : reach + 2 * margin) || 1) / count)
  const half = step / 2
  const low = isExact ? least : Math.floor((least - margin) / half) * half
  const high = isExact ? greatest : Math.ceil((greatest + margin) / half) * half
  const ticks: number[] = []
  // An axis that nothing stands on has no numbers.
  const isIdle = !isExact && !Number.isFinite(seen[0])
  const first = Math.ceil(low / step - 1e-9)
  for (let i = first; !isIdle && i * step <= high + step * 1e-9 && ticks.length < 100; i++) ticks.push(i * step)
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)))
  return { low, high, isLog: false, ticks, digits, place: (value) => (value - low) / (high - low) }
}

function logScale(least: number, greatest: number, isExact: boolean, count: number): ValueScale {
  const lowPower = isExact ? Math.log10(least) : Math.floor(Math.log10(least) * 2) / 2
  const highPower = Math.max(lowPower + 0.5, isExact ? Math.log10(greatest) : Math.ceil(Math.log10(greatest) * 2 + 1e-9) / 2)
  const every = Math.max(1, Math.ceil((highPower - lowPower) / count))
  const ticks: number[] = []
  for (let power = Math.ceil(lowPower - 1e-9); power <= highPower + 1e-9; power += every) ticks.push(10 ** power)
  if (ticks.length < 3) {
    for (let power = Math.floor(lowPower); power <= highPower; power++) {
      for (const share of [2, 5]) {
        const value = share * 10 ** power
        const at = Math.log10(value)
        if (at >= lowPower && at <= highPower) ticks.push(value)
      }
    }
    ticks.sort((a, b) => a - b)
  }
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(ticks[0] ?? 1) + 1e-9)))
  return { low: 10 ** lowPower, high: 10 ** highPower, isLog: true, ticks, digits, place: (value) => (value > 0 ? (Math.log10(value) - lowPower) / (highPower - lowPower) : Number.NEGATIVE_INFINITY) }
}
