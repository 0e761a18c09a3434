import { PlantMachine, type Step } from '../plant/machine.ts'
import { PA_PER_M } from '../physics/hydraulics.ts'
import { counted, measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

/** Clean loss: 0.4 m at 0.045 m3/s. */
const CLEAN_LOSS = 0.4 / (0.045 * 0.045)
/** Water through the mesh that doubles its loss, m3. */
const DIRT_M3 = 150_000
const CLEANED_AT_DIRT = 1.2

/** The strainer between basin and pumps. Dirt comes with the water; it is cleaned when its loss says so. */
export class SuctionStrainer extends PlantMachine {
  readonly type = 'strainer'
  readonly words = { en: 'Suction strainer', zh: '吸水过滤器' }
  override readonly properties = { mesh_um: 500 }
  /** `clogged`: leaves or slime on the mesh. */
  override readonly defects = { clogged: 0 }
  readonly state = { dirt: 0.3, flow: 0, cleanings: 0 }
  readonly outputs = [
    measured('differential_pressure', 'mbar', [0, 250], { en: 'Differential pressure', zh: '压差' }, SENSORS.pressure, () => (this.lossM(this.state.flow) * PA_PER_M) / 100),
    measured('flow', 'm3/h', [0, 300], { en: 'Flow through the strainer', zh: '流量' }, SENSORS.flow, () => this.state.flow * 3600),
    counted('cleanings', '1', { en: 'Cleanings', zh: '清洗次数' }, () => this.state.cleanings),
  ]

  /** Head lost at a flow, m. */
  lossM(flow: number): number {
    return CLEAN_LOSS * (1 + this.state.dirt + 8 * this.defects.clogged) * flow * flow
  }

  step({ dtS }: Step): void {
    const state = this.state
    state.dirt += (state.flow * dtS) / DIRT_M3
    if (state.dirt > CLEANED_AT_DIRT) {
      state.dirt = 0
      state.cleanings++
    }
  }
}
