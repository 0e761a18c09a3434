import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import { UnstoredSpans } from './unstored-spans.ts'

function at(...timesUs: readonly number[]): SampleBatch {
  const builder = new BatchBuilder()
  for (const timeUs of timesUs) builder.addNumber(1, timeUs, 0, 0)
  return builder.view(0)
}

test('a question waits for the last record that may hold samples of its stretch, and for no other', () => {
  const spans = new UnstoredSpans()
  spans.note(at(100, 200), 10)
  spans.note(at(5_000, 5_100), 20)
  spans.note(at(150, 5_050), 30)
  spans.note(at(9_000), 40)
  assert.equal(spans.behind(0, 100), 0, 'the end does not belong to the stretch')
  assert.equal(spans.behind(5_100, 5_101), 20)
  assert.equal(spans.behind(150, 160), 30)
  assert.equal(spans.behind(0, 1e9), 40)
  assert.equal(spans.behind(9_001, 1e9), 0)
})

test('what is stored is waited for no more', () => {
  const spans = new UnstoredSpans()
  spans.note(at(100), 10)
  spans.note(at(200), 20)
  spans.release(10)
  assert.deepEqual([spans.behind(0, 150), spans.behind(0, 1e9)], [0, 20])
  spans.release(20)
  assert.equal(spans.behind(0, 1e9), 0)
})

test('records that nobody has looked into may hold anything', () => {
  const spans = new UnstoredSpans()
  spans.noteUnknown(50)
  assert.equal(spans.behind(0, 1), 50)
})

test('texts and waveforms count, and a batch without samples does not', () => {
  const spans = new UnstoredSpans()
  spans.note(at(), 10)
  assert.equal(spans.behind(0, 1e9), 0)
  const builder = new BatchBuilder()
  builder.addText(1, 300, 'word', 0)
  builder.addWaveform(2, 700, 1_000, new Float32Array(3), 0)
  spans.note(builder.view(0), 20)
  assert.deepEqual([spans.behind(0, 300), spans.behind(300, 301), spans.behind(700, 701)], [0, 20, 20])
})

test('many records stay few spans, and none is forgotten', () => {
  const spans = new UnstoredSpans()
  for (let record = 1; record <= 10_000; record++) spans.note(at(record * 1_000), record)
  for (const record of [1, 77, 5_000, 9_999, 10_000]) {
    const behind = spans.behind(record * 1_000, record * 1_000 + 1)
    assert.ok(behind >= record, `record ${record} must be waited for, not ${behind}`)
  }
  assert.equal(spans.behind(10_000_000, 10_000_001), 10_000)
})
