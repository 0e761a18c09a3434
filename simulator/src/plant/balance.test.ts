import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIsoTime } from '@millwright/model/time.ts'
import { AirStation } from '../machines/air-station.ts'
import { PackagingLine } from '../machines/packaging-line.ts'
import { PackagingMachine } from '../machines/packaging-machine.ts'
import { PowerMeter } from '../machines/power-meter.ts'
import { FLOW_TOLERANCE, PumpStation } from '../machines/pump-station.ts'
import { WATER_DENSITY, WATER_HEAT } from '../physics/thermal.ts'
import { buildLayout, type Layout } from './layout.ts'
import type { Machine } from './machine.ts'

const START_S = (parseIsoTime('2026-07-14T01:00:00Z') ?? 0) / 1e6

function all<T extends Machine>(layout: Layout, kind: abstract new (...args: never[]) => T): T[] {
  return layout.machines.filter((machine): machine is T => machine instanceof kind)
}

function only<T extends Machine>(layout: Layout, kind: abstract new (...args: never[]) => T): T {
  const [found] = all(layout, kind)
  assert.ok(found !== undefined)
  return found
}

/** Steps a fresh plant and looks after each step. */
function watch(steps: number, dtS: number, look: (layout: Layout) => void, prepare: (layout: Layout) => void = () => {}): void {
  const layout = buildLayout(5)
  prepare(layout)
  for (let step = 1; step <= steps; step++) {
    for (const machine of layout.order) machine.step({ timeS: START_S + step * dtS, dtS })
    look(layout)
  }
}

test('in every step the pumps deliver what the valves let through, and the tower gets it back', () => {
  watch(3600, 10, (layout) => {
    const { parts, state } = only(layout, PumpStation)
    const pumped = parts.pumps.reduce((sum, pump) => sum + pump.state.flow, 0)
    const drawn = parts.valves.reduce((sum, valve) => sum + valve.state.flow, 0)
    assert.ok(Math.abs(pumped - drawn) <= 2 * FLOW_TOLERANCE, `${pumped} is not ${drawn}`)
    assert.ok(state.flow > 0.005)
    assert.equal(parts.tower.state.throughFlow, drawn)
  })
})

test('the water in the basin changes by make-up less evaporation and blow-down', () => {
  let before: number | undefined
  watch(2000, 10, (layout) => {
    const { levelM, makeup, evaporation, blowdown } = only(layout, PumpStation).parts.tower.state
    if (before !== undefined) assert.ok(Math.abs((levelM - before) * 24 - (makeup - evaporation - blowdown) * 10) < 1e-9)
    before = levelM
  })
})

test('heat closes: what the circuits give to the water, the tower gives to the air, but for what warms the basin (1 % of a day)', () => {
  let given = 0
  let rejected = 0
  const basin: number[] = []
  watch(8640, 10, (layout) => {
    const { parts } = only(layout, PumpStation)
    for (const valve of parts.valves) given += valve.state.toWaterW * 10
    rejected += parts.tower.state.rejectedW * 10
    basin.push(parts.tower.state.basinC)
  })
  const stored = ((basin.at(-1) ?? 0) - (basin[0] ?? 0)) * 2.2 * 24 * WATER_DENSITY * WATER_HEAT
  assert.ok(Math.abs(given - rejected - stored) < 0.01 * given, `${given} ${rejected} ${stored}`)
})

test('air closes in every step: what compressors give less what is used and leaks is what the receiver holds more (1e-9)', () => {
  const before = new Map<AirStation, number>()
  watch(3000, 10, (layout) => {
    for (const station of all(layout, AirStation)) {
      const { pressurePa, supplied, used, leaked } = station.state
      const last = before.get(station)
      if (last !== undefined) {
        const held = ((pressurePa - last) / 101_325) * station.parts.volumeM3
        assert.ok(Math.abs(held - (supplied - used - leaked) * 10) < 1e-9, `${held}`)
      }
      before.set(station, pressurePa)
      const delivered = station.parts.compressors.reduce((sum, compressor) => sum + compressor.state.flow, 0)
      assert.ok(Math.abs(delivered - supplied) < 1e-12)
    }
  })
})

test('power adds up: the main meters show what is behind them with the loss of the transformer, and energy is its integral', () => {
  const energy = new Map<PowerMeter, number>()
  watch(2000, 10, (layout) => {
    for (const meter of all(layout, PowerMeter)) {
      const { activeW, energyJ } = meter.state
      const users = meter.duty.users.reduce((sum, user) => sum + user.powerW(), 0)
      const base = activeW / (1 + meter.duty.lossShare) - users
      assert.ok(Math.abs(base - meter.duty.baseW) < 1e-6 || Math.abs(base - 0.45 * meter.duty.baseW) < 1e-6, `${meter.path} ${base}`)
      assert.ok(Math.abs(energyJ - (energy.get(meter) ?? 0) - activeW * 10) < 1e-3)
      energy.set(meter, energyJ)
    }
  })
})

test('a motor takes more than its shaft gives, always', () => {
  watch(2000, 10, (layout) => {
    for (const machine of layout.machines) {
      for (const unit of Object.values(machine.units)) assert.ok(unit.state.electricalW >= unit.state.shaftW, machine.path)
    }
  })
})

test('bottles are neither made nor lost: what passes a machine is on the belt behind it, in the next machine, or rejected', () => {
  watch(8640, 10, (layout) => {
    const stations = all(layout, PackagingMachine)
    for (const [index, station] of stations.entries()) {
      const next = stations[index + 1]
      if (next === undefined || station.state.outfeed === null) continue
      const onBelt = station.state.passed - station.state.rejected - next.state.passed
      assert.ok(Math.abs(onBelt - station.state.outfeed.amount) < 1e-3, `${station.path}: ${onBelt} ${station.state.outfeed.amount}`)
      assert.ok(station.state.outfeed.amount >= -1e-9 && station.state.outfeed.amount <= station.state.outfeed.capacity + 1e-9)
    }
    const line = only(layout, PackagingLine)
    const thrown = stations.reduce((sum, station) => sum + station.state.rejected, 0)
    assert.equal(line.rejected(), thrown)
  })
})
