import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredAnomaly } from '../anomalies/anomaly-store.ts'
import { wireAnomaly, type SignalNames } from './anomaly-words.ts'

const SIGNALS = [
  { name: 'bearing_de_temperature', description: '驱动端轴承温度 · Drive-end bearing temperature', unit: 'Cel', low: 0, high: 90 },
  { name: 'flow', unit: 'm3/h', low: 0, high: 200 },
  { name: 'stop_reason', description: '停机原因 · Stop reason' },
  { name: 'acceleration_waveform_envelope_outer_race', description: 'Computed by Millwright (vibration): 外圈故障频率处的包络幅值 · Envelope at outer-race frequency', unit: 'm/s2' },
] satisfies ReturnType<SignalNames['signalBySeries']>[]
const model: SignalNames = {
  assetById: () => ({ path: 'works/pump1' }),
  signalBySeries: (series: number) => SIGNALS[series],
  signalPath: (series: number) => `works/pump1/${SIGNALS[series]?.name ?? ''}`,
}

const STORED: StoredAnomaly = {
  id: 'a', asset: 1, model: 'm', codeVersion: 'c', state: 'open', beganUs: 1, detectedUs: 2, isAccepted: false, isPast: false, isQuieted: false, pValue: 1e-5, score: 2, peakUs: 2, parts: [], regime: 'execute', signature: 's', verdicts: [],
}
const wordsOf = (...parts: StoredAnomaly['parts']) => wireAnomaly({ ...STORED, parts }, model)

test('a sentence has the unit as people write it, and only the decimals that the band is worth', () => {
  const { summary, signals } = wordsOf({ series: 0, share: 0.7, value: 71.23456, expected: 60.12345, band: 3.2, movedUs: 5, reason: 'apart' }, { series: 1, share: 0.3, value: 3.14159, expected: 0.5, band: 1.2, movedUs: 7, reason: 'level' })
  assert.equal(summary.en, 'Drive-end bearing temperature is 71.2 °C, higher than the other signals let expect (56.9 to 63.3); flow is 3.1 m³/h, higher than is usual in this operating state and at this time of day (0 to 1.7). Moved first: Drive-end bearing temperature.')
  assert.equal(summary.zh, '驱动端轴承温度为 71.2 °C，高于由其他信号推算的范围（56.9 至 63.3）；flow 为 3.1 m³/h，高于此运行状态与时段的正常范围（0 至 1.7）。最先变化：驱动端轴承温度。')
  assert.deepEqual(signals.map(({ movedFirst }) => movedFirst), [true, false])
})

test('a band ends where the signal cannot go, unless the declared range is wrong altogether', () => {
  const [hot, leak] = wordsOf({ series: 0, share: 0.5, value: 95, expected: 85, band: 12 }, { series: 1, share: 0.5, value: 9, expected: -3, band: 5 }).signals
  assert.deepEqual([hot?.low, hot?.high], [73, 90])
  assert.deepEqual([leak?.low, leak?.expected], [0, 0])
  const [shaking] = wordsOf({ series: 1, share: 1, value: 1.2, expected: -0.7, band: 0.1 }).signals
  assert.deepEqual([shaking?.low, shaking?.expected, shaking?.high], [0, 0, 0])
  assert.match(wordsOf({ series: 1, share: 1, value: 1.2, expected: -0.7, band: 0.1, reason: 'apart' }).summary.en, /higher than the other signals let expect \(0\)/)
  const [beyond] = wordsOf({ series: 0, share: 1, value: 500, expected: 300, band: 10 }).signals
  assert.deepEqual([beyond?.low, beyond?.high], [290, 310])
})

test('a value that lies inside of the band, as an average left it, is not said to lie outside', () => {
  const { summary } = wordsOf({ series: 1, share: 0.6, value: 12.4, expected: 20, band: 30, movedUs: 5, reason: 'level' }, { series: 0, share: 0.4, value: 61.5, expected: 60, band: 3.2, movedUs: 6, reason: 'apart' })
  assert.equal(summary.en, 'flow is 12 m³/h and stays below what is usual in this operating state and at this time of day (about 20); Drive-end bearing temperature is 61.5 °C and stays above what the other signals let expect (about 60). Moved first: flow.')
  assert.equal(summary.zh, 'flow 为 12 m³/h，持续低于此运行状态与时段的通常值（约 20）；驱动端轴承温度为 61.5 °C，持续高于由其他信号推算的值（约 60）。最先变化：flow。')
})

test('what it was told by at first stays in its words when another signal tells more', () => {
  const first = { series: 3, share: 0.6, value: 1.8, expected: 0.3, band: 0.2, movedUs: 5, reason: 'level' } as const
  const later = { series: 0, share: 0.9, value: 71.2, expected: 60, band: 3.2, movedUs: 7, reason: 'apart' } as const
  const { summary } = wireAnomaly({ ...STORED, parts: [later], first }, model)
  assert.match(summary.en, / At first: Envelope at outer-race frequency rose to 6 times .*: look at the outer race of the bearing\.$/)
  assert.match(summary.zh, /起初：外圈故障频率处的包络幅值升至.*请检查轴承外圈。$/)
  assert.doesNotMatch(wireAnomaly({ ...STORED, parts: [later, first], first }, model).summary.en, /At first/)
})

test('each reason has its own words', () => {
  const stays = wordsOf({ series: 2, share: 1, value: 25, expected: 0, band: 0, movedUs: 5, reason: 'stays', state: 'tool_broken' })
  assert.equal(stays.summary.en, 'Stop reason has been “tool_broken” for 25 min; it was never seen before.')
  assert.match(stays.summary.zh, /停机原因持续为“tool_broken”已 25 分钟，此前从未出现。/)
  assert.deepEqual([stays.signals[0]?.unit, stays.signals[0]?.state, stays.signals[0]?.low, stays.signals[0]?.high], ['min', 'tool_broken', 0, 0])
  assert.match(wordsOf({ series: 2, share: 1, value: 90, expected: 12, band: 0, reason: 'stays', state: 'held' }).summary.en, /for 90 min; it never lasted longer than 12 min before/)
  assert.match(wordsOf({ series: 0, share: 1, value: 71.2, expected: 60, band: 2, reason: 'frozen' }).summary.en, /has stood still at 71\.2 °C while the machine works/)
  assert.match(wordsOf({ series: 1, share: 1, value: 171, expected: 60, band: 2, reason: 'spikes' }).summary.zh, /个别采样跳变至 171 m³\/h/)
})

test('a feature of vibration that rose says how many times, and where to look; one that fell is told as any signal', () => {
  const part = { series: 3, share: 1, expected: 0.3, band: 0.2, movedUs: 5, reason: 'level' } as const
  const { summary } = wordsOf({ ...part, value: 1.8 })
  assert.equal(summary.en, 'Envelope at outer-race frequency rose to 6 times what is usual in this operating state (now 1.8 m/s², usually about 0.3): look at the outer race of the bearing.')
  assert.equal(summary.zh, '外圈故障频率处的包络幅值升至此运行状态通常值的 6 倍（现为 1.8 m/s²，通常约 0.3）：请检查轴承外圈。')
  assert.match(wordsOf({ ...part, reason: 'apart', value: 0.9 }).summary.en, /rose to 3 times what the other signals let expect/)
  assert.match(wordsOf({ ...part, value: 0.05 }).summary.en, /^Envelope at outer-race frequency is 0.05 m\/s², lower than is usual/)
})

test('what was found beside the charts is said as what it is, with times as times', () => {
  const pace = wordsOf({ series: 1, share: 1, value: 60.4, expected: 1, band: 1.8, movedUs: 5, reason: 'pace' })
  assert.equal(pace.summary.en, 'samples of flow now come every 60 s (every 1 s is usual): look at the connection or its settings.')
  assert.equal(pace.summary.zh, 'flow 的采样间隔变为 60 秒（通常 1 秒）：请检查连接或采样设置。')
  assert.deepEqual([pace.signals[0]?.unit, pace.signals[0]?.low], ['s', 0])
  const silent = wordsOf({ series: 1, share: 1, value: 900, expected: 10, band: 18, movedUs: 5, reason: 'silent' })
  assert.equal(silent.summary.en, "no sample of flow for 15 min while the others go on (every 10 s is usual): look at the sensor's line.")
  const batch = wordsOf({ series: 0, share: 1, value: 61.5, expected: 80, band: 6, movedUs: 5, reason: 'batch', state: 'A7 · soak', progress: 0.42 })
  assert.equal(batch.summary.en, 'Drive-end bearing temperature is 62 °C, lower than is usual at 42 % of “A7 · soak” (74 to 86).')
  assert.equal(batch.summary.zh, '驱动端轴承温度为 62 °C，低于“A7 · soak”进行到 42% 时的正常范围（74 至 86）。')
  assert.equal(batch.signals[0]?.progress, 0.42)
  const shape = wordsOf({ series: 1, share: 1, value: 100, expected: 113, band: 3, movedUs: 5, reason: 'shape' })
  assert.equal(shape.summary.zh, 'flow（现为 100 m³/h）走势与此前半天均不相似，最接近的一次当时为 113。')
})
