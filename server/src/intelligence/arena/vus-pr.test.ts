import assert from 'node:assert/strict'
import { test } from 'node:test'
import { periodOf, vusPr } from './vus-pr.ts'

/** The definition taken literally, row by row and threshold by threshold, to hold the fast one against. */
function literalVus(scores: Float64Array, labels: Float64Array, period: number): number {
  const rows = labels.length
  const segments: [number, number][] = []
  for (let row = 0; row < rows; row++) {
    if (labels[row] !== 1) continue
    const last = segments.at(-1)
    if (last !== undefined && last[1] === row - 1) last[1] = row
    else segments.push([row, row])
  }
  const widen = (half: number) => {
    const wide: [number, number][] = []
    for (const [from, to] of segments) {
      const last = wide.at(-1)
      if (last !== undefined && last[1] >= from - half) last[1] = Math.min(to + half, rows - 1)
      else wide.push([Math.max(from - half, 0), Math.min(to + half, rows - 1)])
    }
    return wide
  }
  const falling = [...scores].sort((a, b) => b - a)
  let volume = 0
  for (let width = 0; width <= 2 * period; width++) {
    const half = Math.floor(width / 2)
    const soft = Float64Array.from(labels)
    for (const [from, to] of segments) {
      for (let row = to + 1; row < Math.min(to + half + 1, rows); row++) soft[row] = (soft[row] ?? 0) + Math.sqrt(1 - (row - to) / width)
      for (let row = Math.max(from - half, 0); row < from; row++) soft[row] = (soft[row] ?? 0) + Math.sqrt(1 - (from - row) / width)
    }
    const wide = widen(half)
    let [area, before] = [0, 0]
    for (let at = 0; at < 250; at++) {
      const threshold = falling[Math.trunc((at * (rows - 1)) / 249)] ?? 0
      let [hit, truth, predicted] = [0, 0, 0]
      for (let row = 0; row < rows; row++) {
        const flag = (scores[row] ?? 0) >= threshold ? 1 : 0
        const weight = labels[row] === 1 ? 1 : Math.min(1, soft[row] ?? 0) * flag
        predicted += flag
        hit += weight * flag
        truth += weight
      }
      const met = wide.filter(([from, to]) => scores.subarray(from, to + 1).some((score) => score >= threshold)).length
      const abnormal = labels.reduce((sum, label) => sum + label, 0)
      const recall = Math.min(hit / ((abnormal + truth) / 2), 1) * (met / wide.length)
      area += (recall - before) * (hit / predicted)
      before = recall
    }
    volume += area
  }
  return volume / (2 * period + 1)
}

test('the fast volume equals the definition taken literally', () => {
  let seed = 7
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
  for (let round = 0; round < 5; round++) {
    const labels = new Float64Array(600)
    labels.fill(1, 100 + round * 10, 130).fill(1, 135, 140).fill(1, 400, 460)
    if (round === 4) labels.fill(1, 590)
    const scores = labels.map((label) => Math.round((label * 0.4 + random()) * (round % 2 === 0 ? 1e6 : 8)))
    assert.ok(Math.abs(vusPr(scores, labels, 6) - literalVus(scores, labels, 6)) < 1e-12)
  }
})

test('a perfect score is near 1, a constant one near the abnormal part', () => {
  const labels = new Float64Array(2000).fill(1, 500, 600)
  assert.ok(vusPr(Float64Array.from(labels), labels, 0) > 0.99)
  assert.ok(vusPr(new Float64Array(2000), labels, 10) < 0.1)
  assert.ok(Number.isNaN(vusPr(new Float64Array(10), new Float64Array(10), 2)))
})

test('the period of a wave is found, and noise without one gives the stated default', () => {
  assert.equal(periodOf(Float64Array.from({ length: 2000 }, (_, row) => Math.sin((2 * Math.PI * row) / 50))), 50)
  assert.equal(periodOf(Float64Array.from({ length: 500 }, (_, row) => row)), 125)
})
