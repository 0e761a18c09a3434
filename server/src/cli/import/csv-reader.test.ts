import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MillwrightError } from '../../kernel/error.ts'
import { CsvReader, MAX_ROW_LENGTH } from './csv-reader.ts'

function read(pieces: readonly string[], delimiter = ','): { rows: string[][]; lines: number[] } {
  const rows: string[][] = []
  const lines: number[] = []
  const reader = new CsvReader(delimiter, (fields, line) => {
    rows.push(fields)
    lines.push(line)
  })
  for (const piece of pieces) reader.push(piece)
  reader.end()
  return { rows, lines }
}

test('rows, quoted fields, line breaks in them, and their lines', () => {
  const { rows, lines } = read(['a,b\r\n"x ""y"", z","1\n2"\n\nc,\nlast,"q"'])
  assert.deepEqual(rows, [['a', 'b'], ['x "y", z', '1\n2'], ['c', ''], ['last', 'q']])
  assert.deepEqual(lines, [1, 2, 5, 6])
})

test('any table that is written by the rules is read back, however it is cut into pieces', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '1', ',', ';', '"', '\n', '\r', ' ', '压') , maxLength: 8 })
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(table, fc.constantFrom(',', ';', '\t'), fc.integer({ min: 1, max: 9 }), (rows, delimiter, size) => {
      const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join('\n')
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size))
      assert.deepEqual(read(pieces, delimiter).rows, rows)
    }),
    { seed: 7, numRuns: 1000 },
  )
})

test('any text at all is read, or refused for its size', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'",;\n\r a1'), maxLength: 80 }), (text) => {
      const { rows } = read([text])
      assert.ok(rows.every((row) => row.length > 0))
    }),
    { seed: 7, numRuns: 3000 },
  )
})

test('a quotation mark that is never closed ends at the limit', () => {
  const reader = new CsvReader(',', () => undefined)
  assert.throws(() => {
    reader.push('"')
    for (let piece = 0; piece < 20; piece++) reader.push(`${'x'.repeat(MAX_ROW_LENGTH / 10)}\n`)
  }, MillwrightError)
  assert.throws(() => read([`${','.repeat(20_000)}\n`]), /has 20001 fields/)
})
