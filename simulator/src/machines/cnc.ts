import type { AirUser } from './air-station.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { BEARINGS } from '../physics/bearing.ts'
import { RandomStream } from '../physics/random.ts'
import { RotatingUnit } from '../physics/rotating-unit.ts'
import { relaxation } from '../physics/thermal.ts'
import { toolLifeMinutes, wearForce } from '../physics/tool-life.ts'
import type { Weather } from '../physics/weather.ts'
import type { PartQueue } from '../production/part-queue.ts'
import { idleStation, isHeld, maybeStop, rest, stopFor, type MinorStop } from '../production/station.ts'
import { cncOutputs } from './cnc-outputs.ts'
import type { CoolantPlant } from './coolant-plant.ts'
import { cuttingPhase } from './cutting-cycle.ts'
import type { MachiningLine } from './machining-line.ts'

const SPINDLE_RATED_W = 18_500
const LOW_AIR_PA = 5.2e5
/** Tools in the magazine for one program. */
export const TOOLS = 12
/** The tool is changed when so much of its life is used. */
const CHANGE_AT_WEAR = 0.92
const TOOL_CHANGE_S = 240
/** Parts that are spoiled before the torque monitor is sure that the tool broke. */
const PARTS_UNTIL_MONITOR = 2
const BROKEN_REPAIR_S = 900
const MINOR_STOP_EVERY_S = 5 * 3600
const MINOR_STOPS: readonly MinorStop[] = [
  { reason: 'chip_nest', meanS: 150 }, { reason: 'door_open', meanS: 90 }, { reason: 'waiting_for_operator', meanS: 200 },
]

/** Where a machining centre stands. */
export interface CncPlace {
  readonly index: number
  /** 0 for the first operation, 1 for the second. */
  readonly operation: 0 | 1
  readonly line: MachiningLine
  /** Where its blanks come from; undefined for the store of raw parts, which never runs out. */
  readonly from: PartQueue | undefined
  readonly to: PartQueue
  readonly coolant: CoolantPlant
  /** Pressure of the compressed air, Pa. */
  readonly airPa: () => number
  readonly weather: Weather
  readonly seed: number
}

/** A machining centre: one part a cycle, a tool that wears by Taylor, a spindle head that grows with its heat. */
export class MachiningCentre extends PlantMachine implements AirUser {
  readonly type = 'machining_centre'
  readonly words
  override readonly properties = { maker: 'Shenyang Machine Tool', model: 'VMC 850', spindle_kw: 18.5, control: 'HNC-848', bearing: BEARINGS['7014'].model }
  readonly place: CncPlace
  readonly unit: RotatingUnit
  override readonly units
  /** `toolBroken`: the cutting edge is gone. */
  override readonly defects = { toolBroken: 0 }
  readonly state
  readonly outputs
  readonly #random: RandomStream

  constructor(path: string, place: CncPlace) {
    super(path)
    this.place = place
    this.words = { en: `Machining centre ${place.index}`, zh: `${place.index}号加工中心` }
    this.unit = new RotatingUnit({ ratedW: SPINDLE_RATED_W, ratedRpm: 9000, bearing: BEARINGS['7014'], vibrationMmS: 0.9, blades: 4 }, place.seed, path)
    this.units = { spindle: this.unit }
    this.#random = new RandomStream(place.seed, `${path}:parts`)
    this.state = {
      station: idleStation(), busy: false, phaseS: 20 * place.index, cycleS: 120, wear: 0.12 * place.index, toolMinutes: 0, tool: 1, toolChanges: 0, made: 0,
      lastCycleS: 0, spoiled: 0, cut: 0, feed: 0, doorOpen: false, forceN: 0, cuttingW: 0, headC: 22, cabinetC: 30, energyJ: 0, coolantC: 22, unit: this.unit.state,
    }
    this.outputs = cncOutputs(this)
  }

  airFlow(): number {
    return this.state.busy ? 0.007 : 0.0012
  }

  override powerW(): number {
    const { busy, feed } = this.state
    return this.unit.state.electricalW + 1100 + (busy ? 1600 + 1400 * feed : 0)
  }

  /** Heat that chips and tool give to the coolant, W. */
  coolantHeatW(): number {
    return 0.8 * this.state.cuttingW + (this.state.busy ? 700 : 0)
  }

  /** Emission of sound from the cut, V: loud when the tool is worn, and silent when it does not cut. */
  acousticV(): number {
    const { cut, wear } = this.state
    const broken = this.defects.toolBroken > 0 ? 1 : 0
    return 0.15 + cut * (1.4 + 1.3 * wear - 0.9 * broken)
  }

  step(step: Step): void {
    const { timeS, dtS } = step
    const state = this.state
    if (this.#mayWork(step)) this.#work(step)
    else this.#coast()
    const rpm = state.busy ? cuttingPhase(state.phaseS / state.cycleS).turning * this.place.line.part.spindleRpm : 0
    const drag = rpm > 0 ? 900 * (rpm / 9000) * (rpm / 9000) : 0
    this.unit.step(timeS, dtS, rpm, state.cuttingW + drag, this.place.weather.hallC)
    state.coolantC += (this.place.coolant.temperatureC() + 0.0004 * state.cuttingW - state.coolantC) * relaxation(dtS, 120)
    state.headC += (0.55 * this.unit.state.driveEndC + 0.45 * state.coolantC - state.headC) * relaxation(dtS, 1200)
    state.cabinetC += (this.place.weather.hallC + 6 + (state.busy ? 6 : 0) - state.cabinetC) * relaxation(dtS, 1800)
    state.energyJ += this.powerW() * dtS
  }

  #mayWork({ timeS }: Step): boolean {
    const { station, busy } = this.state
    const { line, from, airPa } = this.place
    // Nobody puts in a new tool before the cause is gone; the repair takes its time from then.
    if (station.reason === 'tool_broken' && this.defects.toolBroken > 0) station.stopUntilS = timeS + BROKEN_REPAIR_S
    if (isHeld(station, timeS)) return false
    if (!line.runs) rest(station, line.state.station.mode, line.state.station.reason)
    else if (airPa() < LOW_AIR_PA) rest(station, 'held', 'low_air_pressure')
    else if (!busy && from !== undefined && from.length === 0) rest(station, 'suspended', 'starved')
    else {
      rest(station, 'execute', '')
      return true
    }
    return false
  }

  #coast(): void {
    const state = this.state
    state.cut = 0
    state.feed = 0
    state.forceN = 0
    state.cuttingW = 0
  }

  #work(step: Step): void {
    const state = this.state
    const { line, from } = this.place
    if (!state.busy) {
      from?.shift()
      state.busy = true
      state.phaseS = Math.min(state.phaseS, 20)
      state.cycleS = line.part.cycleS[this.place.operation] * (1 + 0.015 * this.#random.gaussian(state.made))
    }
    state.phaseS += step.dtS * line.calendar.pace
    if (state.phaseS >= state.cycleS) this.#finish(step)
    const phase = cuttingPhase(state.phaseS / state.cycleS)
    const broken = this.defects.toolBroken > 0 ? 0.25 : 1
    const strength = this.place.operation === 0 ? 1 : 0.7
    state.cut = phase.cutting * strength
    state.feed = phase.feed
    state.doorOpen = phase.doorOpen
    state.cuttingW = state.busy ? line.part.cuttingW * state.cut * wearForce(state.wear) * broken : 0
    state.forceN = (state.cuttingW * 60) / line.part.cuttingMMin
    if (state.cut > 0) this.#wearTool(step.dtS)
    maybeStop(state.station, this.#random, step, MINOR_STOP_EVERY_S, MINOR_STOPS)
  }

  #wearTool(dtS: number): void {
    const { part } = this.place.line
    const minutes = (dtS / 60) * this.state.cut
    this.state.toolMinutes += minutes
    this.state.wear += minutes / (TOOLS * toolLifeMinutes(part.tool, part.cuttingMMin))
  }

  #finish({ timeS }: Step): void {
    const state = this.state
    const { to, line } = this.place
    if (to.isFull) {
      state.phaseS = state.cycleS
      rest(state.station, 'suspended', 'blocked')
      return
    }
    const broken = this.defects.toolBroken > 0
    const growthUm = 0.35 * (state.headC - 26)
    const um = 7 * state.wear - 3 + growthUm + 1.9 * this.#random.gaussian(state.made + 500_000_000)
    const surface = this.#random.uniform(state.made + 1_000_000_000) < 0.002 + (line.calendar.pace < 0.97 ? 0.002 : 0)
    to.push({ um: broken ? um + 60 : um, cause: broken ? 'tool_breakage' : surface ? 'surface' : '' })
    state.made++
    state.lastCycleS = state.cycleS / line.calendar.pace
    state.phaseS -= state.cycleS
    state.busy = false
    if (broken && ++state.spoiled >= PARTS_UNTIL_MONITOR) this.#changeTool(timeS, BROKEN_REPAIR_S, 'tool_broken')
    else if (state.wear >= CHANGE_AT_WEAR) this.#changeTool(timeS, TOOL_CHANGE_S, 'tool_change')
  }

  #changeTool(timeS: number, lengthS: number, reason: 'tool_change' | 'tool_broken'): void {
    const state = this.state
    stopFor(state.station, timeS, lengthS, reason)
    state.wear = 0
    state.toolMinutes = 0
    state.spoiled = 0
    state.toolChanges++
    state.tool = 1 + (state.toolChanges % TOOLS)
  }
}
