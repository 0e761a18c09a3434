import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_HOUR, US_PER_MINUTE } from '@millwright/model/time.ts'
import { train, type TrainingOrder } from './trainer.ts'

/** A history of one series that holds these samples. */
function history(timesUs: readonly number[]): Parameters<typeof train>[1] {
  return {
    readSamples: ({ fromUs, toUs }, { limit }) => {
      const found = timesUs.filter((timeUs) => timeUs >= fromUs && timeUs < toUs)
      const page = Float64Array.from(found.slice(0, limit))
      return Promise.resolve({ block: { timesUs: page, values: page.map((_, at) => 20 + (at % 7)), status: new Uint32Array(page.length) }, nextUs: found[limit] })
    },
  }
}

const START = 1.7e15
const order = (change: Partial<TrainingOrder> = {}): TrainingOrder => ({
  thread: { shape: { signals: [1], states: [] }, alarmsPerWeek: 1, taught: [] }, series: [{ series: 1, kind: 'number' }], fromUs: START, toUs: START + 12 * US_PER_HOUR, replays: [], maxMegabytes: 256, signal: new AbortController().signal, onProgress: () => undefined, ...change,
})
const minutes = Array.from({ length: 600 }, (_, at) => START + at * US_PER_MINUTE)

test('training data of one sample makes a model that judges nothing yet, and says what it was made of', async () => {
  const { samples, told, judgedFromUs, state } = await train(order(), history([START + US_PER_HOUR]))
  assert.deepEqual([samples, told, judgedFromUs], [1, [], undefined])
  assert.ok(state.length > 0)
})

test('no sample at all is counted as none', async () => {
  assert.equal((await train(order(), history([]))).samples, 0)
})

test('a training thread that dies fails this training with a reason, and the next one runs', async () => {
  // What no history gives: the thread throws where nobody catches.
  const broken: Parameters<typeof train>[1] = { readSamples: () => Promise.resolve({ block: { timesUs: Float64Array.of(START), values: new Float64Array(1), status: JSON.parse('null') }, nextUs: undefined }) }
  await assert.rejects(train(order(), broken), { code: 'INTERNAL', message: /^the training failed/ })
  assert.equal((await train(order(), history(minutes))).samples, minutes.length)
})

test('a window that does not fit is refused with what to do, and a training that is cancelled ends', async () => {
  const crowd = Array.from({ length: 180_000 }, (_, at) => START + at)
  // 180,000 samples of 48 bytes in 8 MB.
  await assert.rejects(train(order({ maxMegabytes: 8 }), history(crowd)), { code: 'LIMIT_REACHED', message: /raise intelligence\.trainMegabytes/ })
  await assert.rejects(train(order({ signal: AbortSignal.abort() }), history(minutes)), { code: 'STOPPING' })
})
