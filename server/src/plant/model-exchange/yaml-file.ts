import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, stringify, type YAMLMap } from 'yaml'
import { ASSET_LEVELS } from '@millwright/model/asset.ts'
import { messageOf, MillwrightError } from '../../kernel/error.ts'
import { decodeText } from './csv.ts'
import { MAX_ROW_ERRORS, type AssetRow, type ModelRow, type ReadRows, type RowError, type SignalRow } from './model-row.ts'
import { nearestName } from '../../config/nearest-name.ts'

/** Largest YAML file that is read: it becomes a tree of nodes some twenty times its size. */
export const MAX_YAML_BYTES = 64 * 2 ** 20
/** The form of the file, told in its first line. */
const FORM = 1

const text = Type.Union([Type.String(), Type.Null()])
const number = Type.Union([Type.Number(), Type.Null()])
const property = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

const signalNode = Type.Object(
  {
    name: Type.String(),
    kind: Type.Optional(Type.Union([Type.Literal('number'), Type.Literal('boolean'), Type.Literal('text'), Type.Literal('waveform')])),
    unit: Type.Optional(text),
    low: Type.Optional(number),
    high: Type.Optional(number),
    deadband: Type.Optional(number),
    retention_days: Type.Optional(number),
    description: Type.Optional(text),
  },
  { additionalProperties: false },
)
const assetNode = Type.Object(
  {
    path: Type.String(),
    level: Type.Optional(Type.Union([...ASSET_LEVELS.map((level) => Type.Literal(level)), Type.Null()])),
    type: Type.Optional(text),
    description: Type.Optional(text),
    properties: Type.Optional(Type.Record(Type.String(), property)),
  },
  { additionalProperties: false },
)
type SignalNode = Static<typeof signalNode>
type AssetNode = Static<typeof assetNode>

/**
 * The model as YAML 1.2: assets in order, each with its signals below it. Unlike in a table a key that is not there is a field that is not
 * there, so an asset or signal in the file is all that it will be.
 */
export function writeYaml(rows: Iterable<ModelRow>): Uint8Array {
  const pieces: string[] = [`millwright: ${FORM}\nassets:\n`]
  let asset: Record<string, unknown> | undefined
  let signals: Record<string, unknown>[] = []
  const close = () => {
    if (asset !== undefined) pieces.push(stringify([signals.length === 0 ? asset : { ...asset, signals }], { lineWidth: 0 }))
    signals = []
  }
  for (const row of rows) {
    if (row.what === 'signal') {
      const { what: _, path, retentionDays, ...fields } = row
      signals.push(present({ name: path.slice(path.lastIndexOf('/') + 1), ...fields, retention_days: retentionDays }))
      continue
    }
    close()
    const { what: _, allProperties: __, properties = {}, ...fields } = row
    const sorted = Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)))
    asset = present({ ...fields, properties: Object.keys(sorted).length === 0 ? null : sorted })
  }
  close()
  if (asset === undefined) pieces[0] = `millwright: ${FORM}\nassets: []\n`
  return Buffer.from(pieces.join(''))
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))
}

/** Reads YAML. Wrong assets and signals are told one by one, with their lines, and left out. */
export function readYaml(bytes: Uint8Array): ReadRows {
  if (bytes.length > MAX_YAML_BYTES) throw new MillwrightError('LIMIT_REACHED', `a YAML file may have ${MAX_YAML_BYTES} bytes, not ${bytes.length}; use CSV`)
  const lines = new LineCounter()
  const document = parsed(bytes, lines)
  const reader = new YamlReader((offset) => lines.linePos(offset).line)
  for (const error of document.errors) reader.fail(error.pos[0], error.message.split('\n')[0] ?? 'is no YAML')
  if (document.errors.length > 0) return reader
  reader.readFile(document.contents)
  return reader
}

// The parser follows nesting by recursion, so a file of 100,000 brackets ends its stack.
function parsed(bytes: Uint8Array, lineCounter: LineCounter): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(decodeText(bytes), { lineCounter, logLevel: 'silent', uniqueKeys: true })
  } catch (thrown) {
    if (thrown instanceof MillwrightError) throw thrown
    throw new MillwrightError('IMPORT_FAILED', `the YAML file cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}

class YamlReader implements ReadRows {
  readonly rows: { row: number; value: ModelRow }[] = []
  readonly errors: RowError[] = []
  readonly #lineAt: (offset: number) => number

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt
  }

  readFile(contents: unknown): void {
    if (!isMap(contents)) return this.fail(0, 'the file is no model', `millwright: ${FORM} and assets: […]`)
    const form = contents.get('millwright')
    if (form !== FORM) return this.fail(0, `the form of the file is ${String(form)}`, `millwright: ${FORM}`)
    const assets = contents.get('assets', true)
    if (!isSeq(assets)) return this.fail(0, 'assets is no list', 'assets: [{path: …}]')
    this.#refuseKeys(contents, ['millwright', 'assets'])
    for (const node of assets.items) {
      if (this.errors.length >= MAX_ROW_ERRORS) return
      if (isMap(node)) this.#readAsset(node)
      else this.fail(offsetOf(node), 'an asset is no list of keys', 'path: …')
    }
  }

  fail(offset: number, problem: string, expected?: string, column?: string, nearest?: string): void {
    const more = { ...(column === undefined ? {} : { column }), ...(expected === undefined ? {} : { expected }), ...(nearest === undefined ? {} : { nearest }) }
    this.errors.push({ row: this.#lineAt(offset), problem, ...more })
  }

  #readAsset(map: YAMLMap): void {
    const known = this.#refuseKeys(map, [...Object.keys(assetNode.properties), 'signals'])
    const signals = map.get('signals', true)
    const fields = without(plain(map), 'signals')
    if (!known) return
    if (!Value.Check(assetNode, fields)) return this.#tell(map, assetNode, fields)
    this.rows.push({ row: this.#lineAt(offsetOf(map)), value: assetRow(fields) })
    if (signals === undefined) return
    if (!isSeq(signals)) return this.fail(offsetOf(signals), 'signals is no list', 'signals: [{name: …, kind: …}]', 'signals')
    for (const node of signals.items) {
      if (isMap(node)) this.#readSignal(node, fields.path)
      else this.fail(offsetOf(node), 'a signal is no list of keys', 'name: …')
    }
  }

  #readSignal(map: YAMLMap, assetPath: string): void {
    const known = this.#refuseKeys(map, Object.keys(signalNode.properties))
    const fields = plain(map)
    if (!known) return
    if (!Value.Check(signalNode, fields)) return this.#tell(map, signalNode, fields)
    this.rows.push({ row: this.#lineAt(offsetOf(map)), value: signalRow(fields, assetPath) })
  }

  #tell(map: YAMLMap, schema: typeof assetNode | typeof signalNode, fields: unknown): void {
    const wrong = new Set([...Value.Errors(schema, fields)].map((error) => error.instancePath.split('/')[1] ?? ''))
    for (const key of wrong) {
      if (key === '') this.fail(offsetOf(map), 'a key is missing', 'path' in schema.properties ? 'path: …' : 'name: … and kind: …')
      else this.fail(this.#offsetOfKey(map, key), 'is not what it should be', EXPECTED[key] ?? 'a text', key)
    }
  }

  #refuseKeys(map: YAMLMap, known: readonly string[]): boolean {
    let isSound = true
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : '?'
      if (known.includes(name)) continue
      this.fail(offsetOf(key), 'this key is not known', known.join(', '), name, nearestName(name, known))
      isSound = false
    }
    return isSound
  }

  #offsetOfKey(map: YAMLMap, key: string): number {
    const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key)
    return pair === undefined ? offsetOf(map) : offsetOf(pair.key)
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  level: ASSET_LEVELS.join(', '),
  kind: 'number, boolean, text or waveform',
  properties: 'texts, numbers and truth values by name',
  low: 'a number',
  high: 'a number',
  deadband: 'a number',
  retention_days: 'a number',
}

function assetRow(node: AssetNode): AssetRow {
  const { path, level = null, type = null, description = null, properties = {} } = node
  return { what: 'asset', path, level, type, description, properties, allProperties: true }
}

function signalRow(node: SignalNode, assetPath: string): SignalRow {
  const { name, kind, unit = null, low = null, high = null, deadband = null, retention_days: retentionDays = null, description = null } = node
  return { what: 'signal', path: `${assetPath}/${name}`, ...(kind === undefined ? {} : { kind }), unit, low, high, deadband, retentionDays, description }
}

function plain(map: YAMLMap): Record<string, unknown> {
  const valueOf = (value: unknown) => (isMap(value) ? plain(value) : isScalar(value) ? value.value : value)
  return Object.fromEntries(map.items.filter(({ key }) => isScalar(key)).map(({ key, value }) => [isScalar(key) ? String(key.value) : '', valueOf(value)]))
}

function without(fields: Record<string, unknown>, key: string): Record<string, unknown> {
  const { [key]: _, ...others } = fields
  return others
}

function offsetOf(node: unknown): number {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? 0) : 0
}
