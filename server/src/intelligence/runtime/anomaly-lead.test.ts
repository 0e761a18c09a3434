import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_MINUTE } from '@millwright/model/time.ts'
import { AnomalyLead } from './anomaly-lead.ts'
import { AssetWatch } from './asset-watch.ts'
import { machine, MACHINE_SIGNALS } from './test-machine.ts'

const START = Date.UTC(2026, 0, 1) * 1_000
const DAY = 1_440

test('what moves within the hour belongs to the anomaly, what passes it later is another cause', () => {
  const lead = new AnomalyLead(3)
  lead.begin(Float64Array.of(3, 0, 0), -1, undefined)
  for (let frame = 0; frame < 50; frame++) assert.equal(lead.hasPassed(Float64Array.of(3, 0.8, 0), -1, undefined), false)
  for (let frame = 0; frame < 50; frame++) assert.equal(lead.hasPassed(Float64Array.of(3, 9, 0), -1, undefined), false, 'an effect may outgrow its cause')
  const passed = Array.from({ length: 8 }, () => lead.hasPassed(Float64Array.of(3, 4, 5), -1, undefined))
  assert.equal(passed.indexOf(true), 4, 'told when it has lasted')
})

test('a second, graver fault that comes while the first one lasts is an anomaly of its own, with its own cause first', () => {
  const watch = new AssetWatch({ signals: MACHINE_SIGNALS.map((_, at) => at), states: [9] })
  const begun: { readonly minute: number; readonly first: number | undefined }[] = []
  const close = (endUs: number) => {
    const { step, parts } = watch.closeFrame(endUs, 1)
    if (step === 'begins') begun.push({ minute: (endUs - START) / US_PER_MINUTE - 3 * DAY, first: parts[0]?.series })
  }
  const flow = MACHINE_SIGNALS.indexOf('flow')
  for (const { signal, timeUs, value } of machine({ seed: 61, fromUs: START, minutes: 3 * DAY + 400, fault: (minute) => (minute < 3 * DAY ? 0 : 1.2) })) {
    const minute = (timeUs - START) / US_PER_MINUTE - 3 * DAY
    if (signal === 'state') watch.regimes.add(0, timeUs, String(value))
    // The flow falls by a third three hours after the bearing became warm.
    else watch.frames.add(signal, timeUs, Number(value) * (signal === flow && minute >= 180 ? 0.67 : 1), Status.good, timeUs, close)
  }
  assert.deepEqual(begun.map(({ first }) => first), [MACHINE_SIGNALS.indexOf('bearing_temperature'), flow])
  assert.ok((begun[1]?.minute ?? 0) >= 180 && (begun[1]?.minute ?? 0) < 200)
})
