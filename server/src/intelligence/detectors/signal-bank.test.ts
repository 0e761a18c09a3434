import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../algebra/random.ts'
import { SignalBank } from './signal-bank.ts'

const SECOND = 1_000_000
const START = 1_700_000_000 * SECOND

function noiseOf(seed: number): () => number {
  const random = seededRandom(seed)
  return () => random() + random() + random() + random() - 2
}

/** A bank that has seen `count` seconds of a usual signal, and what goes on with it. */
function learned(count = 3000, usual: (second: number) => number = () => 50) {
  const bank = new SignalBank(1)
  const noise = noiseOf(4)
  let highest = 0
  for (let second = 0; second < count; second++) highest = Math.max(highest, bank.step(0, START + second * SECOND, usual(second) + noise(), true, true))
  const feed = (from: number, length: number, valueAt: (second: number) => number, intervalUs = SECOND) => {
    let strength = 0
    for (let index = 0; index < length; index++) strength = Math.max(strength, bank.step(0, START + from * SECOND + index * intervalUs, valueAt(from + index), true, true))
    return strength
  }
  return { bank, noise, highest, feed }
}

test('a usual signal does not ring', () => {
  assert.ok(learned(20_000).highest < 1)
})

test('a signal that swings slowly for a living does not ring for drift', () => {
  for (const period of [60, 150, 400]) assert.ok(learned(8000, (second) => 50 + 5 * Math.sin((2 * Math.PI * second) / period)).highest < 1, `period ${period}`)
})

test('a spike, a shifted level, a slow drift and a frozen sensor ring, each with its reason', () => {
  const spike = learned()
  assert.ok(spike.feed(3000, 1, () => 70) > 1)
  assert.equal(spike.bank.reasonOf(0), 'spike')
  const level = learned()
  assert.ok(level.feed(3000, 100, () => 58 + level.noise()) > 1)
  const drift = learned()
  assert.ok(drift.feed(3000, 1500, (second) => 50 + (second - 3000) * 0.001 + drift.noise()) > 1, 'one and a half spreads in 25 minutes')
  assert.equal(drift.bank.reasonOf(0), 'drift')
  const frozen = learned()
  assert.ok(frozen.feed(3000, 100, () => 50.2) > 1)
  assert.equal(frozen.bank.reasonOf(0), 'frozen')
})

test('a signal that changes from 1 Hz to one a minute rings for its sampling; one gap does not', () => {
  const { bank, noise, feed } = learned()
  assert.ok(feed(3000 + 3600, 100, () => 50 + noise()) < 1, 'an hour without samples')
  const slow = learned()
  assert.ok(slow.feed(3060, 30, () => 50 + slow.noise(), 60 * SECOND) > 1)
  assert.equal(slow.bank.reasonOf(0), 'sampling')
  assert.ok(bank.expectedOf(0).spread > 0.3 && Math.abs(bank.expectedOf(0).level - 50) < 0.5)
})

test('a change of unit rings, and after it was accepted the signal is usual again', () => {
  const { bank, noise, feed } = learned()
  const fahrenheit = () => (50 + noise()) * 1.8 + 32
  assert.ok(feed(3000, 10, fahrenheit) > 1)
  bank.accept(0)
  assert.ok(feed(3010, 3000, fahrenheit) < 1)
})

test('NaN, infinities and bad quality are passed over and counted; late samples are not judged', () => {
  const { bank } = learned()
  assert.equal(bank.step(0, START + 3000 * SECOND, Number.NaN, true, true), 0)
  assert.equal(bank.step(0, START + 3001 * SECOND, Number.POSITIVE_INFINITY, true, true), 0)
  assert.equal(bank.step(0, START + 3002 * SECOND, 1e9, false, true), 0)
  assert.equal(bank.step(0, START + 5 * SECOND, 1e9, true, true), 0, 'backfill of the past')
  assert.deepEqual(bank.counts, { late: 1, missing: 3 })
})

test('a clock that jumps a year ahead and back does not silence a signal for a year', () => {
  const { bank, noise } = learned()
  bank.step(0, START + 31_536_000 * SECOND, 50, true, true)
  let strength = 0
  for (let second = 3000; second < 3300; second++) strength = Math.max(strength, bank.step(0, START + second * SECOND, second > 3200 ? 90 : 50 + noise(), true, true))
  assert.ok(strength > 1, 'the fault after the jump is seen')
})

test('a counter is judged by its growth, and its reset is no anomaly', () => {
  const bank = new SignalBank(1)
  bank.setMode(0, 'counter')
  const noise = noiseOf(8)
  let [count, highest] = [0, 0]
  for (let second = 0; second < 4000; second++) {
    count = second === 2000 ? 0 : count + 10 + noise()
    highest = Math.max(highest, bank.step(0, START + second * SECOND, count, true, true))
  }
  assert.ok(highest < 1)
  assert.ok(bank.step(0, START + 4000 * SECOND, count + 500, true, true) > 1)
})

test('a setpoint that never moves does not ring, and moving it does not make scores that are no numbers', () => {
  const bank = new SignalBank(1)
  for (let second = 0; second < 5000; second++) assert.ok(bank.step(0, START + second * SECOND, 60, true, true) <= 1)
  assert.ok(Number.isFinite(bank.step(0, START + 5000 * SECOND, 65, true, true)))
})

test('nothing is learned from an anomaly, at start-up or in a planned stop', () => {
  const { bank, noise, feed } = learned()
  const before = bank.expectedOf(0).level
  feed(3000, 500, () => 80 + noise())
  assert.ok(Math.abs(bank.expectedOf(0).level - before) < 0.1)
  const planned = learned()
  const at = planned.bank.expectedOf(0)
  for (let second = 3000; second < 3500; second++) planned.bank.step(0, START + second * SECOND, 51 + planned.noise(), true, false)
  assert.deepEqual(planned.bank.expectedOf(0), at)
})

test('a bank restored from its state scores as if it had never stopped', () => {
  const { bank, noise } = learned(1000)
  const twin = SignalBank.restore(bank.save())
  for (let second = 1000; second < 2000; second++) {
    const value = 50 + noise() + (second > 1500 ? 5 : 0)
    assert.equal(twin.step(0, START + second * SECOND, value, true, true), bank.step(0, START + second * SECOND, value, true, true))
  }
  assert.throws(() => SignalBank.restore(new Uint8Array(50)), { code: 'CORRUPT_FILE' })
})
