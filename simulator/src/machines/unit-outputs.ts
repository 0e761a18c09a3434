import type { RotatingUnit } from '../physics/rotating-unit.ts'
import { counted, expectedWithin, measured, type NumberOutput } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

/** Fit for long running: zone boundary B/C of medium machines on rigid foundations (ISO 20816-3, table A.2). */
const VELOCITY_MM_S = [0, 4.5] as const
/** Rolling bearings with standard grease; makers advise to look from 90 °C on at the latest. */
const BEARING_C = [-20, 85] as const

/** A range from 0 that rounds up to one, two or five times a power of ten. */
export function upTo(value: number): readonly [number, number] {
  const power = Math.pow(10, Math.floor(Math.log10(value)))
  const share = value / power
  return [0, (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power]
}

/** The signals that a condition-monitored motor and its shaft show. `prefix` tells several units of a machine apart. */
export function unitOutputs(unit: RotatingUnit, prefix = ''): NumberOutput[] {
  const name = (what: string) => (prefix === '' ? what : `${prefix}_${what}`)
  const state = unit.state
  const { ratedW, ratedRpm, volts = 400 } = unit.design
  const kilowatts = upTo((1.5 * ratedW) / 1000)
  const amperes = upTo((1.6 * ratedW) / (Math.sqrt(3) * volts))
  const torque = upTo((1.5 * ratedW) / ((ratedRpm * Math.PI) / 30))
  return [
    measured(name('speed'), '1/min', upTo(1.15 * ratedRpm), { en: 'Shaft speed', zh: '轴转速' }, SENSORS.speed, () => state.rpm),
    measured(name('torque'), 'N.m', torque, { en: 'Shaft torque', zh: '轴转矩' }, SENSORS.torque, () => unit.torqueNm()),
    measured(name('motor_power'), 'kW', kilowatts, { en: 'Motor input power', zh: '电机输入功率' }, SENSORS.electrical, () => state.electricalW / 1000),
    measured(name('motor_current'), 'A', amperes, { en: 'Motor line current', zh: '电机线电流' }, SENSORS.electrical, () => unit.currentA()),
    measured(name('winding_temperature'), 'Cel', [-20, 180], { en: 'Winding temperature', zh: '绕组温度' }, SENSORS.temperature, () => state.windingC),
    expectedWithin(BEARING_C, measured(name('bearing_de_temperature'), 'Cel', [-20, 150], { en: 'Drive-end bearing temperature', zh: '驱动端轴承温度' }, SENSORS.temperature, () => state.driveEndC)),
    expectedWithin(BEARING_C, measured(name('bearing_nde_temperature'), 'Cel', [-20, 150], { en: 'Non-drive-end bearing temperature', zh: '非驱动端轴承温度' }, SENSORS.temperature, () => state.farEndC)),
    expectedWithin(VELOCITY_MM_S, measured(name('vibration_de'), 'mm/s', [0, 20], { en: 'Drive-end vibration velocity, RMS', zh: '驱动端振动速度有效值' }, SENSORS.vibration, () => unit.velocityMmS())),
    expectedWithin(VELOCITY_MM_S, measured(name('vibration_nde'), 'mm/s', [0, 20], { en: 'Non-drive-end vibration velocity, RMS', zh: '非驱动端振动速度有效值' }, SENSORS.vibration, () => unit.farVelocityMmS())),
    measured(name('acceleration_de'), 'm/s2', [0, 50], { en: 'Drive-end acceleration 1-10 kHz, RMS', zh: '驱动端高频加速度有效值' }, SENSORS.vibration, () => unit.accelerationMS2()),
    measured(name('envelope_de'), 'm/s2', [0, 30], { en: 'Drive-end acceleration envelope', zh: '驱动端加速度包络' }, SENSORS.vibration, () => unit.envelopeMS2()),
    counted(name('running_hours'), 'h', { en: 'Running hours', zh: '运行小时数' }, () => state.runningS / 3600, 0.1),
  ]
}

/** The few signals of a small drive without condition monitoring: speed, torque, current, temperature, vibration. */
export function plainUnitOutputs(unit: RotatingUnit, prefix: string): NumberOutput[] {
  const wanted = ['speed', 'torque', 'motor_current', 'winding_temperature', 'bearing_de_temperature', 'vibration_de', 'envelope_de'].map((name) => `${prefix}_${name}`)
  return unitOutputs(unit, prefix).filter((output) => wanted.includes(output.name))
}
