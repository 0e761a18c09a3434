import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MillwrightError } from '../../kernel/error.ts'
import { historyTableOf } from './history-table.ts'

test('tables parted by blanks, commas, semicolons or tabs are read alike, with names or without; what never changes is left out', () => {
  const plain = historyTableOf('1 1 0.5 100 7 \n1 2 0.6 100 8\n2 1 0.4 100 9\n')
  assert.deepEqual([plain.signals, plain.constant, plain.units.map(({ unit, cycles }) => [unit, ...cycles])], [['value1', 'value3'], ['value2'], [['1', 1, 2], ['2', 1]]])
  assert.deepEqual(plain.units[0]?.columns, [[0.5, 0.6], [7, 8]])
  for (const separator of [',', ';', '\t']) {
    const rows = [['pump', 'hour', 'bearing temp', 'load'], ['A', '1', '20', ''], ['A', '2.5', '21', '3'], ['B', '1', '"22"', '4']].map((fields) => fields.join(separator)).join('\r\n')
    const { signals, units } = historyTableOf(`\uFEFF${rows}`)
    assert.deepEqual([signals, units[0]?.columns[0], units[0]?.cycles, Number.isNaN(units[0]?.columns[1]?.[0])], [['bearing_temp', 'load'], [20, 21], [1, 2.5], true])
  }
  assert.deepEqual(historyTableOf('1 1 2 3\n1 2 3 4', ['a', 'b']).signals, ['a', 'b'])
})

test('what is wrong is said with its line', () => {
  for (const [text, words] of [
    ['', /empty/],
    ['a,b', /2 columns/],
    ['1 1 2\n1 2', /line 2 has 2 fields/],
    ['1 1 2\n1 1 3', /line 2: cycle 1 of machine "1" comes after 1/],
    ['m,t,x\n1,one,3', /line 2: .*"one"/],
    ['m,t,x\n1,1,hot', /line 2, column 3: "hot"/],
    ['m,t,x,x\n1,1,2,3', /two columns are called "x"/],
    ['m,t,x\n', /no rows/],
    ['1 1 5\n1 2 5', /no column of the table ever changes/],
  ] as const) assert.throws(() => historyTableOf(text), (thrown: Error) => thrown instanceof MillwrightError && words.test(thrown.message), text)
  assert.throws(() => historyTableOf('1 1 2 3\n1 2 3 4', ['a']), /1 names are given for 2 columns/)
})

test('any text is read or refused with a reason', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.constantFrom('1', '2', 'x', '', '-', '1e9', '"'), { maxLength: 5 }), { maxLength: 6 }), fc.constantFrom(',', ' ', ';'), (rows, separator) => {
    try {
      const { units, signals } = historyTableOf(rows.map((row) => row.join(separator)).join('\n'))
      return units.length > 0 && units.every(({ cycles, columns }) => columns.length === signals.length && columns.every((column) => column.length === cycles.length))
    } catch (thrown) {
      return thrown instanceof MillwrightError
    }
  }), { seed: 7, numRuns: 300 })
})
