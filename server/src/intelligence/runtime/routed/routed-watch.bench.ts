/** Speed and state of a watch with routed detectors on. Run by `node server/src/intelligence/runtime/routed/routed-watch.bench.ts`; prints one number a line. */
import { Status } from '@millwright/model/quality.ts'
import { US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import { AssetWatch } from '../asset-watch.ts'
import { oven } from './test-oven.ts'

/** An oven of two signals: recipes, shapes and pace are all on. Batches to learn at one sample a minute, then those that are timed at one a second. */
const [LEARNED, TIMED] = [60, 12]
const START = Date.UTC(2026, 0, 5) * 1_000

function report(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}`)
}

const watch = new AssetWatch({ signals: [1, 2], states: [10, 11] })
const close = (endUs: number) => void watch.closeFrame(endUs, 1)
const minutes = [...oven({ seed: 5, fromUs: START, batches: LEARNED + TIMED })]
const from = Math.floor((minutes.length * LEARNED) / (LEARNED + TIMED))
let samples = 0
/** Time of the processor, not of the clock: others may use the computer. */
let begun = process.cpuUsage()
for (const [at, { timeUs, recipe, phase, values }] of minutes.entries()) {
  if (at === from) begun = process.cpuUsage()
  watch.regimes.add(0, timeUs, recipe)
  watch.regimes.add(1, timeUs, phase)
  const every = at < from ? US_PER_MINUTE : US_PER_SECOND
  for (let offset = 0; offset < US_PER_MINUTE; offset += every) {
    for (const [signal, value] of values.entries()) watch.frames.add(signal, timeUs + offset, value, Status.good, timeUs + offset, close)
    if (at >= from) samples += values.length
  }
}
const { user, system } = process.cpuUsage(begun)
report('watch with recipes and shapes, one sample a second', (samples / (user + system)) * 1e6, 'samples/s')
console.log(`picked: ${watch.picks().flatMap(({ detector, isOn }) => (isOn ? detector : [])).join(', ')}`)
report('memory of what was picked', watch.extraBytes, 'bytes')
report('whole saved state', watch.save().length, 'bytes')
