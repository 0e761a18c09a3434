import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MillwrightError } from '../../kernel/error.ts'
import { tableOfNpy } from './npy-file.ts'
import { type Table, tableOfText, timeUsOf } from './table.ts'
import { filesOfTar } from './tar-file.ts'

/** Largest archive that is unpacked, in bytes. */
const MAX_UNPACKED = 1 << 30

/** Where the recorded data of others lie beside the checkout; their licences keep them out of it. */
export const RECORDED_DATA = resolve(import.meta.dirname, '../../../../../shared/data')

/** Why the recorded data cannot be read, or `false`: what a test gives as `skip`. */
export function recordedDataMissing(folder = RECORDED_DATA): string | false {
  return existsSync(join(folder, 'README.md')) ? false : `the recorded data are not at ${folder}`
}

/** One series of the Numenta Anomaly Benchmark. Windows are row indexes, both ends inside. */
export interface NabFile {
  readonly name: string
  readonly timesUs: Float64Array
  readonly values: Float64Array
  readonly windows: readonly (readonly [number, number])[]
}

/** One run of the Skoltech testbed: 8 sensors, labels per row. */
export interface SkabRun {
  readonly name: string
  readonly timesUs: Float64Array
  readonly sensors: Table
  readonly anomaly: Float64Array
  readonly changePoint: Float64Array
}

/** One telemetry channel of the SMAP spacecraft: normal part, tested part with a label per row. */
export interface SmapChannel {
  readonly name: string
  readonly train: Table
  readonly test: Table
  readonly labels: Float64Array
}

/** One run of the Tennessee Eastman process; `faultFrom` is the first row of the fault. */
export interface TepRun {
  readonly name: string
  readonly fault: number
  readonly table: Table
  readonly faultFrom: number
}

/** One engine of C-MAPSS: settings and sensors per cycle, and its cycles left after the last row. */
export interface Engine {
  readonly unit: number
  readonly table: Table
  readonly left: number
}

/** The NAB files given, sorted by name. */
export function readNab(folder = RECORDED_DATA): NabFile[] {
  const windows = JSON.parse(textAt(folder, 'nab/combined_windows.json')) as Record<string, [string, string][]>
  return Object.keys(windows).toSorted().filter((name) => existsSync(join(folder, 'nab/data', name))).map((name) => {
    const table = tableOfText(textAt(folder, `nab/data/${name}`), ',', 1)
    const [timesUs, values] = table.columns as [Float64Array, Float64Array]
    return { name, timesUs, values, windows: (windows[name] ?? []).map(([from, to]) => [timesUs.indexOf(timeUsOf(from)), timesUs.indexOf(timeUsOf(to))] as const) }
  })
}

/** Raw scores of a published detector on a NAB file, and the row scores that NAB gave it (standard profile). */
export interface NabResult {
  readonly scores: Float64Array
  readonly rowScores: Float64Array
}

/** Results of the published detectors, or of those named: `detector` → `file` → result. */
export function readNabResults(folder = RECORDED_DATA, only?: readonly string[]): Map<string, Map<string, NabResult>> {
  const results = new Map<string, Map<string, NabResult>>()
  for (const [path, bytes] of archiveAt(folder, 'nab-results.tgz')) {
    const match = /^nab-results\/([^/]+)\/([^/]+)\/\1_(.+)$/.exec(path)
    if (match === null) continue
    const [, detector = '', group = '', file = ''] = match
    if (only?.includes(detector) === false) continue
    const text = Buffer.from(bytes).toString('utf8')
    const names = text.slice(0, text.indexOf('\n')).trim().split(',')
    const { columns } = tableOfText(text, ',', 1)
    const of = results.get(detector) ?? new Map<string, NabResult>()
    of.set(`${group}/${file}`, { scores: columns[names.indexOf('anomaly_score')] ?? new Float64Array(), rowScores: columns[names.indexOf('S(t)_standard')] ?? new Float64Array() })
    results.set(detector, of)
  }
  return results
}

/** The SKAB runs given (`valve1/`), sorted by name. */
export function readSkab(folder = RECORDED_DATA): SkabRun[] {
  return readdirSync(join(folder, 'skab/valve1')).toSorted().map((name) => {
    const { rows, columns } = tableOfText(textAt(folder, `skab/valve1/${name}`), ';', 1)
    return { name: `valve1/${name}`, timesUs: columns[0] ?? new Float64Array(), sensors: { rows, columns: columns.slice(1, 9) }, anomaly: columns[9] ?? new Float64Array(rows), changePoint: columns[10] ?? new Float64Array(rows) }
  })
}

/** The SMAP channels, sorted by name. */
export function readSmap(folder = RECORDED_DATA): SmapChannel[] {
  const files = archiveAt(folder, 'smap.tgz')
  const lines = Buffer.from(files.get('smap/labeled_anomalies.csv') ?? []).toString('utf8').split('\n').slice(1)
  const sequences = new Map<string, [number, number][]>()
  for (const line of lines) {
    const match = /^([^,]+),SMAP,"(\[\[.*?\]\])"/.exec(line)
    if (match?.[1] === undefined || match[2] === undefined) continue
    sequences.set(match[1], [...(sequences.get(match[1]) ?? []), ...(JSON.parse(match[2]) as [number, number][])])
  }
  return [...sequences].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, ranges]) => {
    const [train, test] = [files.get(`smap/train/${name}.npy`), files.get(`smap/test/${name}.npy`)]
    if (train === undefined || test === undefined) return []
    const tested = tableOfNpy(test)
    const labels = new Float64Array(tested.rows)
    for (const [from, to] of ranges) labels.fill(1, from, to + 1)
    return [{ name, train: tableOfNpy(train), test: tested, labels }]
  })
}

/** The Tennessee Eastman runs: the normal one to learn from, and the tested ones, fault 0 being normal. */
export function readTep(folder = RECORDED_DATA): { readonly normal: Table; readonly runs: readonly TepRun[] } {
  const files = archiveAt(folder, 'tep.tgz')
  const tableOf = (name: string) => tableOfText(Buffer.from(files.get(name) ?? []).toString('utf8'), /\s+/)
  const lying = tableOf('tep/d00.dat')
  const normal = { rows: lying.columns.length, columns: Array.from({ length: lying.rows }, (_, index) => Float64Array.from(lying.columns, (column) => column[index] ?? Number.NaN)) }
  const names = [...files.keys()].filter((name) => /d\d\d_te\.dat$/.test(name)).toSorted()
  return { normal, runs: names.map((name) => ({ name, fault: Number(name.slice(5, 7)), table: tableOf(name), faultFrom: 160 })) }
}

/** C-MAPSS FD001: engines run to failure, and engines to be judged after their last row. Columns: 3 settings, 21 sensors. */
export function readCmapss(folder = RECORDED_DATA): { readonly train: readonly Engine[]; readonly test: readonly Engine[] } {
  const left = tableOfText(textAt(folder, 'cmapss/RUL_FD001.txt'), /\s+/).columns[0] ?? new Float64Array()
  return { train: enginesOf(textAt(folder, 'cmapss/train_FD001.txt'), () => 0), test: enginesOf(textAt(folder, 'cmapss/test_FD001.txt'), (unit) => left[unit - 1] ?? Number.NaN) }
}

function enginesOf(text: string, left: (unit: number) => number): Engine[] {
  const { rows, columns } = tableOfText(text, /\s+/)
  const units = columns[0] ?? new Float64Array()
  const engines: Engine[] = []
  for (let from = 0, row = 1; row <= rows; row++) {
    if (row < rows && units[row] === units[from]) continue
    const unit = units[from] ?? 0
    engines.push({ unit, table: { rows: row - from, columns: columns.slice(2).map((column) => column.subarray(from, row)) }, left: left(unit) })
    from = row
  }
  return engines
}

function textAt(folder: string, name: string): string {
  const path = join(folder, name)
  if (!existsSync(path)) throw new MillwrightError('NOT_FOUND', `the recorded data lack ${path}`)
  return readFileSync(path, 'utf8')
}

function archiveAt(folder: string, name: string): Map<string, Uint8Array> {
  const path = join(folder, name)
  if (!existsSync(path)) throw new MillwrightError('NOT_FOUND', `the recorded data lack ${path}`)
  return filesOfTar(gunzipSync(readFileSync(path), { maxOutputLength: MAX_UNPACKED }))
}
