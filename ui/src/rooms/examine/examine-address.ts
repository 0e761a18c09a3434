import type { WireStretch } from '@millwright/model/wire/examination.ts'

/** Runs that one address may name. */
const MAX_RUNS = 200

/** The time that an address names, ms since the epoch; undefined where it names none that makes sense. */
export function stretchIn(asked: URLSearchParams): WireStretch | undefined {
  return stretch(asked.get('from'), asked.get('to'))
}

/** The runs that an address names, as `run=<from>-<to>`; a wrong one is left out. */
export function stretchesIn(asked: URLSearchParams): readonly WireStretch[] {
  return asked.getAll('run').slice(0, MAX_RUNS).flatMap((text) => {
    const [from = null, to = null] = text.split('-')
    return stretch(from, to) ?? []
  })
}

function stretch(from: string | null, to: string | null): WireStretch | undefined {
  if (from === null || to === null || !/^\d{1,16}$/.test(from) || !/^\d{1,16}$/.test(to)) return undefined
  const found = { from: Number(from), to: Number(to) }
  return found.from < found.to ? found : undefined
}
