import { Status } from '@millwright/model/quality.ts'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import { FaultEngine, type FaultRequest, type FaultTruth, type InjectOutcome } from '../faults/fault-engine.ts'
import type { SensorPlace } from '../faults/fault-kind.ts'
import { synthesiseWaveform, WAVEFORM_RATE_HZ } from '../physics/waveform.ts'
import type { NumberOutput, TextOutput } from '../sensors/output.ts'
import { SensorBank } from '../sensors/sensor-bank.ts'
import { restoreInto } from './deep-state.ts'
import { GatewayLink, type PlantSink } from './gateway-link.ts'
import { buildLayout, waveformName, type Layout, type PlantSignal } from './layout.ts'
import type { Machine } from './machine.ts'
import { MONITORED_TYPES, type RecordingPlan } from './recording-plan.ts'

/** How finely the plant moves and is looked at. Both are whole seconds; the second is a multiple of the first. */
export interface Resolution {
  readonly stepS: number
  /** Sensors show themselves at most this often. */
  readonly sampleS: number
}

/** Every sensor at its own pace. */
export const LIVE: Resolution = { stepS: 1, sampleS: 1 }
/** For long pasts: the physics in steps of 10 s, each sensor once a minute. */
export const HISTORY: Resolution = { stepS: 10, sampleS: 60 }

/** Texts that do not change are repeated so often. */
const TEXT_HEARTBEAT_S = 3600
/** Time before the start in which temperatures and buffers find their places, without samples. */
const WARM_UP_S = 6 * 3600
const WARM_UP_STEP_S = 10

export interface PlantOptions {
  readonly seed: number
  /** When the first step begins; cut to whole 10 s. */
  readonly startUs: number
}

interface TextSlot {
  readonly series: number
  readonly output: TextOutput
  shown: string | null
  shownAtS: number
}

interface GatewayRange {
  readonly link: GatewayLink
  readonly from: number
  readonly to: number
  readonly texts: readonly TextSlot[]
  /** Machines with a vibration monitor. */
  readonly monitored: readonly Machine[]
}

/** Everything about a plant at a moment, as plain data for `structuredClone` or `v8.serialize`. */
export interface PlantSnapshot {
  readonly timeS: number
  readonly machines: Readonly<Record<string, object>>
  readonly bank: { readonly lagged: Float64Array; readonly shown: Float64Array; readonly shownAtS: Float64Array }
  readonly texts: readonly { readonly shown: string | null; readonly shownAtS: number }[]
  readonly faults: ReturnType<FaultEngine['snapshot']>
}

/** The living plant. Same seed, same start and same calls of faults: the same samples, however the steps are asked for. */
export class Plant {
  readonly seed: number
  /** Recordings of vibration that monitored machines send while they turn; none unless somebody asks. */
  recordings: RecordingPlan | undefined
  readonly layout: Layout
  readonly #faults: FaultEngine
  readonly #bank: SensorBank
  readonly #ranges: readonly GatewayRange[]
  readonly #machines: ReadonlyMap<string, Machine>
  readonly #waveformSeries: ReadonlyMap<string, PlantSignal>
  #timeS: number

  constructor(options: PlantOptions) {
    this.seed = options.seed
    this.layout = buildLayout(options.seed)
    this.#machines = new Map(this.layout.machines.map((machine) => [machine.path, machine]))
    this.#waveformSeries = new Map(this.layout.signals.filter((signal) => signal.kind === 'waveform').map((signal) => [signal.path, signal]))
    const sensors = listSensors(this.layout)
    this.#bank = new SensorBank(options.seed, sensors)
    this.#ranges = listRanges(this.layout, sensors)
    this.#faults = new FaultEngine(this.#ground(sensors), this.layout.wiring)
    this.#timeS = Math.floor(options.startUs / US_PER_SECOND / WARM_UP_STEP_S) * WARM_UP_STEP_S
    this.#warmUp()
  }

  /** The end of the last step. */
  get nowUs(): number {
    return this.#timeS * US_PER_SECOND
  }

  get signals(): readonly PlantSignal[] {
    return this.layout.signals
  }

  /** Moves the plant up to `untilUs`, in whole steps on the clock's grid, and gives the samples to `sink`. */
  step(untilUs: number, sink: PlantSink, resolution: Resolution = LIVE): void {
    const { stepS, sampleS } = resolution
    if (!(Number.isInteger(stepS) && stepS >= 1 && sampleS % stepS === 0)) throw new RangeError(`stepS must be a whole number from 1, and sampleS a multiple of it, not ${stepS} and ${sampleS}`)
    for (;;) {
      const next = (Math.floor(this.#timeS / stepS) + 1) * stepS
      if (next * US_PER_SECOND > untilUs) break
      const step = { timeS: next, dtS: next - this.#timeS }
      this.#faults.update(next * US_PER_SECOND)
      for (const machine of this.layout.order) machine.step(step)
      this.#timeS = next
      if (next % sampleS === 0) this.#sample(next, sampleS, sink)
    }
    for (const { link } of this.#ranges) link.flush(sink, this.nowUs, true)
  }

  #sample(timeS: number, everyS: number, sink: PlantSink): void {
    for (const { link, from, to, texts, monitored } of this.#ranges) {
      if (link.isFull) {
        link.lost += to - from
        continue
      }
      const stampUs = timeS * US_PER_SECOND + link.defects.jumpUs
      this.#bank.sample(from, to, { timeS, stampUs, everyS }, link.builder)
      for (const slot of texts) {
        const text = slot.output.read()
        if (text === slot.shown && timeS - slot.shownAtS < TEXT_HEARTBEAT_S) continue
        slot.shown = text
        slot.shownAtS = timeS
        link.builder.addText(slot.series, stampUs, text, Status.good)
      }
      if (this.recordings !== undefined && timeS % this.recordings.everyS === 0) this.#record(monitored, stampUs, this.recordings.seconds, link)
      link.flush(sink, timeS * US_PER_SECOND, false)
    }
  }

  #record(machines: readonly Machine[], stampUs: number, seconds: number, link: GatewayLink): void {
    for (const { path, units } of machines) {
      for (const [prefix, unit] of Object.entries(units)) {
        if (unit.state.rpm <= 0) continue
        const { signal, rateHz, values } = this.waveform(prefix === '' ? path : `${path}:${prefix}`, stampUs, seconds)
        link.builder.addWaveform(signal.series, stampUs, rateHz, values, Status.good)
      }
    }
  }

  #warmUp(): void {
    const startS = this.#timeS - WARM_UP_S
    for (let timeS = startS + WARM_UP_STEP_S; timeS <= this.#timeS; timeS += WARM_UP_STEP_S) {
      for (const machine of this.layout.order) machine.step({ timeS, dtS: WARM_UP_STEP_S })
    }
  }

  #ground(sensors: readonly SensorSlot[]) {
    const places: SensorPlace[] = sensors.map(({ path, machine, output }, position) => ({
      path, position, machine, unit: output.unit, measures: output.kind === 'number' && output.sensor.noise > 0,
    }))
    const signalsOf = (gateway: string) => {
      const machines = this.layout.gateways.find(({ name }) => name === gateway)?.machines ?? []
      return machines.flatMap((machine) => machine.outputs.map((output) => `${machine.path}/${output.name}`))
    }
    return { machines: this.layout.machines, sensors: places, bank: this.#bank, links: this.#ranges.map(({ link }) => link), signalsOf }
  }

  /** Plans a fault, now or later. */
  inject(request: FaultRequest): InjectOutcome {
    return this.#faults.inject(request, this.nowUs)
  }

  /** Ends a fault now; false when there is none of that id. */
  clear(id: number): boolean {
    return this.#faults.clear(id, this.nowUs)
  }

  /** Faults planned or active. */
  faults(): FaultTruth[] {
    return this.#faults.active()
  }

  /** Where each kind of fault can be put, with its variants. */
  placements(): Record<string, { readonly target: string; readonly variants: readonly string[] }[]> {
    const result: Record<string, { readonly target: string; readonly variants: readonly string[] }[]> = {}
    for (const [kind, places] of this.#faults.placements) result[kind] = [...places.values()].map(({ target, variants }) => ({ target, variants }))
    return result
  }

  /** The truth about all faults, apart from what sensors see. */
  truth(): FaultTruth[] {
    return this.#faults.truth()
  }

  /** Samples that gateways lost because their store was full. */
  lost(): number {
    return this.#ranges.reduce((sum, { link }) => sum + link.lost, 0)
  }

  /**
   * Acceleration of a machine's rotating unit as its present state makes it, sampled at 25.6 kHz, for `seconds` from `timeUs`.
   * `asset` is the machine's path, with `:prefix` where it has several units or a named one.
   */
  waveform(asset: string, timeUs: number, seconds: number): { readonly signal: PlantSignal; readonly rateHz: number; readonly values: Float32Array } {
    const [path = '', prefix = ''] = asset.split(':')
    const unit = this.#machines.get(path)?.units[prefix]
    const signal = this.#waveformSeries.get(`${path}/${waveformName(prefix)}`)
    if (unit === undefined || signal === undefined) throw new RangeError(`"${asset}" has no rotating unit with a vibration sensor`)
    return { signal, rateHz: WAVEFORM_RATE_HZ, values: synthesiseWaveform(unit, { seed: this.seed, name: asset, timeUs }, seconds) }
  }

  /** Whether a cut gateway holds samples. */
  get isHolding(): boolean {
    return this.#ranges.some(({ link }) => link.isHolding)
  }

  /** Everything that changes, as plain data. Not while a gateway holds samples back. */
  snapshot(): PlantSnapshot {
    if (this.isHolding) throw new Error('a snapshot cannot be taken while a cut gateway holds samples')
    return structuredClone({
      timeS: this.#timeS,
      machines: Object.fromEntries(this.layout.machines.map((machine) => [machine.path, machine.state])),
      bank: this.#bank.state,
      texts: this.#ranges.flatMap(({ texts }) => texts.map(({ shown, shownAtS }) => ({ shown, shownAtS }))),
      faults: this.#faults.snapshot(),
    })
  }

  /** Puts a plant of the same seed back to a snapshot. */
  restore(saved: PlantSnapshot): void {
    this.#timeS = saved.timeS
    for (const machine of this.layout.machines) {
      const state = saved.machines[machine.path]
      if (state === undefined) throw new Error(`the snapshot has no ${machine.path}: it is of another plant`)
      restoreInto(machine.state, state)
    }
    restoreInto(this.#bank.state, saved.bank)
    for (const [index, slot] of this.#ranges.flatMap(({ texts }) => texts).entries()) Object.assign(slot, saved.texts[index])
    this.#faults.restore(saved.faults)
    this.#faults.update(this.nowUs)
  }
}

interface SensorSlot {
  readonly series: number
  readonly path: string
  readonly machine: Machine
  readonly output: NumberOutput
}

function listSensors(layout: Layout): SensorSlot[] {
  let series = 0
  return layout.machines.flatMap((machine) =>
    machine.outputs.flatMap((output) => {
      series++
      return output.kind === 'text' ? [] : [{ series, path: `${machine.path}/${output.name}`, machine, output }]
    }),
  )
}

function listRanges(layout: Layout, sensors: readonly SensorSlot[]): GatewayRange[] {
  const seriesOf = new Map(layout.signals.map((signal) => [signal.path, signal.series]))
  let from = 0
  return layout.gateways.map((gateway) => {
    const members = new Set(gateway.machines)
    const to = from + sensors.filter((sensor) => members.has(sensor.machine)).length
    const texts = gateway.machines.flatMap((machine) =>
      machine.outputs.flatMap((output): TextSlot[] =>
        output.kind === 'text' ? [{ series: seriesOf.get(`${machine.path}/${output.name}`) ?? 0, output, shown: null, shownAtS: 0 }] : [],
      ),
    )
    const range = { link: new GatewayLink(gateway.name), from, to, texts, monitored: gateway.machines.filter(({ type }) => MONITORED_TYPES.has(type)) }
    from = to
    return range
  })
}
