import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NAB_PROFILES, nabRowScores, probationOf, scoreNab } from './nab-score.ts'
import { readNab, readNabResults, recordedDataMissing } from './recorded-data.ts'

const skip = recordedDataMissing()
const standard = NAB_PROFILES[0] ?? assert.fail()

test('a detector that says nothing scores 0, and one that fires at the first row of each window 100', () => {
  const windows = [[400, 449], [700, 749]] as const
  assert.equal(scoreNab([{ scores: new Float64Array(1000), windows }], standard, 1).score, 0)
  const perfect = new Float64Array(1000)
  for (const [from] of windows) perfect[from] = 1
  assert.ok(Math.abs(scoreNab([{ scores: perfect, windows }], standard).score - 100) < 1e-9)
})

test('a late hit brings less, a false alarm costs, and a miss costs twice where misses weigh twice', () => {
  const windows = [[400, 449]] as const
  const at = (...rows: number[]) => Float64Array.from({ length: 1000 }, (_, row) => (rows.includes(row) ? 1 : 0))
  const score = (scores: Float64Array, profile = standard) => scoreNab([{ scores, windows }], profile, 1).score
  assert.ok(score(at(405)) > score(at(440)))
  assert.ok(score(at(405, 800)) < score(at(405)))
  assert.equal(score(at(10)), 0, 'the first rows are not scored')
  assert.ok(scoreNab([{ scores: at(900), windows }], NAB_PROFILES[2] ?? assert.fail(), 1).missed === 1)
})

test('row scores are those that NAB published for ARTime on every row of the files given', { skip }, () => {
  const published = readNabResults(undefined, ['ARTime']).get('ARTime')
  let rows = 0
  for (const { name, windows, values } of readNab()) {
    const theirs = published?.get(name)?.rowScores ?? assert.fail(name)
    const ours = nabRowScores(values.length, windows, standard)
    for (let row = 0; row < ours.length; row++, rows++) assert.ok(Math.abs((ours[row] ?? 0) - (theirs[row] ?? 9)) < 1e-6, `${name} row ${row}`)
  }
  assert.equal(rows, 150_451)
})

test('older result files, which score detections only, cost each false alarm what we do', { skip }, () => {
  const files = readNab()
  for (const [detector, published] of readNabResults(undefined, ['contextOSE'])) {
    for (const { name, windows, values } of files) {
      const theirs = published.get(name)?.rowScores ?? assert.fail(name)
      const ours = nabRowScores(values.length, windows, standard)
      for (let row = Math.ceil(probationOf(ours.length)); row < ours.length; row++) {
        const outside = !windows.some(([from, to]) => row >= from && row <= to)
        if (outside && theirs[row] !== 0) assert.ok(Math.abs((ours[row] ?? 0) - (theirs[row] ?? 9)) < 1e-6, `${detector} ${name} row ${row}`)
      }
    }
  }
})
