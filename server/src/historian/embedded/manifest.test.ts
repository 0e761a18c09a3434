import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { filePath, parseFileName } from './cold-file.ts'
import { EMPTY_MANIFEST, parseManifest } from './manifest.ts'
import { cutSeries } from './sorted-copy.ts'

describe('the manifest', () => {
  it('finds every flipped bit', () => {
    const text = JSON.stringify(EMPTY_MANIFEST)
    const content = Buffer.from(`${crc32(text).toString(16)}\n${text}`)
    assert.deepEqual(parseManifest(content.toString()), EMPTY_MANIFEST)
    for (let bit = 0; bit < content.length * 8; bit++) {
      const damaged = Buffer.from(content)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.ok('problem' in parseManifest(damaged.toString('latin1')), `bit ${bit}`)
    }
  })

  it('refuses other shapes and never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void assert.ok('problem' in parseManifest(`${crc32(text).toString(16)}\n${text}`))))
  })

  it('reads from a name what was put into it', () => {
    const n = fc.integer({ min: 0, max: 1e6 })
    fc.assert(
      fc.property(n, n, n, fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 1, max: 50 }), (low, more, revision, day, slices) => {
        const key = { day, low, high: low + more, revision, slice: slices - 1, slices }
        assert.deepEqual(parseFileName(filePath(key, 'numbers').slice('numbers/'.length)), key)
      }),
    )
    for (const name of ['', 'x.parquet', 'day=2026-11-23/g5-1-r1-s1of1.parquet', 'day=2026-11-23/g1-1-r1-s3of2.parquet']) assert.equal(parseFileName(name), undefined)
  })
})

describe('cutting a run in slices', () => {
  it('gives each series and time to exactly one slice', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 }), fc.integer({ min: 10, max: 400 }), (counts, sliceRows) => {
        const series = Uint32Array.from(counts, (_, index) => index * 3)
        const slices = cutSeries(series, Float64Array.from(counts), { fromSeries: 0, toSeries: 9999, fromUs: 0, toUs: 86_400e6 }, sliceRows)
        for (const id of series) {
          for (const timeUs of [0, 3_599_999_999, 3_600_000_000, 43_200_000_000, 86_399_999_999]) {
            const owners = slices.filter((slice) => slice.fromSeries <= id && id <= slice.toSeries && slice.fromUs <= timeUs && timeUs < slice.toUs)
            assert.equal(owners.length, 1, `series ${id} at ${timeUs}`)
          }
        }
      }),
    )
  })
})
