import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { STALE_AFTER_SECONDS, signalState, type SignalState } from '@millwright/model/signal-state.ts'
import { unitText } from '../i18n/unit.ts'
import { useFormat } from '../i18n/use-format.ts'
import type { LiveSample } from '../live/live-store.ts'
import { liveStore } from '../live/live-stream.ts'
import { useLive, useNow } from '../live/use-live.ts'
import { StateMark } from './state-mark.tsx'

/** What is known of a signal where it is shown. */
export interface ShownSignal {
  readonly path: string
  readonly kind: 'number' | 'boolean' | 'text' | 'waveform'
  readonly unit?: string | undefined
  readonly low?: number | undefined
  readonly high?: number | undefined
}

/** The state of a signal as its newest sample and the clock have it. Of a waveform the number of its points is live, which no limit is meant for. */
export function stateOf({ path, kind, low, high }: ShownSignal, sample: LiveSample | undefined, nowMs: number): SignalState {
  if (sample === undefined) return 'silent'
  const newestMs = liveStore.newestOf(path.slice(0, path.lastIndexOf('/'))) ?? sample.timeMs
  return signalState({ severity: sample.quality, value: kind === 'waveform' ? undefined : sample.value, low, high, isQuiet: nowMs - newestMs > STALE_AFTER_SECONDS * 1_000 })
}

/** The newest value of a signal with its unit; only this renders when it changes. */
export const SignalValue = memo(function SignalValue({ signal }: { readonly signal: ShownSignal }) {
  const { t } = useTranslation()
  const format = useFormat()
  const sample = useLive(signal.path)
  const value = sample?.value
  const text =
    signal.kind === 'boolean' && typeof value === 'boolean'
      ? t(value ? 'signal.on' : 'signal.off')
      : signal.kind === 'waveform' && typeof value === 'number'
        ? t('signal.waveformPoints', { count: value })
        : format.value(value)
  return (
    <span className="mw-value">
      <b className="mw-number">{text}</b> {signal.kind !== 'waveform' && <span className="mw-faint">{unitText(signal.unit)}</span>}
    </span>
  )
})

/** The state of a signal, with its word when it is not normal. */
export const SignalStateMark = memo(function SignalStateMark({ signal }: { readonly signal: ShownSignal }) {
  const sample = useLive(signal.path)
  const nowMs = useNow()
  const state = stateOf(signal, sample, nowMs)
  return <StateMark state={state} quiet={state === 'normal'} />
})

/** How old the newest value is. */
export const SignalAge = memo(function SignalAge({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const sample = useLive(path)
  const nowMs = useNow()
  if (sample === undefined) return <span className="mw-faint">{t('signal.never')}</span>
  return (
    <time className="mw-faint mw-number" dateTime={new Date(sample.timeMs).toISOString()} title={format.dateTime(sample.timeMs)}>
      {format.age(nowMs - sample.timeMs)}
    </time>
  )
})
