import type { WireFailureRun } from '@millwright/model/wire/health.ts'

/** A table of lives as somebody typed or pasted it: what could be read, and the first line that could not. */
export interface RunsText {
  readonly runs: readonly WireFailureRun[]
  readonly wrong: { readonly line: number; readonly text: string } | undefined
}

/** Reads lives: path, begin and end, parted by commas, semicolons or tabs, with ISO times; a first line of names is passed over. */
export function runsOfText(text: string): RunsText {
  const runs: WireFailureRun[] = []
  let wrong: RunsText['wrong']
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [asset = '', begin = '', end = '', ...more] = line.split(/[,;\t]/).map((field) => field.trim().replace(/^"(.*)"$/, '$1'))
    const [from, to] = [Date.parse(begin), Date.parse(end)]
    if (asset !== '' && more.length === 0 && from < to) runs.push({ asset, from, to })
    else if (at > 0 || !Number.isNaN(from)) wrong ??= { line: at + 1, text: line }
  }
  return { runs, wrong }
}

/** The same lives as text, to be read and corrected. */
export function textOfRuns(runs: readonly WireFailureRun[]): string {
  return runs.map(({ asset, from, to }) => `${asset},${new Date(from).toISOString()},${new Date(to).toISOString()}`).join('\n')
}
