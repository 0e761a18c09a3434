import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { WireWaveforms } from '@millwright/model/wire/samples.ts'
import { NOW_US, openTestApi, type TestApi, WAVEFORM_RATE_HZ } from '../test-api.ts'

const T0 = NOW_US / 1_000
const blocks = [Float32Array.of(0.5, -0.25, 2), Float32Array.of(1, Number.NaN), Float32Array.of(3)]

let api: TestApi
before(async () => {
  // No answer has more than a hundred numbers.
  api = await openTestApi({ settings: { maxSamplesPerAnswer: 100 } })
  await api.write('line/pump', 'vibration', blocks.map((block, index) => [30 - index * 10, block] as const))
  await api.write('line/fan', 'vibration', Array.from({ length: 3 }, (_, index) => [30 - index * 10, new Float32Array(60).fill(index)] as const))
})
after(() => api.close())

async function get(signal: string, query = ''): Promise<WireWaveforms> {
  const answer = await api.app.inject(`/api/v1/signals/${signal}/samples?${query}`)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}

test('a waveform signal answers whole blocks with their rate; a point without a value is null', async () => {
  assert.deepEqual(await get('line/pump/vibration'), {
    signal: 'line/pump/vibration',
    times: [T0 - 30_000, T0 - 20_000, T0 - 10_000],
    rateHz: [WAVEFORM_RATE_HZ, WAVEFORM_RATE_HZ, WAVEFORM_RATE_HZ],
    values: [[0.5, -0.25, 2], [1, null], [3]],
    qualities: ['good', 'good', 'good'],
    next: null,
  })
})

for (const order of ['ascending', 'descending']) {
  test(`pages in ${order} order hold no more waveforms or numbers than they may, and bring each once`, async () => {
    for (const [signal, limit, pages] of [['line/pump/vibration', 2, 2], ['line/fan/vibration', 50, 3]] as const) {
      const seen: unknown[] = []
      let count = 0
      for (let next: string | null = ''; next !== null; count++) {
        const page: WireWaveforms = await get(signal, `order=${order}&limit=${limit}${next === '' ? '' : `&cursor=${next}`}`)
        seen.push(...page.values)
        next = page.next
      }
      const { values } = signal === 'line/pump/vibration' ? await get(signal) : { values: [0, 1, 2].map((value) => Array.from({ length: 60 }, () => value)) }
      assert.deepEqual(seen, order === 'ascending' ? values : values.toReversed())
      assert.equal(count, pages)
    }
  })
}
