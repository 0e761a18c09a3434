import { PlantMachine, type Step } from '../plant/machine.ts'
import type { Weather } from '../physics/weather.ts'
import { measured } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

/** The instruments on the roof. Stepped first: everybody asks it. */
export class WeatherStation extends PlantMachine {
  readonly type = 'weather_station'
  readonly words = { en: 'Weather station', zh: '气象站' }
  readonly state = {}
  readonly outputs
  readonly #weather: Weather

  constructor(path: string, weather: Weather) {
    super(path)
    this.#weather = weather
    this.outputs = [
      measured('outdoor_temperature', 'Cel', [-30, 50], { en: 'Outdoor temperature', zh: '室外温度' }, SENSORS.temperature, () => weather.temperatureC),
      measured('outdoor_humidity', '%', [0, 100], { en: 'Outdoor relative humidity', zh: '室外相对湿度' }, SENSORS.analysis, () => 100 * weather.humidity),
      measured('wet_bulb_temperature', 'Cel', [-30, 50], { en: 'Wet-bulb temperature', zh: '湿球温度' }, SENSORS.temperature, () => weather.wetBulbC),
      measured('barometric_pressure', 'hPa', [950, 1060], { en: 'Barometric pressure', zh: '大气压' }, SENSORS.analysis, () => weather.pressurePa / 100),
      measured('hall_temperature', 'Cel', [-10, 60], { en: 'Hall temperature', zh: '车间温度' }, SENSORS.temperature, () => weather.hallC),
    ]
  }

  step({ timeS }: Step): void {
    this.#weather.update(timeS)
  }
}
