import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder, sampleCount } from './sample-batch.ts'

test('a builder keeps every sample while its columns grow', () => {
  const builder = new BatchBuilder(2)
  for (let i = 0; i < 1000; i++) {
    builder.addNumber(i, i * 10, i / 2, 0)
    builder.addText(i, i * 10, i % 3 === 0 ? null : `t${i}`, 7)
    builder.addWaveform(i, i * 10, 25_600, Float32Array.of(i), 0)
  }
  const { numbers, texts, waveforms } = builder.view(5)
  assert.equal(sampleCount(builder.view(5)), 3000)
  for (let i = 0; i < 1000; i++) {
    assert.deepEqual([numbers.series[i], numbers.timesUs[i], numbers.values[i]], [i, i * 10, i / 2])
    assert.deepEqual([texts.series[i], texts.values[i], texts.status[i]], [i, i % 3 === 0 ? null : `t${i}`, 7])
    assert.deepEqual([waveforms.rateHz[i], waveforms.values[i]?.[0]], [25_600, i])
  }
})

test('a cleared builder starts again, and adding a batch copies its columns', () => {
  const one = new BatchBuilder(2)
  one.addNumber(1, 10, 1.5, 0)
  one.addText(2, 20, 'on', 0)
  const two = new BatchBuilder(2)
  two.addNumber(9, 90, 9, 0)
  two.addAll(one.view(0))
  two.addAll(one.view(0))
  one.clear()
  assert.equal(one.length, 0)
  one.addNumber(7, 7, 7, 7)
  const { numbers, texts } = two.view(0)
  assert.deepEqual([...numbers.series.subarray(0, numbers.length)], [9, 1, 1])
  assert.deepEqual(texts.values, ['on', 'on'])
})
