import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { AlignedMemory } from './aligned-memory.ts'
import { batchBound, decodeBatch, encodeBatch } from './batch-codec.ts'
import { crc32cWords } from './crc32c.ts'

/** What a sample costs on its way to the journal's buffer and out of it: batches of 1,000 mixed series, all good. */
const SAMPLES = 1000
const builder = new BatchBuilder(SAMPLES)
for (let i = 0; i < SAMPLES; i++) builder.addNumber(i % 100, 1.7e15 + Math.floor(i / 100), Math.sin(i), 0)
const batch = builder.view(1.7e15)
const memory = new AlignedMemory(batchBound(batch))
const size = encodeBatch(batch, memory, 0)
const block = new AlignedMemory(1 << 20)
block.bytes.fill(0x5a)

let sink = 0
const encodeNs = nsPerCall(() => (sink += encodeBatch(batch, memory, 0))) / SAMPLES
const decodeNs = nsPerCall(() => (sink += decodeBatch(memory, 0, size).numbers.length)) / SAMPLES
const crcNs = nsPerCall(() => (sink += crc32cWords(block.words, 0, block.words.length)))
console.log(`batch encode: ${encodeNs.toFixed(2)} ns per sample`)
console.log(`batch decode: ${decodeNs.toFixed(2)} ns per sample`)
console.log(`batch size: ${(size / SAMPLES).toFixed(1)} bytes per sample`)
console.log(`crc32c: ${(block.size / crcNs).toFixed(2)} GB/s`)
if (sink === 0) throw new Error('BUG: nothing was measured')

function nsPerCall(call: () => void): number {
  const until = performance.now() + 300
  while (performance.now() < until) call()
  const begun = performance.now()
  let calls = 0
  while (performance.now() - begun < 1000) {
    for (let i = 0; i < 10; i++) call()
    calls += 10
  }
  return ((performance.now() - begun) * 1e6) / calls
}
