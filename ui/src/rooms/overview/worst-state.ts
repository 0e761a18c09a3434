import { SIGNAL_STATES, type SignalState } from '@millwright/model/signal-state.ts'
import type { WireSummaryNode } from '@millwright/model/wire/summary.ts'

type Counts = WireSummaryNode['assets']

/** The worst state that anything is in; undefined where there is nothing. */
export function worstState(counts: Counts): SignalState | undefined {
  return SIGNAL_STATES.find((state) => counts[state] > 0)
}

/** States that need a look at the machine or its connection. A signal that was only declared does not make a machine abnormal. */
const NOTEWORTHY: readonly SignalState[] = ['bad', 'outside', 'uncertain', 'stale']

/** How many need a look. */
export function noteworthyCount(counts: Counts): number {
  return NOTEWORTHY.reduce((sum, state) => sum + counts[state], 0)
}

export function totalCount(counts: Counts): number {
  return SIGNAL_STATES.reduce((sum, state) => sum + counts[state], 0)
}

/** The signals of a page that need a look, the worst first, each once. */
export function worstSignals(nodes: readonly WireSummaryNode[], limit: number): WireSummaryNode['worst'] {
  const known = new Map(nodes.flatMap(({ worst }) => worst.map((signal) => [signal.path, signal])))
  return [...known.values()].sort((a, b) => SIGNAL_STATES.indexOf(a.state) - SIGNAL_STATES.indexOf(b.state) || a.path.localeCompare(b.path)).slice(0, limit)
}
