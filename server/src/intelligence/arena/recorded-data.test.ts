import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillwrightError } from '../../kernel/error.ts'
import { tableOfNpy } from './npy-file.ts'
import { readCmapss, readNab, readNabResults, readSkab, readSmap, readTep, recordedDataMissing } from './recorded-data.ts'
import { filesOfTar } from './tar-file.ts'

const skip = recordedDataMissing()

function tarOf(name: string, content: string): Uint8Array {
  const archive = Buffer.alloc(512 * 4)
  archive.write(name, 0)
  archive.write(content.length.toString(8).padStart(11, '0'), 124)
  archive.write('0', 156)
  archive.write(content, 512)
  return archive
}

test('a tar archive gives its files; a damaged one is refused', () => {
  assert.equal(Buffer.from(filesOfTar(tarOf('a/b.txt', 'hello')).get('a/b.txt') ?? []).toString(), 'hello')
  assert.equal(filesOfTar(new Uint8Array(0)).size, 0)
  const broken = tarOf('a', 'x')
  broken.set(Buffer.from('99999999'), 124)
  assert.throws(() => filesOfTar(broken), { code: 'CORRUPT_FILE' })
  assert.throws(() => filesOfTar(tarOf('a', 'x'.repeat(500)).subarray(0, 600)), { code: 'CORRUPT_FILE' })
})

test('mutated archives and arrays are read or refused, never anything else', () => {
  let seed = 3
  const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n"
  const npy = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header), Buffer.from(new Float64Array([1, 2, 3, 4, 5, 6]).buffer)])
  assert.deepEqual(tableOfNpy(npy).columns.map((column) => [...column]), [[1, 4], [2, 5], [3, 6]])
  for (let round = 0; round < 3000; round++) {
    const [read, original] = round % 2 === 0 ? [filesOfTar, tarOf('a/b', 'hello')] as const : [tableOfNpy, npy] as const
    const bytes = Uint8Array.from(original).subarray(0, round % 5 === 0 ? random(original.length) : original.length)
    for (let flips = 0; flips < 4 && bytes.length > 0; flips++) bytes[random(bytes.length)] = random(256)
    try {
      read(bytes)
    } catch (error) {
      assert.ok(error instanceof MillwrightError, String(error))
    }
  }
})

test('the recorded data are read whole', { skip }, () => {
  const nab = readNab()
  assert.equal(nab.length, 36)
  const gaussian = readNabResults(undefined, ['windowedGaussian']).get('windowedGaussian')
  assert.ok(nab.every(({ name, values }) => gaussian?.get(name)?.scores.length === values.length), 'names too long for a tar header are read')
  assert.ok(nab.every(({ windows, timesUs }) => windows.every(([from, to]) => from >= 0 && to > from && to < timesUs.length)))
  const skab = readSkab()
  assert.deepEqual([skab.length, skab[0]?.sensors.columns.length, skab[0]?.anomaly.every((label) => label === 0 || label === 1)], [16, 8, true])
  const smap = readSmap()
  assert.ok(smap.length >= 53 && smap.every(({ test: { columns }, labels }) => columns.length === 25 && labels.includes(1)))
  const tep = readTep()
  assert.deepEqual([tep.normal.rows, tep.normal.columns.length, tep.runs.length, tep.runs[0]?.table.rows], [500, 52, 11, 960])
  const { train, test: tested } = readCmapss()
  assert.deepEqual([train.length, tested.length, train[0]?.table.rows, tested[0]?.left, train[0]?.table.columns.length], [100, 100, 192, 112, 24])
})
