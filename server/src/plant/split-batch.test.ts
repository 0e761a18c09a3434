import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder, sampleCount, type SampleBatch } from '@millwright/model/sample-batch.ts'
import fc from 'fast-check'
import { splitBatch } from './split-batch.ts'

function rows(batch: SampleBatch): unknown[] {
  const all: unknown[] = []
  for (let i = 0; i < batch.numbers.length; i++) all.push(['n', batch.numbers.series[i], batch.numbers.values[i]])
  for (let i = 0; i < batch.texts.length; i++) all.push(['t', batch.texts.series[i], batch.texts.values[i]])
  for (let i = 0; i < batch.waveforms.length; i++) all.push(['w', batch.waveforms.series[i], batch.waveforms.values[i]?.length, batch.waveforms.rateHz[i]])
  return all
}

test('the parts of a batch hold its samples in order, and none is too large unless it is one sample', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.array(fc.nat(300), { maxLength: 20 }), fc.array(fc.nat(300), { maxLength: 10 }), fc.integer({ min: 24, max: 2_000 }), (numbers, texts, waveforms, maxBytes) => {
      const builder = new BatchBuilder(4)
      for (let i = 0; i < numbers; i++) builder.addNumber(i, i, i, 0)
      texts.forEach((length, i) => builder.addText(i, i, 'x'.repeat(length), 0))
      waveforms.forEach((length, i) => builder.addWaveform(i, i, 100 + i, new Float32Array(length), 0))
      const whole = builder.view(1)
      const parts = splitBatch(whole, maxBytes)
      const byKind = (kind: string) => parts.flatMap(rows).filter((row) => Array.isArray(row) && row[0] === kind)
      assert.deepEqual([...byKind('n'), ...byKind('t'), ...byKind('w')], rows(whole))
      for (const part of parts) {
        assert.ok(sampleCount(part) > 0)
        const bytes = part.numbers.length * 24 + part.texts.values.reduce((sum, text) => sum + 24 + (text?.length ?? 0) * 3, 0) + part.waveforms.values.reduce((sum, block) => sum + 40 + block.byteLength, 0)
        assert.ok(bytes <= maxBytes || sampleCount(part) === 1, `${bytes} bytes`)
      }
    }),
  )
})
