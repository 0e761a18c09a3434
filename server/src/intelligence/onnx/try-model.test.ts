import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { WireOnnxContract, WireOnnxPair, WireOnnxRefusal } from '@millwright/model/wire/onnx.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { examine, tryModel } from './try-model.ts'

const optionsOf = (name: string) => ({ file: name, path: fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url)), maxMegabytes: 512, providers: ['cpu'] })
const given = JSON.parse(readFileSync(new URL('./fixtures/pairs.json', import.meta.url), 'utf8')) as Record<string, WireOnnxPair[]>
const contract = (signals: string[], output: WireOnnxContract['output'], more: Partial<WireOnnxContract> = {}): WireOnnxContract => ({
  name: 'test', purpose: 'a test', inputs: signals.map((signal) => ({ signal })), layout: 'flat', rows: 1, stepSeconds: 10, everyRows: 1, fill: { rule: 'hold', seconds: 60 }, output, ...more,
})
const SENSOR = contract(['load', 'ambient'], { means: 'value', signal: 'model' })

async function refusalsOf(trying: Promise<unknown>): Promise<string> {
  const thrown = await trying.then(() => undefined, (reason: unknown) => reason)
  assert.ok(thrown instanceof MillwrightError && thrown.code === 'MODEL_REFUSED', String(thrown))
  return (thrown.detail['refusals'] as WireOnnxRefusal[]).map(({ where, what, right }) => `${where}: ${what} → ${right}`).join('\n')
}

test('models of scikit-learn answer here what they answered there: a value, a class, a density', async () => {
  const cases = [
    ['soft-sensor', SENSOR],
    ['classifier', contract(['load', 'ambient'], { means: 'class', signal: 'heat', labels: ['cool', 'hot', 'warm'] })],
    ['density', contract(['load', 'ambient', 'bearing'], { means: 'anomaly_score', signal: 'odd', higherIs: 'usual' })],
  ] as const
  for (const [name, made] of cases) {
    const { check } = await tryModel(made, given[name] ?? [], optionsOf(name))
    assert.equal(check.pairs, 5)
    assert.ok((check.worst ?? 9) <= 1 && check.callUs > 0, `${name} ${JSON.stringify(check)}`)
  }
})

test('a file may carry its contract', async () => {
  const model = await examine(optionsOf('forecast'))
  assert.match(model.contract ?? '', /Mean of the window/)
  assert.deepEqual(model.outputs, [{ name: 'y', type: 'float32', shape: ['batch', 4] }])
})

test('a pair that comes out otherwise is refused with both values; so are inputs in the wrong order', async () => {
  const [pair] = given['soft-sensor'] ?? []
  assert.ok(pair !== undefined)
  const wrong = [{ ...pair, output: Number(pair.output) * 1.001 }]
  assert.match(await refusalsOf(tryModel(SENSOR, wrong, optionsOf('soft-sensor'))), /^pairs\[0\].output: the model here says [\d.]+ → [\d.]+, to 0.0001/)
  const turned = (given['soft-sensor'] ?? []).map(({ rows, output }) => ({ rows: rows.map((row) => row.toReversed()), output }))
  assert.match(await refusalsOf(tryModel(SENSOR, turned, optionsOf('soft-sensor'))), /order of inputs/)
  assert.match(await refusalsOf(tryModel(SENSOR, [{ rows: [[1, 2, 3]], output: 1 }], optionsOf('soft-sensor'))), /1 rows of 3 values → 1 rows of 2/)
  assert.match(await refusalsOf(tryModel(contract(['load', 'ambient'], { means: 'class', signal: 'heat' }), [{ rows: [[50, 20]], output: 'cold' }], optionsOf('classifier'))), /says (warm|hot|cool) → cold/)
})

test('what is no model, what reaches outside and what never ends is refused with its reason', async () => {
  assert.match(await refusalsOf(examine({ ...optionsOf('soft-sensor'), path: fileURLToPath(import.meta.url) })), /^file: this is no ONNX file/)
  assert.match(await refusalsOf(examine(optionsOf('outside'))), /weights lie outside/)
  assert.match(await refusalsOf(tryModel({ ...SENSOR, inputs: SENSOR.inputs.slice(0, 1) }, [], optionsOf('soft-sensor'))), /^layout: the file's input "X" is \[\?, 2\]/)
})
