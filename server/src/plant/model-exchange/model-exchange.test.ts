import { ASSET_LEVELS } from '@millwright/model/asset.ts'
import { nameProblem } from '@millwright/model/path.ts'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MillwrightError } from '../../kernel/error.ts'
import type { ModelEdit } from '../asset-model.ts'
import { openTestPlant } from '../test-plant.ts'
import { writeCsv } from './csv.ts'
import { applyImport, dryRunImport, EXCHANGE_FORMATS, exportModel, type ExchangeFormat } from './model-exchange.ts'
import { writeXlsx } from './xlsx.ts'
import { writeZip } from './zip.ts'

const csv = (text: string) => Buffer.from(text)
const code = (expected: string) => (thrown: unknown) => thrown instanceof MillwrightError && thrown.code === expected

const nasty = fc.constantFrom('constructor', '__proto__', 'toString', '=1+1', "'=x", "''-2+3", '+49', '-5', '-1', '@sum', '"q"', 'a,b;c\td', 'l1\nl2', 'l1\r\nl2', '\n', 'x\r', '_x000D_', '__x000D__', '_x005F_', 'true', '007', '1e5', '12345678901234567890', '0.1', ' lead', 'trail ', '温度', '泵①😀', '# no', '---', '- a', 'null', '~', '{a: 1}', '|', '\t', "'", '&<>', 'x: y #z', 'é\u0301', '\u00a0', '\u2028')
const freeText = fc.oneof(nasty, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)))
const name = fc.oneof(fc.constantFrom('泵', '线1', 'press', '-x', '=a', "'b", '温度 "t"', 'true', '1', 'a,b', '@c'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })).filter((one) => nameProblem(one) === undefined)
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const finite = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)))
const property = fc.oneof(freeText, fc.constant(''), finite, fc.boolean())
const propertyKey = fc.oneof(fc.constantFrom('制造商', 'maker', 'a.b', 'power', 'kind', '=k'), freeText.filter((key) => key === key.trim() && key !== '' && !/[\r\n\t]/.test(key) && key !== '__proto__'))
const assetFields = fc.record({ level: maybe(fc.constantFrom(...ASSET_LEVELS)), type: maybe(freeText), description: maybe(freeText), properties: fc.dictionary(propertyKey, property, { maxKeys: 3, noNullPrototype: true }) })
const signalFields = fc.record({
  kind: fc.constantFrom('number' as const, 'boolean' as const, 'text' as const, 'waveform' as const),
  unit: maybe(freeText),
  range: maybe(fc.tuple(finite, finite)),
  description: maybe(freeText),
  deadband: maybe(fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0)),
  retentionDays: maybe(fc.double({ min: 0.1, max: 30_000, noNaN: true })),
})
const node = fc.record({ names: fc.array(name, { minLength: 1, maxLength: 3 }), asset: assetFields, signals: fc.array(fc.tuple(name, signalFields), { maxLength: 3 }) })

/** Edits of a random plant; those that contradict earlier ones are left out by the caller. */
const plant = fc.array(node, { minLength: 0, maxLength: 5 }).map((nodes) =>
  nodes.flatMap(({ names, asset, signals }): ModelEdit[] => [
    { op: 'createAsset', path: names.join('/'), fields: asset, orUpdate: true },
    ...signals.map(([signal, { range, ...fields }]): ModelEdit => {
      const [low, high] = range === null ? [null, null] : [Math.min(...range), Math.max(...range)]
      return { op: 'createSignal', path: [...names, signal].join('/'), fields: { ...fields, low, high }, orUpdate: true }
    }),
  ]),
)

describe('model exchange', () => {
  for (const format of EXCHANGE_FORMATS) {
    it(`brings a model back byte for byte over ${format}: export, import into an empty plant, export`, async () => {
      await fc.assert(
        fc.asyncProperty(plant, async (edits) => {
          const [from, to] = [await openTestPlant(), await openTestPlant()]
          for (const edit of edits) await from.model.edit([edit]).catch((thrown: unknown) => assert.ok(code('CONFLICT')(thrown), String(thrown)))
          const file = await exportModel(from.model, format)
          const plan = await dryRunImport(to.model, file, { format, mode: 'replace' })
          assert.deepEqual(plan.errors, [])
          await applyImport(to.model, plan)
          assert.deepEqual(Buffer.from(await exportModel(to.model, format)).toString('latin1'), Buffer.from(file).toString('latin1'))
          assert.deepEqual(to.model.counts, from.model.counts)
          const again = await dryRunImport(to.model, file, { format, mode: 'replace' })
          assert.deepEqual([again.created, again.changed, again.deleted, again.errors], [[], [], [], []])
        }),
        { numRuns: format === 'csv' ? 100 : 40, seed: 7 },
      )
    })
  }

  it('writes texts that a spreadsheet would reckon so that it shows them, and numbers bare', () => {
    const text = Buffer.from(writeCsv([['=1+1', '@x', '+cmd|x', -5, '-5', "'=y"]])).toString()
    assert.equal(text, `\ufeff'=1+1,'@x,'+cmd|x,-5,-5,''=y\r\n`)
  })

  it('reads Chinese headings and words, from GB18030 too, and with semicolons', async () => {
    const { model } = await openTestPlant()
    // "行类型;路径;数据类型;单位" and two rows, as Excel in China saves CSV (GB18030).
    const heading = [0xd0, 0xd0, 0xc0, 0xe0, 0xd0, 0xcd, 0x3b, 0xc2, 0xb7, 0xbe, 0xb6, 0x3b, 0xca, 0xfd, 0xbe, 0xdd, 0xc0, 0xe0, 0xd0, 0xcd, 0x3b, 0xb5, 0xa5, 0xce, 0xbb]
    // "信号;厂/温度;数值;Cel"
    const row = [0xd0, 0xc5, 0xba, 0xc5, 0x3b, 0xb3, 0xa7, 0x2f, 0xce, 0xc2, 0xb6, 0xc8, 0x3b, 0xca, 0xfd, 0xd6, 0xb5, 0x3b, 0x43, 0x65, 0x6c]
    await applyImport(model, await dryRunImport(model, Buffer.from([...heading, 0x0d, 0x0a, ...row]), { format: 'csv', mode: 'merge' }))
    const signal = model.signal('厂/温度')
    assert.equal(signal?.kind, 'number')
    assert.equal(signal?.unit, 'Cel')
  })

  it('tells each wrong cell with its row, what would be right and the nearest name, and imports nothing', async () => {
    const { model } = await openTestPlant()
    const file = csv('row,path,level,kind,low,high\nasset,a,lin,,,\nsignal,a/s,,nubmer,x,\nsignal,a//b,,number,,\nasset,a,,,,\nsignal,a/t,,number,5,1\nsignal,lonely,,number,,\nasset,a/t,,,,')
    const plan = await dryRunImport(model, file, { format: 'csv', mode: 'merge' })
    const told = plan.errors.map(({ row, column, nearest }) => [row, column, nearest])
    assert.deepEqual(told, [[2, 'level', 'line'], [3, 'kind', 'number'], [3, 'low', undefined], [4, 'path', undefined], [6, 'high', undefined], [7, 'path', undefined], [8, 'path', undefined]])
    await assert.rejects(applyImport(model, plan), code('IMPORT_FAILED'))
    assert.deepEqual(model.counts, { assets: 0, signals: 0 })
  })

  it('tells an unknown column with the nearest name', async () => {
    const { model } = await openTestPlant()
    const plan = await dryRunImport(model, csv('row,path,desciption\nasset,a,x'), { format: 'csv', mode: 'merge' })
    assert.deepEqual(plan.errors.map(({ row, column, nearest }) => [row, column, nearest]), [[1, 'desciption', 'description']])
  })

  it('shows in a dry run what changes from what to what, and what a replacement deletes', async () => {
    const { model } = await openTestPlant()
    await applyImport(model, await dryRunImport(model, csv('row,path,kind,unit,property.maker\nasset,a,,,x\nsignal,a/s,number,Cel,\nsignal,a/t,text,,\nasset,b,,,\nsignal,b/u,text,,\nasset,b/c,,,\nasset,b-,,,'), { format: 'csv', mode: 'merge' }))
    const before = model.revision
    const file = csv('row,path,kind,unit,property.maker\nasset,a,,,y\nsignal,a/s,boolean,,\nsignal,a/new,number,K,\nasset,b-,,,')
    const plan = await dryRunImport(model, file, { format: 'csv', mode: 'replace' })
    assert.equal(model.revision, before)
    assert.deepEqual(plan.changed, [
      { what: 'asset', path: 'a', fields: [{ field: 'properties.maker', from: 'x', to: 'y' }] },
      { what: 'signal', path: 'a/s', fields: [{ field: 'kind', from: 'number', to: 'boolean' }, { field: 'unit', from: 'Cel', to: null }] },
    ])
    assert.deepEqual(plan.created, [{ what: 'signal', path: 'a/new' }])
    assert.deepEqual(plan.deleted.map(({ path }) => path), ['a/t', 'b', 'b/u', 'b/c'])
    assert.equal(plan.unchanged, 1)
    await applyImport(model, plan)
    assert.deepEqual(model.listAssets({ limit: 9 }).items.map(({ path }) => path), ['a', 'b-'])
    assert.deepEqual(model.listSignals({ limit: 9 }).items.map(({ path }) => path), ['a/new', 'a/s'])
  })

  it('leaves alone what a merge does not name: other fields, other properties, other signals', async () => {
    const { model } = await openTestPlant()
    await model.edit([{ op: 'createAsset', path: 'a', fields: { type: 'pump', properties: { maker: 'x', year: 1999 } } }, { op: 'createSignal', path: 'a/s', fields: { kind: 'number', unit: 'K' } }])
    await applyImport(model, await dryRunImport(model, csv('row,path,description,property.year\nasset,a,new,\nsignal,a/s,d,'), { format: 'csv', mode: 'merge' }))
    const asset = model.asset('a')
    assert.deepEqual([asset?.type, asset?.description, asset?.properties], ['pump', 'new', { maker: 'x' }])
    assert.deepEqual([model.signal('a/s')?.unit, model.signal('a/s')?.description], ['K', 'd'])
  })

  it('lets a replacement turn an asset into a signal and a signal into an asset', async () => {
    const { model } = await openTestPlant()
    await model.edit([{ op: 'createAsset', path: 'p/x', fields: {} }, { op: 'createSignal', path: 'p/y', fields: { kind: 'text' } }])
    await applyImport(model, await dryRunImport(model, csv('row,path,kind\nasset,p,\nsignal,p/x,number\nasset,p/y,'), { format: 'csv', mode: 'replace' }))
    assert.equal(model.signal('p/x')?.kind, 'number')
    assert.ok(model.asset('p/y'))
  })

  it('points at the line of a YAML file', async () => {
    const { model } = await openTestPlant()
    const file = csv('millwright: 1\nassets:\n- path: a\n  levle: line\n- path: b\n  signals:\n  - name: s\n    kind: nomber\n  - name: t\n    kind: text\n')
    const plan = await dryRunImport(model, file, { format: 'yaml', mode: 'merge' })
    assert.deepEqual(plan.errors.map(({ row, column, nearest }) => [row, column, nearest]), [[4, 'levle', 'level'], [8, 'kind', undefined]])
  })

  it('refuses a workbook that would unpack to more than it says, that names a cell far away, or is cut off', async () => {
    const { model } = await openTestPlant()
    const read = (file: Uint8Array) => dryRunImport(model, file, { format: 'xlsx', mode: 'merge' })
    const sound = Buffer.from(await writeXlsx([['row', 'path'], ['asset', 'a']]))
    assert.deepEqual((await read(sound)).created, [{ what: 'asset', path: 'a' }])
    await assert.rejects(read(sound.subarray(0, sound.length - 30)), code('IMPORT_FAILED'))
    const far = `<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`
    await assert.rejects(read(writeZip([{ name: 'xl/worksheets/sheet1.xml', bytes: Buffer.from(far) }])), code('LIMIT_REACHED'))
    const liar = writeZip([{ name: 'xl/workbook.xml', bytes: Buffer.alloc(10) }])
    liar.writeUInt32LE(0xf000_0000, liar.length - 22 - 15 - 46 + 24)
    await assert.rejects(read(liar), code('LIMIT_REACHED'))
  })

  it('never hangs or throws anything but a MillwrightError over damaged files', async () => {
    const { model } = await openTestPlant()
    const files = await Promise.all(EXCHANGE_FORMATS.map(async (format): Promise<[ExchangeFormat, Uint8Array]> => {
      const plant = await openTestPlant()
      await plant.model.edit([{ op: 'createAsset', path: '厂/b', fields: { level: 'line', properties: { x: '"1"' } } }, { op: 'createSignal', path: '厂/b/s', fields: { kind: 'number', low: -1, description: '=a\n"b"' } }])
      return [format, await exportModel(plant.model, format)]
    }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), async ([format, sound], bites, cut) => {
        const bytes = Buffer.from(sound.subarray(0, cut < 0.7 ? sound.length : Math.floor(sound.length * cut)))
        for (const [at, value] of bites) if (bytes.length > 0) bytes[Math.min(bytes.length - 1, Math.floor(at * bytes.length))] = value
        try {
          await dryRunImport(model, bytes, { format, mode: 'replace' })
        } catch (thrown) {
          assert.ok(thrown instanceof MillwrightError, `${format}: ${String(thrown)}`)
        }
      }),
      { numRuns: 300, seed: 11 },
    )
    const deep = csv(`millwright: 1\nassets: ${'['.repeat(100_000)}`)
    await assert.rejects(async () => assert.deepEqual((await dryRunImport(model, deep, { format: 'yaml', mode: 'merge' })).errors, []))
  })
})
