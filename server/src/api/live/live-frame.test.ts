import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { GZIP_HEAD, LiveFrame, takesGzip } from './live-frame.ts'

test('packed frames, in any order and number, are one gzip stream of what they say', () => {
  const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ minLength: 20, maxLength: 60 }).map((part) => part.repeat(200)), fc.constant('温度 21.5 °C\n'.repeat(300)))
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (texts) => {
      const stream = Buffer.concat([GZIP_HEAD, ...texts.map((each) => new LiveFrame(each).packed)])
      assert.equal(gunzipSync(stream, { finishFlush: constants.Z_SYNC_FLUSH }).toString(), Buffer.from(texts.join('')).toString())
    }),
    { seed: 20, numRuns: 200 },
  )
})

test('values of machines shrink to less than half', () => {
  const values = Array.from({ length: 2_000 }, (_, index) => Math.round(2_000 + 900 * Math.sin(index * 1.7)) / 100)
  const frame = new LiveFrame(`event: values\ndata: ${JSON.stringify({ signals: values.map((_, index) => index), times: values.map(() => 1_767_225_600_123), values })}\n\n`)
  assert.ok(frame.packed.length < frame.plain.length / 2, `${frame.packed.length} of ${frame.plain.length}`)
})

test('only who asks for gzip gets it', () => {
  for (const header of ['gzip', 'gzip, deflate, br, zstd', 'deflate, gzip;q=0.5', 'x-gzip', 'GZIP']) assert.ok(takesGzip(header), header)
  for (const header of [undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000', 'notgzip']) assert.ok(!takesGzip(header), header)
})
