import { idlePid, stepPid, type PidGains, type PidState } from './pid.ts'
import { warm, type ThermalMass } from './thermal.ts'

/** A thing held at a temperature by electric heaters: a bath, a glue pot, a tunnel's zone. */
export interface HeatedDesign {
  readonly mass: ThermalMass
  readonly heaterW: number
  readonly gains: PidGains
}

/** A zone with its heater and controller. The heater gives what its healthy share can. */
export class HeatedZone {
  readonly design: HeatedDesign
  /** Share of the heating elements that are broken, 0…1. Only faults write here. */
  readonly defects = { heater: 0 }
  readonly state: { temperatureC: number; heatW: number; pid: PidState }

  constructor(design: HeatedDesign, startC: number) {
    this.design = design
    this.state = { temperatureC: startC, heatW: 0, pid: idlePid(startC) }
  }

  /** Advances by `dtS`; a setpoint of `undefined` turns it off. `takenW` is what goods and draughts carry away. */
  step(dtS: number, setpointC: number | undefined, aroundC: number, takenW: number): void {
    const { design, state } = this
    const duty = setpointC === undefined ? 0 : stepPid(design.gains, state.pid, setpointC, state.temperatureC, dtS)
    if (setpointC === undefined) state.pid = idlePid(state.temperatureC)
    state.heatW = duty * design.heaterW * (1 - this.defects.heater)
    state.temperatureC = warm(design.mass, state.temperatureC, state.heatW - takenW, aroundC, dtS)
  }

  /** What the controller asks for, 0…1. */
  get duty(): number {
    return this.state.pid.output
  }
}
