import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsOfText, textOfRuns } from './runs-text.ts'

test('lives are read from a table with or without names, and come back as they were', () => {
  const { runs, wrong } = runsOfText('asset,from,to\nacme/p1,2026-01-01T00:00:00Z,2026-03-01T00:00:00Z\r\n"acme/p2";2026-01-01;2026-02-01\n\n')
  assert.deepEqual([runs.length, runs[1]?.asset, wrong], [2, 'acme/p2', undefined])
  assert.deepEqual(runsOfText(textOfRuns(runs)), { runs, wrong: undefined })
})

test('the first line that is no life is named', () => {
  assert.deepEqual(runsOfText('a,2026-01-01,2026-02-01\na,2026-03-01,2026-02-01\nx').wrong, { line: 2, text: 'a,2026-03-01,2026-02-01' })
  assert.deepEqual(runsOfText('a,2026-01-01').wrong, { line: 1, text: 'a,2026-01-01' })
})
