import type { FaultGround, FaultKind, FaultPlacement, SensorPlace } from './fault-kind.ts'

/** Offset of a drifting sensor at severity 1, as a share of its span. */
const WORST_DRIFT = 0.2
/** Share of samples that spike at severity 1. */
const WORST_SPIKES = 0.05

function onEverySensor(ground: FaultGround, apply: (sensor: SensorPlace, level: number) => void): FaultPlacement[] {
  return ground.sensors.filter((sensor) => sensor.measures).map((sensor) => ({
    target: sensor.path, asset: sensor.machine.path, variants: [''], shows: () => [sensor.path], apply: (level) => apply(sensor, level),
  }))
}

const common = { media: [], defaultSeverity: 0.5, defaultRampS: 0, growth: 'linear' } as const

/** The calibration runs away. */
export const sensorDrift: FaultKind = {
  ...common,
  kind: 'sensor_drift',
  words: { en: 'Sensor drift', zh: '传感器漂移' },
  description: { en: 'The reading moves away from the truth, up to a fifth of the span.', zh: '测量值逐渐偏离真值，最大为量程的五分之一。' },
  defaultRampS: 12 * 3600,
  placements: (ground) => onEverySensor(ground, ({ position }, level) => { sensorAt(ground, position).drift = WORST_DRIFT * level }),
}

/** The reading stands still. */
export const sensorFreeze: FaultKind = {
  ...common,
  kind: 'sensor_freeze',
  words: { en: 'Frozen sensor', zh: '传感器卡死' },
  description: { en: 'The last reading is repeated, whatever happens.', zh: '读数停留在最后一个值。' },
  placements: (ground) => onEverySensor(ground, ({ position }, level) => { sensorAt(ground, position).frozen = level > 0 }),
}

/** A loose contact. */
export const sensorSpike: FaultKind = {
  ...common,
  kind: 'sensor_spike',
  words: { en: 'Sensor spikes', zh: '传感器尖峰' },
  description: { en: 'Single readings jump far away, as a loose contact makes them.', zh: '接触不良造成读数偶发跳变。' },
  placements: (ground) => onEverySensor(ground, ({ position }, level) => { sensorAt(ground, position).spikes = WORST_SPIKES * level }),
}

/** Two sensors of one machine with one unit have changed their wires. */
export const sensorSwap: FaultKind = {
  ...common,
  kind: 'sensor_swap',
  words: { en: 'Swapped sensors', zh: '传感器接线互换' },
  description: { en: 'Two sensors of the same unit on one machine have changed places.', zh: '同一设备上两个同单位传感器接线互换。' },
  placements: (ground) =>
    ground.sensors.filter((sensor) => sensor.measures).flatMap((sensor) => {
      const others = ground.sensors.filter((other) => other !== sensor && other.machine === sensor.machine && other.unit === sensor.unit && other.measures)
      return others.length === 0 ? [] : [{
        target: sensor.path,
        asset: sensor.machine.path,
        variants: others.map((other) => other.path.slice(other.path.lastIndexOf('/') + 1)),
        shows: (variant: string) => [sensor.path, `${sensor.machine.path}/${variant}`],
        apply: (level: number, variant: string) => {
          const other = others.find(({ path }) => path.endsWith(`/${variant}`))
          if (other === undefined) throw new Error(`BUG: no sensor ${variant} to swap with`)
          sensorAt(ground, sensor.position).swappedWith = level > 0 ? other.position : -1
          sensorAt(ground, other.position).swappedWith = level > 0 ? sensor.position : -1
        },
      }]
    }),
}

function sensorAt(ground: FaultGround, position: number) {
  const defects = ground.bank.defects[position]
  if (defects === undefined) throw new Error(`BUG: no sensor at ${position}`)
  return defects
}
