import type { HeatedZone } from '../physics/heated-zone.ts'
import { measured, type NumberOutput, type Words } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

/** The signals of a heated zone. */
export function zoneOutputs(zone: HeatedZone, prefix: string, words: Words, setpoint: () => number | undefined, highC: number): NumberOutput[] {
  const kilowatts = Math.ceil((1.2 * zone.design.heaterW) / 1000)
  return [
    measured(`${prefix}_temperature`, 'Cel', [0, highC], { en: `${words.en} temperature`, zh: `${words.zh}温度` }, SENSORS.temperature, () => zone.state.temperatureC),
    measured(`${prefix}_setpoint`, 'Cel', [0, highC], { en: `${words.en} setpoint`, zh: `${words.zh}温度设定` }, SENSORS.command, () => setpoint() ?? 0),
    measured(`${prefix}_heater_duty`, '%', [0, 100], { en: `${words.en} heater duty`, zh: `${words.zh}加热输出` }, SENSORS.command, () => 100 * zone.duty),
    measured(`${prefix}_heater_power`, 'kW', [0, kilowatts], { en: `${words.en} heater power`, zh: `${words.zh}加热功率` }, SENSORS.electrical, () => zone.state.heatW / 1000),
  ]
}
