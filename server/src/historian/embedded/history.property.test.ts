import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import fc from 'fast-check'
import type { Clock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { AGGREGATES, type Historian } from '../historian.ts'
import { Aggregator } from './aggregate.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { M4 } from './m4.ts'
import { testSettings } from './test-settings.ts'

const START_US = Date.UTC(2026, 10, 16) * 1000
const HOLD_US = testSettings.holdMinutes * US_PER_MINUTE
const SERIES = 5
// Small files, so that runs are cut into slices.
const settings = { ...testSettings, compactAfterRows: 100_000, fileRows: 1_000, threads: 1, rollupFromRows: 0 }

interface Sample {
  readonly value: number
  readonly status: number
}

/** The simplest historian there can be. */
class Reference {
  readonly series = Array.from({ length: SERIES }, () => new Map<number, Sample>())

  columns(series: number, fromUs: number, toUs: number) {
    const rows = [...(this.series[series] ?? [])].filter(([timeUs]) => timeUs >= fromUs && timeUs < toUs).sort(([a], [b]) => a - b)
    return {
      timesUs: Float64Array.from(rows, ([timeUs]) => timeUs),
      values: Float64Array.from(rows, ([, sample]) => sample.value),
      status: Uint32Array.from(rows, ([, sample]) => sample.status),
    }
  }
}

/** Numbers that look like chance and are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type Step = { readonly kind: 'append'; readonly rows: number } | { readonly kind: 'compact' | 'reopen' | 'read' }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 800 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('compact' as const, 'read' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  ),
  { minLength: 4, maxLength: 14 },
)

describe('the history under late samples, repeats, compactions and restarts', () => {
  it('equals a sorted reference in every answer', { timeout: 110_000 }, async () => {
    await fc.assert(fc.asyncProperty(steps, fc.integer(), runSteps), { numRuns: 12, seed: 20261123, endOnFailure: true })
  })
})

async function runSteps(plan: readonly Step[], seed: number): Promise<void> {
  const random = seeded(seed)
  const root = await mkdtemp(path.join(tmpdir(), 'history-'))
  // The clock stands eight days after the first samples, so most days are closed and get rollups.
  const clock: Clock = { nowUs: () => START_US + 8 * US_PER_DAY, monotonicMs: () => performance.now() }
  const open = () => openEmbeddedHistorian({ dir: root, settings, clock, log: silentLog })
  const reference = new Reference()
  let historian = await open()
  let nowUs = START_US + 7 * US_PER_DAY
  let next = 0
  try {
    for (const step of plan) {
      if (step.kind === 'append') {
        const rows = randomRows(random, nowUs, step.rows, reference)
        nowUs += step.rows * US_PER_SECOND
        const builder = new BatchBuilder()
        for (const [series, timeUs, sample] of rows) {
          builder.addNumber(series, timeUs, sample.value, sample.status)
          reference.series[series]?.set(timeUs, sample)
        }
        await historian.append({ batches: [builder.view(nowUs)], events: [], next: ++next })
      } else if (step.kind === 'compact') await historian.compact()
      else if (step.kind === 'reopen') {
        await historian.close()
        historian = await open()
      }
      assert.equal(historian.position(), next, `after ${step.kind}`)
      if (step.kind !== 'append') await compare(historian, reference, random)
    }
    await compare(historian, reference, random)
    assert.deepEqual((await historian.status()).quarantined, [])
    assert.deepEqual((await historian.verify()).problems, [])
  } finally {
    await historian.close()
    await rm(root, { recursive: true })
  }
}

function randomRows(random: () => number, nowUs: number, count: number, reference: Reference): [number, number, Sample][] {
  const rows: [number, number, Sample][] = []
  for (let i = 0; i < count; i++) {
    const series = Math.floor(random() * SERIES)
    const dice = random()
    let timeUs = nowUs + i * US_PER_SECOND + Math.floor(random() * 1000)
    // F12: a fifth up to seven days late, one in twenty a repeat.
    if (dice < 0.2) timeUs -= Math.floor(random() * 7 * US_PER_DAY)
    else if (dice < 0.25) timeUs = rows.at(-1)?.[1] ?? [...(reference.series[series]?.keys() ?? [])].at(-1) ?? timeUs
    const value = random() < 0.02 ? Number.NaN : Math.round(random() * 10_000) / 100
    rows.push([series, timeUs, { value, status: random() < 0.03 ? 0x8031_0000 : random() < 0.05 ? 0x4000_0000 : 0 }])
  }
  return rows
}

async function compare(historian: Historian, reference: Reference, random: () => number): Promise<void> {
  const series = Math.floor(random() * SERIES)
  const fromUs = START_US + Math.floor(random() * 4 * US_PER_DAY)
  const toUs = START_US + 5 * US_PER_DAY + Math.floor(random() * 4 * US_PER_DAY)
  const expected = reference.columns(series, fromUs, toUs)
  for (const order of ['ascending', 'descending'] as const) {
    const { block } = await historian.readSamples({ series, kind: 'number', fromUs, toUs }, { limit: 1_000_000, order })
    const turn = <T extends { toReversed(): T }>(column: T) => (order === 'ascending' ? column : column.toReversed())
    assert.deepEqual(block, { timesUs: turn(expected.timesUs), values: turn(expected.values), status: turn(expected.status) })
  }
  const limit = 1 + Math.floor(random() * 50)
  const page = await historian.readSamples({ series, kind: 'number', fromUs, toUs }, { limit, order: 'ascending' })
  assert.deepEqual(page.block.timesUs, expected.timesUs.slice(0, limit))
  assert.equal(page.nextUs === undefined, expected.timesUs.length <= limit)
  await compareLast(historian, reference)
  await compareAggregates(historian, reference, series, fromUs)
  await comparePlot(historian, { series, fromUs, toUs, points: 4 + Math.floor(random() * 1500) }, expected)
}

async function compareLast(historian: Historian, reference: Reference): Promise<void> {
  const wanted = reference.series.map((_, series) => ({ series, kind: 'number' as const }))
  const last = await historian.readLast(wanted)
  const expected = reference.series.map((samples) => {
    const timeUs = Math.max(...samples.keys())
    const sample = samples.get(timeUs)
    return sample === undefined ? undefined : { timeUs, value: Number.isNaN(sample.value) ? null : sample.value, status: sample.status }
  })
  assert.deepEqual(last, expected)
}

async function compareAggregates(historian: Historian, reference: Reference, series: number, fromUs: number): Promise<void> {
  for (const widthUs of [US_PER_HOUR, 6 * US_PER_HOUR, 7 * US_PER_MINUTE]) {
    const startUs = Math.floor(fromUs / widthUs) * widthUs
    const edgesUs = Float64Array.from({ length: 60 }, (_, index) => startUs + index * widthUs)
    const before = reference.columns(series, startUs - HOLD_US, startUs)
    const carried = before.timesUs.length === 0 ? undefined : { sinceUs: before.timesUs.at(-1) ?? 0, value: (before.status.at(-1) ?? 0) >>> 31 === 0 ? (before.values.at(-1) ?? Number.NaN) : Number.NaN }
    const aggregator = new Aggregator(edgesUs, AGGREGATES, HOLD_US, carried)
    const raw = reference.columns(series, startUs, edgesUs.at(-1) ?? 0)
    aggregator.add(raw.timesUs, raw.values, raw.status)
    const expected = aggregator.finish()
    const actual = await historian.readAggregates({ series, kind: 'number' }, edgesUs, AGGREGATES)
    assert.deepEqual(actual.startsUs, expected.startsUs)
    for (const aggregate of AGGREGATES) {
      const [a, e] = [actual.columns[aggregate], expected.columns[aggregate]]
      assert.ok(a !== undefined && e !== undefined)
      e.forEach((value, index) => assertClose(a[index] ?? 0, value, `${aggregate} of bucket ${index} of ${widthUs} µs`))
    }
  }
}

// Sums of rollups are added in another order than the samples themselves.
function assertClose(actual: number, expected: number, what: string): void {
  if (Object.is(actual, expected)) return
  assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`)
}

/** A plot is the M4 of the samples, in columns as narrow as they can be or, where rollups were read, of whole minutes or hours. */
async function comparePlot(
  historian: Historian,
  plot: { readonly series: number; readonly fromUs: number; readonly toUs: number; readonly points: number },
  samples: ReturnType<Reference['columns']>,
): Promise<void> {
  const actual = await historian.readPlot({ ...plot, kind: 'number' }, plot.points)
  assert.ok(actual.timesUs.length <= plot.points)
  const exact = [undefined, US_PER_MINUTE, US_PER_HOUR].map((unitUs) => {
    const m4 = new M4(plot, plot.points, unitUs)
    m4.add(samples.timesUs, samples.values, samples.status)
    return m4.finish()
  })
  assert.ok(
    exact.some((expected) => isDeepStrictEqual(actual, expected)),
    `a plot of ${plot.points} points is not that of its samples`,
  )
}
