import { SignalEnsemble } from '../detectors/signal-ensemble.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { inHalf } from './halves.ts'
import { NAB_PROFILES, probationOf, type NabCase, scoreNab } from './nab-score.ts'
import { type NabFile, readNab, readNabResults } from './recorded-data.ts'

/** NAB: one signal each, no labels but for the benchmark's own threshold; published detectors are scored on the same files from their raw scores. */
export const nabContest: Contest = {
  name: 'nab',
  run: (folder) => {
    const files = readNab(folder)
    const started = performance.now()
    const scores = new Map(files.map((file) => [file.name, ensembleScores(file)]))
    const costUs = ((performance.now() - started) * 1000) / files.reduce((sum, { values }) => sum + values.length, 0)
    const published = readNabResults(folder)
    const rows: ArenaRow[] = []
    for (const on of ['tune', 'report', 'all'] as const) {
      const part = on === 'all' ? files : inHalf(files, on)
      const row = (who: string, scoresOf: (name: string) => Float64Array | undefined): ArenaRow => {
        const cases: NabCase[] = part.map(({ name, windows }) => ({ windows, scores: scoresOf(name) ?? new Float64Array() }))
        return { who, on, values: NAB_PROFILES.map((profile) => scoreNab(cases, profile).score) }
      }
      rows.push({ ...row('Millwright signal ensemble', (name) => scores.get(name)), costUs })
      for (const [who, of] of published) rows.push(row(`${who} (published scores)`, (name) => of.get(name)?.scores))
    }
    return {
      title: `NAB protocol on the ${files.length} files given`,
      protocol: 'No training; the range of each file is given, as NAB gives it to every detector. The threshold is found on the labels of each part, by the protocol: this ranks detectors and is no operating point.',
      columns: NAB_PROFILES.map(({ name }) => ({ name, digits: 2 })),
      rows,
    }
  },
}

function ensembleScores({ values }: NabFile): Float64Array {
  const sorted = values.toSorted()
  const ensemble = new SignalEnsemble(sorted[0] ?? 0, sorted.at(-1) ?? 1, Math.floor(probationOf(values.length) / 5))
  return values.map((value) => ensemble.step(value, true))
}
