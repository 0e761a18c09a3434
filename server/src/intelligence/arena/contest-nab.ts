import type { ArenaRow, Contest } from './arena-table.ts'
import { chosenContenders } from './chosen-contenders.ts'
import { CpuMeter } from './cpu-meter.ts'
import { HALVES_BY_NAME, inHalf } from './halves.ts'
import { NAB_PROFILES, probationOf, type NabCase, scoreNab } from './nab-score.ts'
import { type NabFile, readNab, readNabResults } from './recorded-data.ts'
import { SIGNAL_CONTENDERS, USUAL_SIGNAL_CONTENDERS, type SignalContender } from './signal-contenders.ts'
import { periodOf, vusPr } from './vus-pr.ts'

/** The part of the probationary rows that a detector rests after an alarm, and the longest period that VUS-PR is widened by. */
const [REST_PART, LONGEST_PERIOD] = [1 / 5, 125]

const BY_PROTOCOL = 'found by the protocol on the labels of the very part that is scored, for all detectors alike: no operating point'

/** A detector, ours or published, with what it said of each file. */
interface Entry {
  readonly who: string
  readonly costUs?: number
  readonly scores: ReadonlyMap<string, Float64Array>
}

/** NAB: one signal each, no labels but for the benchmark's own threshold; published detectors are scored on the same files from their raw scores. */
export const nabContest: Contest = {
  name: 'nab',
  detectors: SIGNAL_CONTENDERS.map(({ name }) => name),
  declare: ({ brought }) => ({ halves: HALVES_BY_NAME, limits: Object.fromEntries([...SIGNAL_CONTENDERS, ...(brought === undefined ? [] : [brought])].map(({ title }) => [title, BY_PROTOCOL])) }),
  parts: (folder) => readNab(folder).map(({ name, values }) => ({ name, table: { rows: values.length, columns: [values] }, signals: ['value'] })),
  run: (folder, entrants = {}) => {
    const files = readNab(folder)
    const { brought } = entrants
    const named = entrants.detectors ?? (brought === undefined ? undefined : [])
    const contenders = chosenContenders(SIGNAL_CONTENDERS, named, USUAL_SIGNAL_CONTENDERS)
    const entries: Entry[] = contenders.map((contender, at) => judged(contender, files, (part) => entrants.onProgress?.((at + part) / contenders.length)))
    if (brought !== undefined) entries.unshift({ who: brought.title, costUs: brought.costUs, scores: brought.scores })
    for (const [detector, of] of readNabResults(folder)) entries.push({ who: `${detector} (published scores)`, scores: new Map([...of].map(([name, { scores }]) => [name, scores])) })
    const volumes = entries.map(({ scores }) => new Map(files.flatMap((file) => (file.windows.length === 0 ? [] : [[file.name, volumeOf(file, scores.get(file.name))]]))))
    const rows: ArenaRow[] = []
    for (const on of ['tune', 'report', 'all'] as const) {
      const part = on === 'all' ? files : inHalf(files, on)
      for (const [index, { who, costUs, scores }] of entries.entries()) {
        const cases: NabCase[] = part.map(({ name, windows, values }) => ({ windows, scores: (scores.get(name) ?? new Float64Array(values.length)).map((score) => (Number.isNaN(score) ? 0 : score)) }))
        const volume = part.map(({ name }) => volumes[index]?.get(name) ?? Number.NaN).filter((value) => !Number.isNaN(value))
        rows.push({ who, on, values: [...NAB_PROFILES.map((profile) => scoreNab(cases, profile).score), volume.reduce((sum, value) => sum + value, 0) / volume.length], ...(costUs === undefined ? {} : { costUs }) })
      }
    }
    return {
      title: `NAB protocol on the ${files.length} files given`,
      protocol: 'No training; the range of each file is given, as NAB gives it to every detector. The threshold is found on the labels of each part: this ranks detectors. Settings chosen on the tuning half. VUS-PR: rows after the probation, mean of the files with windows.',
      columns: [...NAB_PROFILES.map(({ name }) => ({ name, digits: 2 })), { name: 'VUS-PR', digits: 3 }],
      rows,
    }
  },
}

function judged(contender: SignalContender, files: readonly NabFile[], onProgress: (part: number) => void): Entry {
  const meter = new CpuMeter()
  let samples = 0
  const scores = new Map<string, Float64Array>()
  for (const [at, { name, values }] of files.entries()) {
    const sorted = values.toSorted()
    const detector = contender.create({ low: sorted[0] ?? 0, high: sorted.at(-1) ?? 1, refractory: Math.floor(probationOf(values.length) * REST_PART) })
    scores.set(name, meter.run(() => values.map((value) => detector.step(value, true))))
    samples += values.length
    onProgress((at + 1) / files.length)
  }
  return { who: contender.title, scores, costUs: meter.each(samples) }
}

function volumeOf({ values, windows }: NabFile, scores: Float64Array | undefined): number {
  const from = Math.ceil(probationOf(values.length))
  const labels = new Float64Array(values.length)
  for (const [first, last] of windows) labels.fill(1, first, last + 1)
  return vusPr((scores ?? new Float64Array(values.length)).subarray(from), labels.subarray(from), Math.min(LONGEST_PERIOD, periodOf(values.subarray(from))))
}
