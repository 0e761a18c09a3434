import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { MAX_MESSAGES_PER_BATCH, mwMessages, type SignalPlace } from './mw-message.ts'

const PLACES: readonly SignalPlace[] = [
  { assetPath: 'acme/press', name: 'temperature', kind: 'number' },
  { assetPath: 'acme/press', name: 'running', kind: 'boolean' },
  { assetPath: 'acme/press', name: 'recipe', kind: 'text' },
  { assetPath: 'acme/pump', name: 'flow', kind: 'number' },
]

test('a batch becomes one message for each asset and time, with the kinds and qualities of its samples', () => {
  const builder = new BatchBuilder()
  builder.addNumber(0, 1_000_500, 21.5, 0)
  builder.addNumber(1, 1_000_500, 1, 0)
  builder.addNumber(3, 2_000_000, Number.NaN, 0x809b_0000)
  builder.addText(2, 1_000_500, 'A7', 0)
  builder.addNumber(99, 1, 1, 0)
  assert.deepEqual(
    mwMessages(builder.view(0), (series) => PLACES[series]).messages.map(({ topic, payload }) => [topic, JSON.parse(payload)]),
    [
      ['mw/v1/acme/press', { ts: 1000.5, values: { temperature: 21.5, running: true, recipe: 'A7' } }],
      ['mw/v1/acme/pump', { ts: 2000, values: { flow: null }, quality: { flow: 'bad' } }],
    ],
  )
})

test('a flood of history is announced up to the limit and the rest counted', () => {
  const builder = new BatchBuilder()
  for (let i = 0; i < MAX_MESSAGES_PER_BATCH + 5; i++) builder.addNumber(0, i, i, 0)
  const { messages, leftOut } = mwMessages(builder.view(0), (series) => PLACES[series])
  assert.deepEqual([messages.length, leftOut], [MAX_MESSAGES_PER_BATCH, 5])
})
