/** Speed, state and restore of the default detectors. Run by `node server/src/intelligence/detectors/signal-bank.bench.ts`; prints one number a line. */
import { seededRandom } from '../algebra/random.ts'
import { Mewma } from './mewma.ts'
import { SignalBank } from './signal-bank.ts'

const [ASSETS, SIGNALS, SECONDS] = [50, 20, 4000]
const random = seededRandom(1)
const values = Float64Array.from({ length: 65_536 }, (_, at) => Math.sin((2 * Math.PI * at) / 1024) * 5 + random() + random() + random())

function report(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}`)
}

const bank = new SignalBank(ASSETS * SIGNALS)
const charts = Array.from({ length: ASSETS }, () => new Mewma(SIGNALS))
const row = new Float64Array(SIGNALS)
let [samples, abnormal, spentMs] = [0, 0, 0]
for (let second = 0; second < SECONDS; second++) {
  const from = performance.now()
  for (let asset = 0; asset < ASSETS; asset++) {
    for (let signal = 0; signal < SIGNALS; signal++) {
      const value = values[(second * 7 + asset * 977 + signal * 131) & 65_535] as number
      row[signal] = value
      if (bank.step(asset * SIGNALS + signal, second * 1e6, value, true, true) > 1) abnormal++
    }
    if ((charts[asset] as Mewma).step(row, true) > 1) abnormal++
  }
  // Learning ends in second 400: that one eigen decomposition an asset is told apart.
  if (second !== 399) spentMs += performance.now() - from
  else report('learning a chart of 20 signals from 400 rows', (performance.now() - from) / ASSETS, 'ms')
  if (second !== 399) samples += ASSETS * SIGNALS
}
report('default detectors (bank and chart)', (samples / spentMs) * 1000, 'samples/s')
report('abnormal', (abnormal / samples) * 1e6, 'per million samples')
const saved = bank.save()
const chart = (charts[0] as Mewma).save()
report('state of a signal', saved.length / bank.size + chart.length / SIGNALS, 'bytes')

const large = new SignalBank(10_000 * SIGNALS).save()
const started = performance.now()
const restored = SignalBank.restore(large)
for (let asset = 0; asset < 10_000; asset++) Mewma.restore(chart)
report(`restore of 10,000 assets (${restored.size} signals and 10,000 charts)`, performance.now() - started, 'ms')
