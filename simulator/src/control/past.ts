import { setTimeout as sleep } from 'node:timers/promises'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import type { FaultRequest } from '../faults/fault-engine.ts'
import { LIVE, type Plant, type Resolution } from '../plant/plant.ts'
import { PAST_RECORDINGS, type RecordingPlan } from '../plant/recording-plan.ts'
import type { PacedSink } from './runner.ts'

/** The past of a demonstration: a look every two minutes, because 30 days at full rate would be 1.5 billion samples. */
const PAST: Resolution = { stepS: 20, sampleS: 120 }
/** The end of the past is made at full rate. */
const LIVE_PAST_US = US_PER_HOUR
const SLICE_US = US_PER_HOUR
/** So much of the past has recordings of vibration: each is as large as a day of a signal. */
const RECORDED_PAST_US = US_PER_DAY

/** Moves the plant through a past as fast as the sink takes it. `recordings` are those of the present, which go on behind it; `onProgress` hears the share that is done, 0 to 1. */
export async function livePast(plant: Plant, untilUs: number, sink: PacedSink, signal: AbortSignal, onProgress: (share: number) => void, recordings?: RecordingPlan): Promise<void> {
  const fromUs = plant.nowUs
  // Each resolution steps on its own grid, which both ends of a stretch must lie on.
  const gridUs = PAST.sampleS * US_PER_SECOND
  const coarseUntilUs = Math.floor((untilUs - LIVE_PAST_US) / gridUs) * gridUs
  // A plant moves in whole seconds.
  while (plant.nowUs + US_PER_SECOND <= untilUs && !signal.aborted) {
    if (!sink.hasRoom) {
      await sleep(5)
      continue
    }
    const isCoarse = plant.nowUs < coarseUntilUs
    const next = isCoarse ? Math.min(coarseUntilUs, plant.nowUs + SLICE_US) : Math.min(untilUs, plant.nowUs + US_PER_MINUTE)
    plant.recordings = recordings === undefined || plant.nowUs < untilUs - RECORDED_PAST_US ? undefined : PAST_RECORDINGS
    plant.step(next, sink, isCoarse ? PAST : LIVE)
    onProgress((plant.nowUs - fromUs) / (untilUs - fromUs))
    await sleep(0)
  }
  plant.recordings = recordings
}

/** What went wrong between `fromUs` and `nowUs`, of the last 30 days, for a newcomer to find in the trends; and a bearing that is wearing now. */
export function eventfulPast(fromUs: number, nowUs: number): FaultRequest[] {
  const ago = (days: number): number => Math.round(nowUs - days * US_PER_DAY)
  const station = 'huayu/tianjin/utilities/pump_station'
  const all: (FaultRequest & { readonly beginUs: number })[] = [
    { kind: 'bearing_wear', target: `${station}/pump2`, severity: 0.9, rampS: 6 * 86_400, beginUs: ago(22), endUs: ago(14) },
    { kind: 'cavitation', target: `${station}/pump3`, severity: 0.7, rampS: 1_800, beginUs: ago(9), endUs: ago(8.6) },
    { kind: 'clogged_filter', target: `${station}/strainer`, severity: 0.8, rampS: 5 * 86_400, beginUs: ago(19), endUs: ago(11) },
    { kind: 'air_leak', target: 'huayu/tianjin/utilities/compressed_air/receiver', severity: 0.6, rampS: 600, beginUs: ago(6), endUs: ago(4.5) },
    { kind: 'heater_failure', target: 'huayu/tianjin/machining/line1/washer:bath', severity: 0.7, rampS: 300, beginUs: ago(2.2), endUs: ago(1.9) },
    { kind: 'slow_ramp', target: 'huayu/tianjin/curing/autoclave1', severity: 0.7, beginUs: ago(1.6), endUs: ago(1.3) },
    { kind: 'sensor_drift', target: `${station}/header/supply_temperature`, severity: 0.7, rampS: 4 * 86_400, beginUs: ago(16), endUs: ago(10) },
    { kind: 'bearing_wear', target: `${station}/pump1`, severity: 0.6, rampS: 10 * 86_400, beginUs: ago(3) },
  ]
  return all.filter(({ beginUs }) => beginUs >= fromUs)
}
