import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readField } from './field.ts'

test('numbers are read with decimal commas and full-width digits, and nothing else is taken for one', () => {
  assert.deepEqual(['12.5', ' -3 ', '1,5', '１２．５', '−4', '1e3'].map((text) => readField('number', text)), [12.5, -3, 1.5, 12.5, -4, 1000].map((value) => ({ value })))
  assert.deepEqual(['abc', '1,234,567', '0x10 ', 'Infinity', '1 2'].map((text) => readField('number', text)).filter((read) => 'problem' in read).length, 4)
  assert.deepEqual(readField('number', ''), { value: null })
})

test('texts lose outer white space; an empty one takes the field away', () => {
  assert.deepEqual(readField('text', ' Cel '), { value: 'Cel' })
  assert.deepEqual(readField('text', '  '), { value: null })
})
