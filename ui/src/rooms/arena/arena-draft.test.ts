import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractFor, runFieldsOf, type ArenaDraft } from './arena-draft.ts'

const DRAFT: ArenaDraft = { contest: 'skab', entrant: 'ours', detectors: ['a', 'b'], file: 'f', contract: '{"name": "m"}', limit: null, by: 'Li' }

test('detectors go by name where a collection has names, and a model goes with its contract and the limit that was declared', () => {
  assert.deepEqual(runFieldsOf({ ...DRAFT, detectors: [] }), { contest: 'skab', by: 'Li' })
  assert.deepEqual(runFieldsOf({ ...DRAFT, detectors: ['b'] }), { contest: 'skab', by: 'Li', detectors: ['b'] })
  assert.deepEqual(runFieldsOf({ ...DRAFT, entrant: 'model', limit: 0.8 }), { contest: 'skab', by: 'Li', model: { file: 'f', contract: { name: 'm' }, limit: 0.8 } })
  assert.throws(() => runFieldsOf({ ...DRAFT, entrant: 'model', contract: '{' }), { field: 'contract' })
})

test('a file without a contract gets one that names the signals of the collection and means a score', () => {
  const file = { file: 'f', bytes: 1, contract: null, uploaded: 1, author: 'Li', inputs: [{ name: 'x', type: 'float32', shape: ['N', 2] }], outputs: [{ name: 'y', type: 'float32', shape: ['N', 1] }] } as Parameters<typeof contractFor>[0]
  const { inputs, output } = contractFor(file, { signals: ['Pressure', 'Current', 'Voltage'] })
  assert.deepEqual([inputs.map(({ signal }) => signal), output.means, output.tensor], [['Pressure', 'Current'], 'anomaly_score', 'y'])
})

test('of several outputs the one with one number a row is the score, not a label', () => {
  const outputs = [{ name: 'label', type: 'int64', shape: ['N'] }, { name: 'probabilities', type: 'float32', shape: ['N', 3] }, { name: 'score', type: 'float32', shape: ['N', 1] }]
  const file = { file: 'f', bytes: 1, contract: null, uploaded: 1, author: 'Li', inputs: [], outputs } as unknown as Parameters<typeof contractFor>[0]
  assert.equal(contractFor(file, { signals: [] }).output.tensor, 'score')
})
