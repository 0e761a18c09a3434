import type { SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'

/** The truth about a fault. */
export interface SimulatedFault {
  readonly id: number
  readonly kind: string
  readonly asset: string
  readonly beginUs: number
  readonly endUs: number | undefined
  readonly rampS: number
  /** Paths of the signals that show it, the most telling first. */
  readonly shows: readonly string[]
  /** Assets that may feel it. */
  readonly downstream: readonly string[]
}

/** After its end a fault may still be felt: heat, buffers, filters. */
const FELT_US = 6 * US_PER_HOUR
/** A fault that grows for longer than this is a slow one. */
const SLOW_S = 2 * 86_400
/** A machine ran when its speed was above zero for so many samples, and the first signal that shows the fault was not zero for so many. */
const [RAN_SAMPLES, SHOWN_SAMPLES] = [20, 3]
const SPEED = /(^|_)(speed|rate)$/

interface Told {
  readonly asset: string
  readonly timeUs: number
  /** Names of the first three signals. */
  readonly names: readonly string[]
}

interface Followed {
  readonly fault: SimulatedFault
  ran: number
  shown: number
}

interface KindScore {
  faults: number
  found: number
  asked: number
  named: number
  readonly delays: number[]
}

/** Values of a row: faults that count, recall, median delay in minutes, part of the found ones whose cause was named, false alarms a machine and week. */
type Values = readonly (number | undefined)[]

type RunDone = (followed: readonly Followed[], told: readonly Told[]) => void

/** Gathers what was found of what was broken, over several runs. */
export class FoundFaults {
  readonly #kinds = new Map<string, KindScore>()
  #falseAlarms = 0
  #soundUs = 0

  /** Begins a run; `judged` is the time in which anomalies count. */
  begin(signals: readonly { readonly series: number; readonly asset: string; readonly name: string }[], assets: readonly string[], judged: { readonly fromUs: number; readonly toUs: number }): FaultRun {
    return new FaultRun(signals, judged, (faults, told) => this.#score(faults, told, assets, judged))
  }

  #score(followed: readonly Followed[], told: readonly Told[], assets: readonly string[], { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }): void {
    for (const { fault, ran, shown } of followed) {
      if (!isVisible(fault, ran, shown)) continue
      const { asset, beginUs, endUs = toUs } = fault
      const kind = this.#kind(`${fault.kind}${fault.rampS > SLOW_S ? ' (slow)' : ''}`)
      kind.faults++
      const first = told.find((anomaly) => anomaly.asset === asset && anomaly.timeUs >= beginUs && anomaly.timeUs <= endUs)
      if (first === undefined) continue
      kind.found++
      kind.delays.push((first.timeUs - beginUs) / US_PER_MINUTE)
      if (fault.shows.length === 0) continue
      kind.asked++
      if (first.names.some((name) => fault.shows.includes(`${asset}/${name}`))) kind.named++
    }
    for (const asset of assets) {
      const felt = followed.filter(({ fault }) => fault.asset === asset || fault.downstream.includes(asset)).map(({ fault }) => [fault.beginUs, (fault.endUs ?? toUs) + FELT_US] as const)
      this.#soundUs += soundTime(felt, fromUs, toUs)
      this.#falseAlarms += told.filter((anomaly) => anomaly.asset === asset && !felt.some(([from, to]) => anomaly.timeUs >= from && anomaly.timeUs <= to)).length
    }
  }

  #kind(kind: string): KindScore {
    const known = this.#kinds.get(kind) ?? { faults: 0, found: 0, asked: 0, named: 0, delays: [] }
    this.#kinds.set(kind, known)
    return known
  }

  /** One row for each kind of fault, sorted by name. */
  kinds(): { readonly kind: string; readonly values: Values }[] {
    return [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, score]) => ({ kind, values: valuesOf(score, undefined) }))
  }

  /** All kinds together. */
  total(): Values {
    const sum: KindScore = { faults: 0, found: 0, asked: 0, named: 0, delays: [] }
    for (const { faults, found, asked, named, delays } of this.#kinds.values()) {
      sum.faults += faults
      sum.found += found
      sum.asked += asked
      sum.named += named
      sum.delays.push(...delays)
    }
    return valuesOf(sum, (this.#falseAlarms / this.#soundUs) * 7 * US_PER_DAY)
  }
}

/** One run of the plant: what was told, and which of the struck machines ran. */
export class FaultRun {
  readonly #told: Told[] = []
  readonly #followed = new Map<number, Followed>()
  readonly #pathOf: ReadonlyMap<number, { readonly asset: string; readonly name: string }>
  readonly #hasSpeed: ReadonlySet<string>
  readonly #judged: { readonly fromUs: number; readonly toUs: number }
  readonly #done: RunDone

  constructor(signals: readonly { readonly series: number; readonly asset: string; readonly name: string }[], judged: { readonly fromUs: number; readonly toUs: number }, done: RunDone) {
    this.#pathOf = new Map(signals.map(({ series, asset, name }) => [series, { asset, name }]))
    this.#hasSpeed = new Set(signals.filter(({ name }) => SPEED.test(name)).map(({ asset }) => asset))
    this.#judged = judged
    this.#done = done
  }

  /** The truth as it is now. */
  follow(faults: readonly SimulatedFault[]): void {
    for (const fault of faults) this.#followed.set(fault.id, { ran: 0, shown: 0, ...this.#followed.get(fault.id), fault })
  }

  tell(asset: string, timeUs: number, names: readonly string[]): void {
    if (timeUs >= this.#judged.fromUs) this.#told.push({ asset, timeUs, names })
  }

  /** Sees which machines ran. */
  note({ numbers }: SampleBatch): void {
    const lasting = [...this.#followed.values()].filter(({ fault }) => (fault.endUs ?? Number.POSITIVE_INFINITY) > (numbers.timesUs[0] ?? 0))
    if (lasting.length === 0) return
    for (let at = 0; at < numbers.length; at++) {
      const place = this.#pathOf.get(numbers.series[at] as number)
      if (place === undefined || numbers.values[at] === 0) continue
      const timeUs = numbers.timesUs[at] as number
      for (const followed of lasting) {
        const { asset, beginUs, endUs = Number.POSITIVE_INFINITY, shows } = followed.fault
        if (asset !== place.asset || timeUs < beginUs || timeUs >= endUs) continue
        if (!this.#hasSpeed.has(asset) || SPEED.test(place.name)) followed.ran++
        if (shows[0] === undefined || shows[0] === `${asset}/${place.name}`) followed.shown++
      }
    }
  }

  finish(): void {
    this.#done([...this.#followed.values()], this.#told)
  }
}

/** A fault of a machine that stood cannot be seen. Of a broken tool the stop is the sign. */
function isVisible({ kind }: SimulatedFault, ran: number, shown: number): boolean {
  if (kind === 'tool_breakage') return true
  return ran >= RAN_SAMPLES && (kind.startsWith('sensor_') || shown >= SHOWN_SAMPLES)
}

/** Time between two ends that no stretch covers. */
function soundTime(stretches: readonly (readonly [number, number])[], fromUs: number, toUs: number): number {
  let [sound, last] = [0, fromUs]
  for (const [from, to] of stretches.toSorted((a, b) => a[0] - b[0])) {
    sound += Math.max(0, Math.min(from, toUs) - last)
    last = Math.max(last, Math.min(to, toUs))
  }
  return sound + Math.max(0, toUs - last)
}

function valuesOf({ faults, found, asked, named, delays }: KindScore, falseAlarms: number | undefined): Values {
  const sorted = delays.toSorted((a, b) => a - b)
  return [faults, found / faults, sorted[sorted.length >> 1], asked === 0 ? undefined : named / asked, falseAlarms]
}
