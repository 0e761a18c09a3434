import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { examinePage } from './examine-link.ts'
import { LabelRows, sendLabels } from './label-rows.ts'

test('marks become stretches that end at the first unmarked row; one in the last row lasts a step', () => {
  const rows = new LabelRows()
  for (const [at, text] of ['0.0', '1', '1.0', 'false', '', 'true'].entries()) rows.add(at * 10, text)
  assert.deepEqual(rows.finished(), [{ fromUs: 10, toUs: 30 }, { fromUs: 50, toUs: 60 }])
})

test('a column that marks every other row for ever is no column of labels', () => {
  const rows = new LabelRows()
  assert.throws(() => {
    for (let at = 0; at < 20_000; at++) rows.add(at, String(at % 2))
  }, { code: 'IMPORT_FAILED' })
})

test('labels that the server has are not made twice, and a refusal is told', async () => {
  const made: unknown[] = []
  let status = 201
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end(JSON.stringify({ items: [{ from: 1, to: 2, kind: 'fault', author: 'Li Na' }], next: null }))
    request.on('data', (piece: Buffer) => made.push(JSON.parse(String(piece))))
    request.on('end', () => response.writeHead(status).end('{}'))
    return response
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const said = { asset: 'rig', author: 'Li Na', ranges: [{ fromUs: 1_000, toUs: 2_000 }, { fromUs: 5_000, toUs: 7_500 }], signal: new AbortController().signal }
    assert.equal(await sendLabels(url, said), 1)
    assert.deepEqual(made, [{ asset: 'rig', kind: 'fault', from: 5, to: 7.5, author: 'Li Na', note: 'imported' }])
    status = 400
    await assert.rejects(sendLabels(url, said), { code: 'IMPORT_FAILED', message: /refused \(400\)/ })
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('the link names each file as a run, where they lie one after the other', () => {
  const file = (from: number, to: number, asset = 'rig') => ({ asset, fromUs: from * 1_000, toUs: to * 1_000 })
  assert.equal(examinePage('http://h', [file(10, 20), file(30, 40)]), 'http://h/examine?asset=rig&from=10&to=41&run=10-21&run=30-41')
  assert.equal(examinePage('http://h', [file(10, 20), file(15, 40)]), 'http://h/examine?asset=rig&from=10&to=41')
  assert.equal(examinePage('http://h', [file(10, 20), file(15, 40, 'other')]), undefined)
  assert.equal(examinePage(undefined, [file(10, 20)]), undefined)
})
