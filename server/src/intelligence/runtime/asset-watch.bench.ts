/** Speed, state and restore of the watches as the platform runs them, in processor time. Run by `node server/src/intelligence/runtime/asset-watch.bench.ts`; prints one number a line. */
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_SECOND } from '@millwright/model/time.ts'
import { seededRandom } from '../algebra/random.ts'
import { AssetWatch } from './asset-watch.ts'

/** A machine of 20 signals at one a second: two days to learn at one a minute, then the hours that are timed. */
const [SIGNALS, HOURS, RESTORED] = [20, 6, 10_000]
const random = seededRandom(1)
const START = Date.UTC(2026, 0, 5) * 1_000

/** Processor time of this process in milliseconds: what others do on the computer does not count. */
function usedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function report(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}`)
}

const watch = new AssetWatch({ signals: Array.from({ length: SIGNALS }, (_, at) => at + 1), states: [99] })
let begun = 0
const close = (endUs: number) => {
  if (watch.closeFrame(endUs, 1).step === 'begins') begun++
}
let load = 0
function second(timeUs: number): void {
  load += -0.01 * load + random() - 0.5
  for (let signal = 0; signal < SIGNALS; signal++) watch.frames.add(signal, timeUs, 50 + (signal + 1) * load + random() + random(), Status.good, timeUs, close)
}
watch.regimes.add(0, START, 'execute')
for (let minute = 0; minute < 2 * 1_440; minute++) second(START + minute * 60 * US_PER_SECOND)
const from = usedMs()
for (let at = 0; at < HOURS * 3_600; at++) second(START + 2 * US_PER_DAY + at * US_PER_SECOND)
report('watches, one sample a second', ((HOURS * 3_600 * SIGNALS) / (usedMs() - from)) * 1_000, 'samples/s')
report('anomalies told', begun, '')
const saved = watch.save()
report('state of a signal, one operating state', saved.length / SIGNALS, 'bytes')
const started = usedMs()
for (let asset = 0; asset < RESTORED; asset++) AssetWatch.restore(saved)
report(`restore of ${RESTORED} assets with ${RESTORED * SIGNALS} signals`, usedMs() - started, 'ms')
