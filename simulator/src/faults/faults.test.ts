import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseIsoTime, US_PER_HOUR, US_PER_SECOND } from '@millwright/model/time.ts'
import { Collector } from '../plant/collect.ts'
import { Plant, type Resolution } from '../plant/plant.ts'
import { FAULT_KINDS } from './catalogue.ts'
import type { FaultRequest } from './fault-engine.ts'

const START_US = parseIsoTime('2026-03-10T01:00:00Z') ?? 0
const COARSE: Resolution = { stepS: 10, sampleS: 10 }
const PUMP = 'huayu/tianjin/utilities/pump_station/pump1'

/** A case for every kind: where, how strong, how long, and how many of the shown signals must show it within that time. */
const CASES: readonly { readonly request: FaultRequest; readonly hours: number }[] = [
  { request: { kind: 'bearing_wear', target: PUMP, variant: 'outer', severity: 0.7, rampS: 1200 }, hours: 1 },
  { request: { kind: 'bearing_wear', target: 'huayu/tianjin/utilities/compressed_air/compressor1', variant: 'inner', severity: 0.7, rampS: 600 }, hours: 1 },
  { request: { kind: 'bearing_wear', target: 'huayu/tianjin/machining/line1/cnc2:spindle', severity: 0.8, rampS: 600 }, hours: 1 },
  { request: { kind: 'imbalance', target: 'huayu/tianjin/machining/line1/mist_extractor' }, hours: 0.5 },
  { request: { kind: 'misalignment', target: 'huayu/tianjin/machining/line1/coolant_plant:pump' }, hours: 1 },
  { request: { kind: 'cavitation', target: PUMP, severity: 1, rampS: 300 }, hours: 1 },
  { request: { kind: 'stuck_valve', target: 'huayu/tianjin/utilities/pump_station/valve_air' }, hours: 2 },
  { request: { kind: 'air_leak', target: 'huayu/tianjin/utilities/compressed_air/receiver', severity: 1, rampS: 60 }, hours: 1 },
  { request: { kind: 'tool_breakage', target: 'huayu/tianjin/machining/line1/cnc3' }, hours: 1 },
  { request: { kind: 'belt_slip', target: 'huayu/suzhou/packaging/line1/conveyor2', severity: 0.8, rampS: 60 }, hours: 1 },
  { request: { kind: 'belt_slip', target: 'huayu/tianjin/machining/line1/mist_extractor', severity: 0.8, rampS: 60 }, hours: 1 },
  { request: { kind: 'heater_failure', target: 'huayu/tianjin/machining/line1/washer:bath', severity: 0.9 }, hours: 2 },
  { request: { kind: 'heater_failure', target: 'huayu/suzhou/packaging/line1/cartoner:glue', severity: 0.9 }, hours: 1 },
  { request: { kind: 'clogged_filter', target: 'huayu/tianjin/utilities/pump_station/strainer', severity: 1, rampS: 60 }, hours: 1 },
  { request: { kind: 'clogged_filter', target: 'huayu/tianjin/utilities/compressed_air/filter', severity: 1, rampS: 60 }, hours: 1 },
  { request: { kind: 'clogged_filter', target: 'huayu/tianjin/machining/line1/washer', severity: 1, rampS: 60 }, hours: 1 },
  { request: { kind: 'slow_ramp', target: 'huayu/tianjin/curing/autoclave1' }, hours: 2 },
  { request: { kind: 'seal_leak', target: 'huayu/tianjin/curing/autoclave1', rampS: 60 }, hours: 2 },
  { request: { kind: 'heater_failure', target: 'huayu/tianjin/curing/autoclave1:front', severity: 0.5 }, hours: 2 },
  { request: { kind: 'sensor_drift', target: `${PUMP}/discharge_pressure`, rampS: 600 }, hours: 0.5 },
  { request: { kind: 'sensor_freeze', target: `${PUMP}/motor_current` }, hours: 0.5 },
  { request: { kind: 'sensor_spike', target: `${PUMP}/flow`, severity: 1 }, hours: 0.5 },
  { request: { kind: 'sensor_swap', target: `${PUMP}/suction_pressure`, variant: 'discharge_pressure' }, hours: 0.5 },
]

const healthy = new Map<number, Collector>()

function runHealthy(hours: number): Collector {
  let found = healthy.get(hours)
  if (found === undefined) {
    found = new Collector()
    new Plant({ seed: 21, startUs: START_US }).step(START_US + hours * US_PER_HOUR, found, COARSE)
    healthy.set(hours, found)
  }
  return found
}

describe('each fault shows where it should and nowhere else', () => {
  for (const { request, hours } of CASES) {
    test(`${request.kind} at ${request.target.slice('huayu/'.length)}`, () => {
      const plant = new Plant({ seed: 21, startUs: START_US })
      const outcome = plant.inject(request)
      assert.ok(outcome.status === 'injected', JSON.stringify(outcome))
      const sick = new Collector()
      plant.step(START_US + hours * US_PER_HOUR, sick, COARSE)
      const sound = runHealthy(hours)
      const changed = plant.signals.filter(({ series }) => !sameSeries(sound, sick, series))
      const { shows, downstream, asset } = outcome.fault
      for (const path of shows) assert.ok(changed.some((signal) => signal.path === path), `${path} does not show it`)
      const ofSensor = request.kind.startsWith('sensor_')
      for (const signal of changed) {
        const expected = ofSensor ? shows.includes(signal.path) : signal.asset === asset || downstream.includes(signal.asset)
        assert.ok(expected, `${signal.path} changed and is not named`)
      }
    })
  }

  test('every kind that acts on machines or sensors has a case', () => {
    for (const { kind, media } of FAULT_KINDS) {
      if (kind === 'network_cut' || kind === 'clock_jump') assert.equal(media.length, 0)
      else assert.ok(CASES.some(({ request }) => request.kind === kind), kind)
    }
  })

  test('a fault on one site is never felt on the other', () => {
    const plant = new Plant({ seed: 21, startUs: START_US })
    const outcome = plant.inject({ kind: 'cavitation', target: PUMP })
    assert.ok(outcome.status === 'injected')
    assert.ok(outcome.fault.downstream.length > 10)
    assert.ok(outcome.fault.downstream.every((path) => path.startsWith('huayu/tianjin/')))
  })
})

function sameSeries(a: Collector, b: Collector, series: number): boolean {
  const [left, right] = [a.series.get(series), b.series.get(series)]
  if (left === undefined || right === undefined) return left === right
  return left.values.length === right.values.length && left.values.every((value, at) => Object.is(value, right.values[at]) && left.timesUs[at] === right.timesUs[at])
}

describe('the way that a fault goes', () => {
  const valueOf = (collector: Collector, plant: Plant, path: string) => {
    const series = plant.signals.find((signal) => signal.path === path)?.series ?? 0
    return collector.series.get(series)?.values.at(-1) as number
  }

  test('the envelope knocks before the vibration velocity moves', () => {
    const plant = new Plant({ seed: 4, startUs: START_US })
    const before = new Collector()
    plant.step(START_US + 60 * US_PER_SECOND, before)
    plant.inject({ kind: 'bearing_wear', target: PUMP, severity: 0.2, rampS: 0 })
    const after = new Collector()
    plant.step(START_US + 120 * US_PER_SECOND, after)
    assert.ok(valueOf(after, plant, `${PUMP}/envelope_de`) > 2 * valueOf(before, plant, `${PUMP}/envelope_de`))
    assert.ok(valueOf(after, plant, `${PUMP}/vibration_de`) < 1.2 * valueOf(before, plant, `${PUMP}/vibration_de`))
  })

  test('a fault begins and ends by plan, and the truth says when', () => {
    const plant = new Plant({ seed: 4, startUs: START_US })
    const begin = START_US + 100 * US_PER_SECOND
    const end = START_US + 200 * US_PER_SECOND
    const outcome = plant.inject({ kind: 'imbalance', target: PUMP, beginUs: begin, endUs: end })
    assert.ok(outcome.status === 'injected')
    const collector = new Collector()
    plant.step(START_US + 300 * US_PER_SECOND, collector)
    const series = plant.signals.find((signal) => signal.path === `${PUMP}/vibration_de`)?.series ?? 0
    const found = collector.series.get(series)
    assert.ok(found !== undefined)
    for (const [at, timeUs] of found.timesUs.entries()) {
      if (timeUs < begin || timeUs > end + 15e6) assert.ok((found.values[at] as number) < 2.2, String(timeUs))
      if (timeUs > begin + 15e6 && timeUs < end) assert.ok((found.values[at] as number) > 2.5, String(timeUs))
    }
    assert.deepEqual(plant.faults(), [])
    assert.deepEqual(plant.truth().map(({ beginUs, endUs }) => [beginUs, endUs]), [[begin, end]])
  })

  test('a cleared fault ends now; one that has not begun leaves no truth', () => {
    const plant = new Plant({ seed: 4, startUs: START_US })
    const now = plant.inject({ kind: 'imbalance', target: PUMP })
    const later = plant.inject({ kind: 'cavitation', target: PUMP, beginUs: START_US + 1e9 })
    assert.ok(now.status === 'injected' && later.status === 'injected')
    plant.step(START_US + 10 * US_PER_SECOND, new Collector())
    assert.ok(plant.clear(now.fault.id) && plant.clear(later.fault.id))
    assert.equal(plant.clear(now.fault.id), false)
    assert.deepEqual(plant.truth().map(({ kind, endUs }) => [kind, endUs]), [['imbalance', START_US + 10 * US_PER_SECOND]])
  })

  test('a wrong request is refused with the field and what would be right', () => {
    const plant = new Plant({ seed: 4, startUs: START_US })
    const wrong: readonly (readonly [FaultRequest, string])[] = [
      [{ kind: 'rust', target: PUMP }, 'kind'],
      [{ kind: 'stuck_valve', target: PUMP }, 'target'],
      [{ kind: 'bearing_wear', target: PUMP, variant: 'cage' }, 'variant'],
      [{ kind: 'imbalance', target: PUMP, severity: 1.5 }, 'severity'],
      [{ kind: 'imbalance', target: PUMP, severity: Number.NaN }, 'severity'],
      [{ kind: 'imbalance', target: PUMP, rampS: -1 }, 'rampS'],
      [{ kind: 'imbalance', target: PUMP, beginUs: 0 }, 'beginUs'],
      [{ kind: 'imbalance', target: PUMP, endUs: 5 }, 'endUs'],
      [{ kind: 'imbalance', target: PUMP, amount: 5 }, 'amount'],
      [{ kind: 'clock_jump', target: 'tj-water', amount: 1e12 }, 'amount'],
    ]
    for (const [request, field] of wrong) {
      const outcome = plant.inject(request)
      assert.ok(outcome.status === 'refused', JSON.stringify(request))
      assert.equal(outcome.problem.field, field)
    }
    assert.equal(plant.inject({ kind: 'imbalance', target: PUMP }).status, 'injected')
    assert.equal(plant.inject({ kind: 'imbalance', target: PUMP }).status, 'refused')
    assert.equal(plant.truth().length, 1)
  })

  test('a cut network delays every sample and loses none', () => {
    const plant = new Plant({ seed: 21, startUs: START_US })
    const outcome = plant.inject({ kind: 'network_cut', target: 'tj-water', beginUs: START_US + 60 * US_PER_SECOND, endUs: START_US + 900 * US_PER_SECOND })
    assert.ok(outcome.status === 'injected')
    const collector = new Collector()
    for (let done = 10; done <= 1800; done += 10) plant.step(START_US + done * US_PER_SECOND, collector, COARSE)
    assert.ok((collector.delayUs.get('tj-water') ?? 0) > 800 * US_PER_SECOND)
    assert.ok((collector.delayUs.get('tj-line1') ?? 0) <= 10 * US_PER_SECOND)
    assert.deepEqual(collector.series, runHealthy(0.5).series)
    assert.equal(plant.lost(), 0)
  })

  test('a clock that jumps moves times and no values', () => {
    const plant = new Plant({ seed: 21, startUs: START_US })
    plant.inject({ kind: 'clock_jump', target: 'sz-line1', amount: -7200 })
    const collector = new Collector()
    plant.step(START_US + 0.5 * US_PER_HOUR, collector, COARSE)
    const sound = runHealthy(0.5)
    for (const signal of plant.signals) {
      const [left, right] = [sound.series.get(signal.series), collector.series.get(signal.series)]
      if (left === undefined || right === undefined) continue
      assert.deepEqual(right.values, left.values)
      const jump = signal.path.startsWith('huayu/suzhou/packaging') ? -7200 * US_PER_SECOND : 0
      assert.ok(right.timesUs.every((timeUs, at) => timeUs === (left.timesUs[at] ?? 0) + jump), signal.path)
    }
  })
})
