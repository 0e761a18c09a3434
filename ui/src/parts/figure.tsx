import type { SignalState } from '@millwright/model/signal-state.ts'
import type { SparkPoint } from './spark-path.ts'
import { Sparkline } from './sparkline.tsx'
import { StateMark } from './state-mark.tsx'

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly note?: string
  readonly big?: boolean
  /** Set where the number is abnormal. */
  readonly state?: SignalState | undefined
  readonly history?: readonly SparkPoint[]
}

/** A number with its name. */
export function Figure({ name, value, note, big = false, state, history }: FigureProps) {
  const first = history?.[0]?.[0] ?? 0
  const last = history?.at(-1)?.[0] ?? 0
  return (
    <div className={big ? 'mw-figure mw-figure-big' : 'mw-figure'}>
      <span className="mw-figure-name">{name}</span>
      <b className={state === undefined ? 'mw-number' : `mw-number mw-state-${state}`}>
        {state !== undefined && <StateMark state={state} quiet size={18} />} {value}
      </b>
      {note !== undefined && <span className="mw-faint mw-figure-note">{note}</span>}
      {history !== undefined && history.length > 1 && <Sparkline points={history} fromMs={first} toMs={last} label={name} />}
    </div>
  )
}
