import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementsOf, jsonPieces, jsonText, SLICE_ELEMENTS, type JsonPart } from './json-pieces.ts'

const column = (length: number): JsonPart => ({ length, text: (index) => String(index) })

for (const length of [0, 1, SLICE_ELEMENTS - 1, SLICE_ELEMENTS, SLICE_ELEMENTS + 1, 3 * SLICE_ELEMENTS]) {
  test(`columns of ${length} elements are the same JSON in pieces as at once`, async () => {
    const parts: JsonPart[] = ['{"a":', column(length), ',"b":', column(length), ',"c":', column(3), '}']
    const pieces = await Array.fromAsync(jsonPieces(parts))
    const whole = Array.from({ length }, (_, index) => index)
    assert.deepEqual(JSON.parse(pieces.join('')), { a: whole, b: whole, c: [0, 1, 2] })
    assert.equal(pieces.join(''), jsonText(parts))
    assert.equal(elementsOf(parts), 2 * length + 3)
  })
}

test('other work of the thread gets its turn between any two pieces', async () => {
  let turns = 0
  const other = (): void => void (++turns, (timer = setImmediate(other)))
  let timer = setImmediate(other)
  let [pieces, before] = [0, -1]
  for await (const _ of jsonPieces(['[', column(10 * SLICE_ELEMENTS), ']'])) {
    assert.ok(turns > before, 'nothing else ran since the piece before')
    before = turns
    pieces++
  }
  clearImmediate(timer)
  assert.ok(pieces >= 10)
})
