import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examine, type RecordedRows } from './examine-task.ts'
import { findingWords } from './finding-words.ts'
import { cutAtGaps, readRecording } from './recording.ts'

const SECOND = 1_000_000
const silent = () => undefined

/** Seeded numbers that look normally distributed. */
function noise(seed: number): () => number {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return () => (Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, 0) - 6)
}

/** A run of three signals a second: a flow with a fixed level, a temperature that wanders, and one that is constant. The flow falls between two rows. */
function run(seed: number, { rows = 900, fault, startUs = 0 }: { readonly rows?: number; readonly fault?: readonly [number, number]; readonly startUs?: number } = {}): RecordedRows {
  const random = noise(seed)
  const values = new Float64Array(rows * 3)
  let temperature = 60
  for (let row = 0; row < rows; row++) {
    temperature += 0.05 * random()
    const isFaulty = fault !== undefined && row >= fault[0] && row < fault[1]
    values.set([32 + 0.3 * random() - (isFaulty ? 3 : 0), temperature + 0.1 * random(), 230], row * 3)
  }
  return { timesUs: Float64Array.from({ length: rows }, (_, row) => startUs + row * SECOND), values }
}

const task = (runs: readonly RecordedRows[], reference?: RecordedRows) => ({ width: 3, everyUs: SECOND, runs, reference })

test('a fall of the flow is found from when to when, the flow is what is named, and a run without one tells nothing', () => {
  const { findings, judgedFromUs } = examine(task([run(1, { fault: [600, 700] }), run(2, { startUs: 2e9 })]), silent)
  // One in some thousand rows passes the limit by chance, and barely.
  const high = findings.filter(({ height }) => height > 2)
  assert.equal(high.length, 1, JSON.stringify(findings))
  const [found] = high
  assert.ok(found !== undefined && found.run === 0 && found.fromUs >= 600 * SECOND && found.fromUs <= 615 * SECOND && found.toUs >= 700 * SECOND && found.toUs < 730 * SECOND && !found.lasts, JSON.stringify(found))
  assert.equal(found.parts[0]?.column, 0)
  assert.ok((found.parts[0]?.deviations ?? 0) < -4)
  assert.equal(judgedFromUs[0], 300 * SECOND)
})

test('against a time that was good a run is judged from its first row, also where the fault is in it from the beginning', () => {
  const { findings, judgedFromUs } = examine(task([run(3, { fault: [0, 200], startUs: 2e9 })], run(4)), silent)
  assert.equal(judgedFromUs[0], 2e9)
  assert.ok(findings[0] !== undefined && findings[0].fromUs <= 2e9 + 15 * SECOND, JSON.stringify(findings))
})

test('the same rows give the same findings and hash; one other value another hash', () => {
  const [first, second] = [examine(task([run(5, { fault: [500, 520] })]), silent), examine(task([run(5, { fault: [500, 520] })]), silent)]
  assert.deepEqual(first, second)
  const other = run(5, { fault: [500, 520] })
  other.values[0] = 31
  assert.notEqual(examine(task([other]), silent).hash, first.hash)
})

test('a signal that is absent, a gap in one, one row, no row and a reference that is too short are borne', () => {
  const absent = run(6, { fault: [600, 650] })
  for (let row = 0; row < 900; row++) absent.values[row * 3 + 1] = Number.NaN
  for (let row = 400; row < 450; row++) absent.values[row * 3] = Number.NaN
  const { findings } = examine(task([absent]), silent)
  assert.equal(findings.length, 1)
  assert.ok(findings.every(({ parts }) => parts.every(({ share, deviations, expected }) => [share, deviations, expected].every(Number.isFinite))))
  const short = { timesUs: Float64Array.of(0), values: Float64Array.of(1, 2, 3) }
  assert.deepEqual(examine(task([short, { timesUs: new Float64Array(), values: new Float64Array() }]), silent).judgedFromUs, [null, null])
  assert.deepEqual(examine(task([run(7)], short), silent).judgedFromUs, [null])
})

test('a fault that lasts when its run ends is said to last, and findings near each other are one', () => {
  const { findings } = examine(task([run(8, { fault: [800, 900] })]), silent)
  assert.deepEqual([findings.length, findings[0]?.lasts, findings[0]?.toUs], [1, true, 900 * SECOND])
})

test('a recording is cut where nothing came for a while', () => {
  const rows = { timesUs: Float64Array.of(0, 1, 2, 500, 501), values: Float64Array.of(1, 2, 3, 4, 5) }
  assert.deepEqual(cutAtGaps(rows, 1, 100).map(({ timesUs, values }) => [[...timesUs], [...values]]), [[[0, 1, 2], [1, 2, 3]], [[500, 501], [4, 5]]])
  assert.deepEqual(cutAtGaps({ timesUs: new Float64Array(), values: new Float64Array() }, 1, 100).map(({ timesUs }) => timesUs.length), [])
})

/** A history that makes up samples every so often, in one stretch of time. */
function history(everyUs: number, fromUs: number, toUs: number): Parameters<typeof readRecording>[0] {
  return {
    readSamples: (range, { limit }) => {
      const timesUs = Float64Array.from({ length: limit }, (_, at) => Math.max(fromUs, range.fromUs) + at * everyUs).filter((timeUs) => timeUs < Math.min(toUs, range.toUs))
      return Promise.resolve({ block: { timesUs, values: timesUs.map(() => 1), status: new Uint32Array(timesUs.length) }, nextUs: undefined })
    },
    readAggregates: (_series, edges, [wanted = 'count']) => {
      const counts = Float64Array.from(edges.subarray(1), (end, at) => Math.max(0, Math.min(Math.ceil((end - fromUs) / everyUs), Math.ceil((toUs - fromUs) / everyUs)) - Math.max(0, Math.ceil(((edges[at] ?? 0) - fromUs) / everyUs))))
      return Promise.resolve({ startsUs: edges.subarray(0, -1), columns: { [wanted]: wanted === 'count' ? counts : counts.map((count) => (count > 0 ? 1 : Number.NaN)) } })
    },
  }
}

const question = { signals: [{ series: 1, kind: 'number' }], runs: undefined, reference: undefined, everyUs: undefined, signal: new AbortController().signal, onProgress: silent } as const

test('a short recording in a long time is found, and read by its own pace', async () => {
  const { everyUs, rows, finerUs } = await readRecording(history(5 * SECOND, 8e14, 8e14 + 3_600 * SECOND), { ...question, range: { fromUs: 7.5e14, toUs: 9e14 } })
  assert.deepEqual([everyUs, finerUs], [5 * SECOND, undefined])
  assert.equal(rows, 720)
})

test('more than fits is read in longer steps, which is said; asked for steps that do not fit are refused, and an empty time too', async () => {
  const year = { fromUs: 8e14, toUs: 8e14 + 365 * 86_400 * SECOND }
  const { everyUs, finerUs, rows } = await readRecording(history(SECOND, year.fromUs, year.toUs), { ...question, range: year })
  assert.deepEqual([everyUs, finerUs, rows], [10 * SECOND, SECOND, 3_153_600])
  await assert.rejects(readRecording(history(SECOND, year.fromUs, year.toUs), { ...question, everyUs: SECOND, range: year }), { code: 'LIMIT_REACHED' })
  await assert.rejects(readRecording(history(SECOND, 1, 2), { ...question, range: year }), { code: 'BAD_REQUEST', message: /no samples/ })
})

test('an examination that is cancelled stops reading', async () => {
  await assert.rejects(readRecording(history(SECOND, 8e14, 9e14), { ...question, signal: AbortSignal.abort(), range: { fromUs: 8e14, toUs: 8.001e14 } }), { code: 'STOPPING' })
})

test('a finding is told in both languages, with its unit and no more digits than its deviations are worth', () => {
  const { en, zh } = findingWords([{ signal: 'rig/flow', label: '流量 · Flow', unit: 'L/min', share: 0.9, deviations: -11.3, value: 28.612345, expected: 32.01234, moved: null }])
  assert.equal(en, 'Flow is 28.6 L/min, 11 deviations below where it was (about 32 L/min).')
  assert.equal(zh, '流量为 28.6 L/min，低于应有水平（约 32 L/min）11 倍标准差。')
})
