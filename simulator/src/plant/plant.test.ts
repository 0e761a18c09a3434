import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nameProblem, pathProblem } from '@millwright/model/path.ts'
import { parseIsoTime, US_PER_DAY, US_PER_HOUR, US_PER_SECOND } from '@millwright/model/time.ts'
import { Collector } from './collect.ts'
import { HISTORY, LIVE, Plant, type Resolution } from './plant.ts'
import { recordingPlan, type RecordingPlan } from './recording-plan.ts'
import { simulate } from './simulate.ts'

// A Tuesday, 09:00 in Tianjin.
const START_US = parseIsoTime('2026-03-10T01:00:00Z') ?? 0

function run(seed: number, seconds: number, chunkS: number, resolution: Resolution = LIVE): Collector {
  const plant = new Plant({ seed, startUs: START_US })
  const collector = new Collector()
  for (let done = 0; done < seconds; done += chunkS) plant.step(START_US + Math.min(seconds, done + chunkS) * US_PER_SECOND, collector, resolution)
  return collector
}

describe('the plant as data', () => {
  const { layout } = new Plant({ seed: 1, startUs: START_US })

  test('it has about 50 machines and 1,000 signals on two sites', () => {
    assert.ok(layout.machines.length >= 50 && layout.machines.length <= 65, String(layout.machines.length))
    assert.ok(layout.signals.length >= 1000 && layout.signals.length <= 1200, String(layout.signals.length))
    assert.equal(layout.assets.filter((asset) => asset.level === 'site').length, 2)
  })

  test('every path is a path, every signal is named once and described in both languages', () => {
    for (const asset of layout.assets) assert.equal(pathProblem(asset.path), undefined)
    assert.equal(new Set(layout.signals.map((signal) => signal.path)).size, layout.signals.length)
    for (const [index, signal] of layout.signals.entries()) {
      assert.equal(signal.series, index + 1)
      assert.equal(nameProblem(signal.name), undefined)
      assert.match(signal.description.zh, /\p{Script=Han}|pH/u, signal.path)
      assert.notEqual(signal.description.en, '')
      if (signal.kind === 'number') assert.ok(signal.unit !== undefined && signal.resolution > 0, signal.path)
    }
  })

  test('every machine is stepped or belongs to a station, and every gateway has its machines', () => {
    assert.equal(new Set(layout.machines).size, layout.machines.length)
    for (const machine of layout.order) assert.ok(layout.machines.includes(machine), machine.path)
  })
})

describe('the same plant again', () => {
  test('one seed gives the same samples, another seed others', () => {
    const first = run(7, 120, 120)
    assert.deepEqual(run(7, 120, 120).series, first.series)
    assert.notDeepEqual(run(8, 120, 120).series, first.series)
  })

  test('steps of one second, of 60 and of 7 give the same samples', () => {
    const whole = run(7, 200, 200)
    for (const chunk of [1, 7, 60]) assert.deepEqual(run(7, 200, chunk).series, whole.series)
  })

  test('chunks do not matter in coarse steps either', () => {
    const whole = run(7, 7200, 7200, HISTORY)
    assert.deepEqual(run(7, 7200, 130, HISTORY).series, whole.series)
  })

  test('a plant restored from a snapshot goes on as if it had never stopped', () => {
    const plant = new Plant({ seed: 3, startUs: START_US })
    const injected = plant.inject({ kind: 'bearing_wear', target: 'huayu/tianjin/utilities/pump_station/pump1', rampS: 600 })
    assert.equal(injected.status, 'injected')
    plant.step(START_US + 200 * US_PER_SECOND, new Collector())
    const saved = plant.snapshot()
    const expected = new Collector()
    plant.step(START_US + 500 * US_PER_SECOND, expected)
    const other = new Plant({ seed: 3, startUs: START_US })
    other.restore(saved)
    const found = new Collector()
    other.step(START_US + 500 * US_PER_SECOND, found)
    assert.deepEqual(found.series, expected.series)
    assert.deepEqual(other.truth(), plant.truth())
  })

  test('a made past ends at full rate and hands over the plant to go on from', () => {
    const pieces = simulate({ seed: 2, fromUs: START_US - US_PER_DAY, toUs: START_US, liveUs: 600 * US_PER_SECOND })
    let last = 0
    let inLastMinutes = 0
    for (let next = pieces.next(); ; next = pieces.next()) {
      if (next.done === true) {
        assert.equal(next.value.nowUs, START_US)
        break
      }
      const { numbers } = next.value.batch
      for (let at = 0; at < numbers.length; at++) {
        last = Math.max(last, numbers.timesUs[at] ?? 0)
        if ((numbers.timesUs[at] ?? 0) > START_US - 600 * US_PER_SECOND) inLastMinutes++
      }
    }
    assert.equal(last, START_US)
    assert.ok(inLastMinutes > 100_000, String(inLastMinutes))
  })

  test('a step that is no whole number of seconds is refused', () => {
    const plant = new Plant({ seed: 1, startUs: START_US })
    assert.throws(() => plant.step(START_US + 1e6, new Collector(), { stepS: 0.5, sampleS: 1 }), RangeError)
    assert.throws(() => plant.step(START_US + 1e6, new Collector(), { stepS: 10, sampleS: 15 }), RangeError)
  })
})

describe('a healthy plant', () => {
  const plant = new Plant({ seed: 11, startUs: START_US })
  const collector = new Collector()
  plant.step(START_US + 8 * US_PER_DAY, collector, HISTORY)
  const series = (path: string) => {
    const signal = plant.signals.find((each) => each.path === path)
    const found = collector.series.get(signal?.series ?? 0)
    assert.ok(found !== undefined, path)
    return found
  }
  const mean = (path: string, wanted: (localHour: number, weekday: number) => boolean) => {
    const { timesUs, values } = series(path)
    let sum = 0
    let count = 0
    for (const [at, timeUs] of timesUs.entries()) {
      const local = timeUs + 8 * US_PER_HOUR
      if (!wanted((local % US_PER_DAY) / US_PER_HOUR, (Math.floor(local / US_PER_DAY) + 4) % 7)) continue
      sum += values[at] as number
      count++
    }
    return sum / count
  }

  test('every signal lives: each gave samples, finite, good and within its range, for eight days', () => {
    for (const signal of plant.signals) {
      if (signal.kind === 'waveform') continue
      const found = collector.series.get(signal.series)
      assert.ok(found !== undefined, `${signal.path} is silent`)
      assert.ok(found.status.every((status) => status === 0), `${signal.path} ran out of its range`)
      if (signal.kind !== 'number') continue
      assert.ok(found.values.every((value) => Number.isFinite(value)), signal.path)
      const { low = -Infinity, high = Infinity } = signal
      const outside = found.values.map(Number).find((value) => value < low || value > high)
      assert.equal(outside, undefined, `${signal.path} shows ${outside}, outside ${low} to ${high}`)
    }
  })

  test('the day is in the outdoor temperature, and the season in its mean', () => {
    const path = 'huayu/tianjin/utilities/energy/weather/outdoor_temperature'
    assert.ok(mean(path, (hour) => hour > 13 && hour < 17) > mean(path, (hour) => hour > 2 && hour < 6) + 4)
    const summer = new Plant({ seed: 11, startUs: (parseIsoTime('2026-07-20T01:00:00Z') ?? 0) })
    const hot = new Collector()
    summer.step(summer.nowUs + 60 * US_PER_SECOND, hot)
    const outdoor = plant.signals.find((signal) => signal.path === path)?.series ?? 0
    assert.ok((hot.series.get(outdoor)?.values[0] as number) > mean(path, () => true) + 10)
  })

  test('Sunday is quiet: less power, and the line says why', () => {
    const power = 'huayu/tianjin/utilities/energy/meter_machining/active_power'
    assert.ok(mean(power, (hour, day) => day === 0 && hour > 8) < 0.6 * mean(power, (hour, day) => day === 3 && hour > 8))
    assert.ok(series('huayu/tianjin/machining/line1/stop_reason').values.includes('no_shift'))
  })

  test('shifts change across midnight, orders and products follow each other, and stops have reasons', () => {
    const shifts = series('huayu/tianjin/machining/line1/shift')
    const night = shifts.values.indexOf('night')
    const hour = (((shifts.timesUs[night] ?? 0) + 8 * US_PER_HOUR) % US_PER_DAY) / US_PER_HOUR
    assert.ok(hour >= 22 && hour < 22.1, String(hour))
    assert.ok(new Set(series('huayu/tianjin/machining/line1/order').values).size > 3)
    assert.ok(new Set(series('huayu/suzhou/packaging/line1/product').values).size > 1)
    const reasons = new Set(series('huayu/tianjin/machining/line1/cnc2/stop_reason').values)
    for (const reason of ['tool_change', 'break', 'changeover', 'no_shift']) assert.ok(reasons.has(reason), reason)
  })

  test('tools wear with the cut and are changed, and some parts and bottles are thrown away', () => {
    assert.ok((series('huayu/tianjin/machining/line1/cnc1/tool_changes').values.at(-1) as number) > 3)
    const good = series('huayu/tianjin/machining/line1/good_count').values.at(-1) as number
    const bad = series('huayu/tianjin/machining/line1/reject_count').values.at(-1) as number
    assert.ok(bad > 0 && bad < 0.05 * good, `${bad} of ${good}`)
    const bottles = series('huayu/suzhou/packaging/line1/good_count').values.at(-1) as number
    const thrown = series('huayu/suzhou/packaging/line1/reject_count').values.at(-1) as number
    assert.ok(thrown > 0 && thrown < 0.03 * bottles, `${thrown} of ${bottles}`)
  })

  test('the product decides the spindle speed', () => {
    const product = series('huayu/tianjin/machining/line1/product')
    const speed = series('huayu/tianjin/machining/line1/cnc1/spindle_speed')
    const fastest = (name: string) => {
      let most = 0
      for (const [at, timeUs] of speed.timesUs.entries()) {
        const which = product.timesUs.findLastIndex((changedUs) => changedUs <= timeUs)
        if (product.values[which] === name) most = Math.max(most, speed.values[at] as number)
      }
      return most
    }
    assert.ok(fastest('HY-F305 flange') > 8500)
    assert.ok(fastest('HY-P210 pump housing') < 4300)
  })
})

test('pumps that turn send recordings when they are asked to, of the same numbers each time, and none otherwise', () => {
  const recorded = (plan: RecordingPlan | undefined) => {
    const plant = new Plant({ seed: 1, startUs: START_US })
    plant.recordings = plan
    const found: { readonly path: string; readonly timeUs: number; readonly points: number; readonly sum: number }[] = []
    const paths = new Map(plant.signals.map(({ series, path }) => [series, path]))
    plant.step(START_US + 120_000_000, {
      write: (_gateway, { waveforms: { length, series, timesUs, values } }) => {
        for (let at = 0; at < length; at++) found.push({ path: paths.get(series[at] ?? 0) ?? '', timeUs: timesUs[at] ?? 0, points: values[at]?.length ?? 0, sum: (values[at] ?? new Float32Array()).reduce((sum, value) => sum + value, 0) })
      },
    })
    return found
  }
  assert.deepEqual(recorded(undefined), [])
  const found = recorded(recordingPlan(60))
  assert.deepEqual(found, recorded(recordingPlan(60)))
  // Three pumps turn and one stands by.
  assert.equal(found.length, 6, JSON.stringify(found.map(({ path }) => path)))
  assert.ok(found.every(({ path, points, timeUs }) => /pump\d\/acceleration_waveform$/.test(path) && points === 16_384 && timeUs % 60_000_000 === 0))
  for (const wrong of [-1, 1, 2.5]) assert.throws(() => recordingPlan(wrong), RangeError)
})
