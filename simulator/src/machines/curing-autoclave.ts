import { PlantMachine, type Step } from '../plant/machine.ts'
import { HeatedZone } from '../physics/heated-zone.ts'
import { RandomStream } from '../physics/random.ts'
import { relaxation } from '../physics/thermal.ts'
import type { Weather } from '../physics/weather.ts'
import { CURING_RECIPES, type CuringRecipe } from '../production/curing-recipes.ts'
import { contact, counted, measured, shown } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import { zoneOutputs } from './zone-outputs.ts'

type Phase = 'load' | 'heat' | 'cure' | 'cool'

const HEATER_W = 95_000
/** W/K between the gas of a zone and its half of the goods, with the fan running; and into the cooling coil when its valve is open. */
const [TO_GOODS, TO_COIL] = [1_600, 2_200]
const COIL_C = 24
/** What the open door lets out, W/K of each zone. */
const THROUGH_DOOR = 2_500
const FAN_W = 7_500
/** J/K of a usual load with its moulds. */
const GOODS_CAPACITY = 5.5e5
const LOAD_S = 8 * 60
/** A cure begins when both zones are so near to its temperature. */
const NEAR_K = 2
/** The goods leave at this temperature, the gas below the other one. */
const [OUT_C, VENT_C] = [60, 95]
/** No phase goes on for longer: then the controller lets the batch go on as it is. */
const LONGEST_S = 45 * 60
/** The pressure valve closes the gap to the setpoint in about a minute, as far as the supply lets it; the sound seal of the door lets go so much of the pressure in a second, the worst one so much more. */
const [FILL_PER_S, SOUND_LEAK, WORST_LEAK] = [1 / 60, 1 / 9_000, 1 / 350]
const [VENT_S, VOLUME_M3, SECONDS_AN_HOUR] = [60, 8, 3_600]
/** Most that the supply gives, of nitrogen at one bar. */
const SUPPLY_M3_H = 900
/** What the slowest ramp is of the one that the recipe says, subtracted from one. */
const SLOWEST = 0.45
/** Batches of one recipe in a row, on average. */
const CAMPAIGN = 5

/**
 * An autoclave in which rubber linings are cured under nitrogen, batch by batch, by one of three recipes: load, heat along a ramp, cure, cool. The controller waits with the cure until both zones
 * are warm, as they do; loads differ in mass, and people in how fast they load.
 */
export class CuringAutoclave extends PlantMachine {
  readonly type = 'curing_autoclave'
  readonly words = { en: 'Curing autoclave', zh: '硫化罐' }
  override readonly properties = { maker: 'Jinpeng', volume_m3: VOLUME_M3, heater_kw: (2 * HEATER_W) / 1_000, max_bar: 10 }
  readonly front = newZone()
  readonly rear = newZone()
  override readonly zones = { front: this.front, rear: this.rear }
  /** `ramp`: somebody entered a slower ramp; `seal`: the seal of the door lets gas out. */
  override readonly defects = { ramp: 0, seal: 0 }
  readonly state
  readonly outputs
  readonly #weather: Weather
  readonly #random: RandomStream

  constructor(path: string, seed: number, weather: Weather) {
    super(path)
    this.#weather = weather
    this.#random = new RandomStream(seed, `${path}:batches`)
    this.state = {
      phase: 'load' as Phase, phaseS: 0, batch: 0, campaign: 0, left: CAMPAIGN, goodsC: 30, goodsShare: 1, loadS: LOAD_S, setpointC: 30, pressureBar: 0, fillBarPerS: 0, coilShare: 0,
      nitrogenM3: 0, energyJ: 0, front: this.front.state, rear: this.rear.state,
    }
    const { state } = this
    this.outputs = [
      shown('recipe', { en: 'Recipe', zh: '配方' }, () => this.recipe.name),
      shown('phase', { en: 'Phase of the recipe', zh: '工艺阶段' }, () => state.phase),
      shown('batch', { en: 'Batch', zh: '批次' }, () => `AC-${200_001 + state.batch}`),
      contact('door_closed', { en: 'Door closed and locked', zh: '罐门关闭并锁紧' }, () => state.phase !== 'load'),
      ...zoneOutputs(this.front, 'front', { en: 'Front zone', zh: '前区' }, () => this.#setpoint(), 250),
      ...zoneOutputs(this.rear, 'rear', { en: 'Rear zone', zh: '后区' }, () => this.#setpoint(), 250),
      measured('goods_temperature', 'Cel', [0, 250], { en: 'Temperature of the goods', zh: '工件温度' }, SENSORS.temperature, () => state.goodsC),
      measured('pressure', 'bar', [0, 10], { en: 'Pressure', zh: '罐内压力' }, SENSORS.pressure, () => state.pressureBar),
      measured('nitrogen_flow', 'm3/h', [0, 1200], { en: 'Nitrogen flow', zh: '氮气流量' }, SENSORS.flow, () => state.fillBarPerS * VOLUME_M3 * SECONDS_AN_HOUR),
      measured('cooling_valve', '%', [0, 100], { en: 'Cooling valve', zh: '冷却阀开度' }, SENSORS.position, () => 100 * state.coilShare),
      measured('power', 'kW', [0, 250], { en: 'Electrical power', zh: '电功率' }, SENSORS.electrical, () => this.powerW() / 1_000),
      counted('energy', 'kW.h', { en: 'Electrical energy', zh: '电能' }, () => state.energyJ / 3.6e6, 0.1),
      counted('nitrogen', 'm3', { en: 'Nitrogen', zh: '氮气用量' }, () => state.nitrogenM3, 0.1),
      counted('batch_count', '1', { en: 'Batches', zh: '完成批次' }, () => state.batch),
    ]
  }

  /** What the batch is cured by: a campaign of batches has one recipe. */
  get recipe(): CuringRecipe {
    return this.#random.pick(3 * this.state.campaign, CURING_RECIPES)
  }

  override powerW(): number {
    return this.front.state.heatW + this.rear.state.heatW + (this.state.phase === 'load' ? 600 : FAN_W)
  }

  step({ timeS, dtS }: Step): void {
    const { state, front, rear } = this
    // The shop has its own supply and hall, so nothing of other machines depends on it.
    this.#weather.update(timeS)
    this.#sequence(dtS)
    const gas = { front: front.state.temperatureC, rear: rear.state.temperatureC }
    const isOpen = state.phase === 'load'
    const toGoods = isOpen ? 0 : TO_GOODS
    const taken = (zoneC: number) => toGoods * (zoneC - state.goodsC) + (isOpen ? THROUGH_DOOR * (zoneC - this.#weather.hallC) : 0) + TO_COIL * state.coilShare * (zoneC - COIL_C)
    const setpointC = this.#setpoint()
    front.step(dtS, setpointC, this.#weather.hallC, taken(gas.front))
    rear.step(dtS, setpointC, this.#weather.hallC, taken(gas.rear))
    if (!isOpen) state.goodsC += ((gas.front + gas.rear) / 2 - state.goodsC) * relaxation(dtS, (GOODS_CAPACITY * state.goodsShare) / (2 * TO_GOODS))
    this.#pressurise(dtS)
    state.energyJ += this.powerW() * dtS
  }

  /** What both zones are to have; undefined while nothing is heated. */
  #setpoint(): number | undefined {
    return this.state.phase === 'heat' || this.state.phase === 'cure' ? this.state.setpointC : undefined
  }

  #sequence(dtS: number): void {
    const { state, recipe } = this
    state.phaseS += dtS
    state.coilShare += ((state.phase === 'cool' ? 1 : 0) - state.coilShare) * relaxation(dtS, 15)
    if (state.phase === 'heat') {
      const perS = (recipe.rampKPerMin / 60) * (1 - SLOWEST * this.defects.ramp)
      state.setpointC = Math.min(recipe.cureC, state.setpointC + perS * dtS)
      const coldestC = Math.min(this.front.state.temperatureC, this.rear.state.temperatureC)
      if ((state.setpointC >= recipe.cureC && coldestC >= recipe.cureC - NEAR_K) || state.phaseS >= LONGEST_S) this.#enter('cure')
    } else if (state.phase === 'cure') {
      if (state.phaseS >= recipe.cureS) this.#enter('cool')
    } else if (state.phase === 'cool') {
      if ((state.goodsC <= OUT_C && state.pressureBar < 0.1) || state.phaseS >= LONGEST_S) this.#load()
    } else if (state.phaseS >= state.loadS) {
      state.setpointC = Math.max(this.front.state.temperatureC, this.rear.state.temperatureC)
      this.#enter('heat')
    }
  }

  #enter(phase: Phase): void {
    this.state.phase = phase
    this.state.phaseS = 0
  }

  /** The next batch: cold goods of another mass. */
  #load(): void {
    const { state } = this
    state.batch++
    if (--state.left <= 0) {
      state.campaign++
      state.left = 1 + Math.floor(2 * CAMPAIGN * this.#random.uniform(3 * state.campaign + 1))
    }
    state.goodsC = this.#weather.hallC + 8 + this.#random.gaussian(3 * state.batch + 2)
    state.goodsShare = 1 + 0.05 * this.#random.gaussian(3 * state.batch + 1_000_003)
    state.loadS = LOAD_S * (1 + 0.07 * this.#random.gaussian(3 * state.batch + 2_000_003))
    this.#enter('load')
  }

  /** First order towards the setpoint against the leak of the door, no faster than the supply; vented when the goods are cool enough. */
  #pressurise(dtS: number): void {
    const { state, recipe } = this
    const before = state.pressureBar
    const isHeld = state.phase === 'heat' || state.phase === 'cure' || (state.phase === 'cool' && state.goodsC > VENT_C)
    if (!isHeld) {
      state.fillBarPerS = 0
      state.pressureBar -= before * relaxation(dtS, VENT_S)
      return
    }
    const leaks = SOUND_LEAK + WORST_LEAK * this.defects.seal
    const most = SUPPLY_M3_H / VOLUME_M3 / SECONDS_AN_HOUR
    const goalBar = (FILL_PER_S * recipe.bar) / (FILL_PER_S + leaks)
    const asFastAsItGoes = before + (most - leaks * before) * dtS
    state.pressureBar = Math.min(before + (goalBar - before) * relaxation(dtS, 1 / (FILL_PER_S + leaks)), asFastAsItGoes)
    // What came in is what the pressure rose by and what leaked meanwhile.
    state.fillBarPerS = Math.max(0, (state.pressureBar - before) / dtS + (leaks * (before + state.pressureBar)) / 2)
    state.nitrogenM3 += state.fillBarPerS * VOLUME_M3 * dtS
  }
}

/** Half of the autoclave: its gas and inner wall with the heater. */
function newZone(): HeatedZone {
  return new HeatedZone({ mass: { capacity: 2.2e5, resistance: 1 / 90 }, heaterW: HEATER_W, gains: { gain: 0.06, integralS: 400, derivativeS: 0 } }, 35)
}
