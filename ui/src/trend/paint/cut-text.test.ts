import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutText } from './cut-text.ts'

const widthOf = (text: string) => [...text].reduce((sum, letter) => sum + (letter === '…' ? 12 : letter > '\u2e80' ? 14 : 8), 0)

test('a text that fits stays whole, a longer one is cut between letters and marked', () => {
  assert.equal(cutText('wash', 32, widthOf), 'wash')
  assert.equal(cutText('washing', 44, widthOf), 'wash…')
  assert.equal(cutText('清洗完成', 42, widthOf), '清洗…')
})

test('where not even one letter fits there is none', () => {
  assert.equal(cutText('washing', 19, widthOf), undefined)
  assert.equal(cutText('washing', -5, widthOf), undefined)
})

test('whatever the text and the room, it ends, and what it answers fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: -10, max: 400 }), (text, room) => {
      const cut = cutText(text, room, widthOf)
      assert.ok(cut === undefined || widthOf(cut) <= room || cut === '')
    }),
  )
})
