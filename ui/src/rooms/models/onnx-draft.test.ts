import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindFieldsOf, exampleContract, UnreadableText } from './onnx-draft.ts'

const DRAFT = { file: 'f'.repeat(64), contract: '{"name": "m"}', pairs: '[]', assets: ['a/b'], author: 'Li', dryRun: true }

test('a text that is no JSON is named, with where it stops being some', () => {
  assert.throws(() => bindFieldsOf({ ...DRAFT, contract: '{name}' }), (thrown) => thrown instanceof UnreadableText && thrown.field === 'contract')
  assert.throws(() => bindFieldsOf({ ...DRAFT, pairs: '[1,' }), (thrown) => thrown instanceof UnreadableText && thrown.field === 'pairs')
  assert.deepEqual(bindFieldsOf(DRAFT).assets, ['a/b'])
})

test('a contract to begin with has as many inputs as the file is wide', () => {
  const tensor = (name: string, ...shape: (number | string)[]) => ({ name, type: 'float32', shape })
  assert.equal(exampleContract({ inputs: [tensor('x', 'N', 3)], outputs: [tensor('y', 'N', 1)] }).inputs.length, 3)
  assert.equal(exampleContract({ inputs: [tensor('x', 'N', 'M')], outputs: [] }).inputs.length, 1)
  assert.equal(exampleContract({ inputs: [], outputs: [tensor('y', 1)] }).output.tensor, 'y')
})
