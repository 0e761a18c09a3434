import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SKAB_SIGNALS } from './contest-skab.ts'

/** What a collection of recorded data needs, and what its signals are called. Their licences keep the data out of the release: whoever wants to run it here puts them there. */
export interface CollectionData {
  /** Files or folders below the folder of recorded data. */
  readonly files: readonly string[]
  readonly from: string
  readonly licence: string
  /** What the contract of a model may call its inputs; empty where no model of rows can be scored. */
  readonly signals: readonly string[]
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index + 1}`)
const CMAPSS = ['cmapss/train_FD001.txt', 'cmapss/test_FD001.txt', 'cmapss/RUL_FD001.txt']
const NAB = ['nab/data', 'nab/combined_windows.json']
const NUMENTA = 'https://github.com/numenta/NAB'

/** By the name of the collection. */
export const COLLECTION_DATA: ReadonlyMap<string, CollectionData> = new Map([
  ['skab', { files: ['skab/valve1'], from: 'https://github.com/waico/SKAB (data/valve1)', licence: 'GPL-3.0', signals: SKAB_SIGNALS }],
  ['nab', { files: [...NAB, 'nab-results.tgz'], from: `${NUMENTA} (data, labels, results)`, licence: 'MIT', signals: ['value'] }],
  ['smap', { files: ['smap.tgz'], from: 'https://github.com/khundman/telemanom', licence: 'NASA/JPL', signals: ['telemetry', ...numbered('command', 24)] }],
  ['tep', { files: ['tep.tgz'], from: 'http://web.mit.edu/braatzgroup/links.html', licence: 'open', signals: [...numbered('xmeas', 41), ...numbered('xmv', 11)] }],
  ['cmapss', { files: CMAPSS, from: 'https://data.nasa.gov (CMAPSS Jet Engine Simulated Data)', licence: 'public domain', signals: [] }],
  ['forecast', { files: NAB, from: `${NUMENTA} (data, labels)`, licence: 'MIT', signals: [] }],
])

/** Why a collection cannot be run with what lies in `folder`; null where it can. */
export function collectionMissing(contest: string, folder: string): string | null {
  const missing = (COLLECTION_DATA.get(contest)?.files ?? []).filter((file) => !existsSync(join(folder, file)))
  return missing.length === 0 ? null : `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not at ${folder}`
}
