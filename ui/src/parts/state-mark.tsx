import { useTranslation } from 'react-i18next'
import type { SignalState } from '@millwright/model/signal-state.ts'

/** Signs differ in shape as well as in colour (WCAG 1.4.1): who does not see the colour reads the shape. */
const SIGNS: Readonly<Record<SignalState, string>> = {
  bad: 'M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5zM5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4',
  outside: 'M8 1.8 15 14.2H1zM8 6.2v3.6M8 11.6v.6',
  uncertain: 'M8 1.2 14.8 8 8 14.8 1.2 8zM6.4 6.6c.1-2 3.2-2 3.2 0 0 1.3-1.6 1.2-1.6 2.7M8 11v.4',
  stale: 'M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8 4.4V8l2.4 1.6',
  silent: 'M8 1.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM4.8 8h6.4',
  normal: 'M8 6.2a1.8 1.8 0 100 3.6 1.8 1.8 0 000-3.6z',
}

/** The sign of a state, with its word unless that stands beside it anyway. */
export function StateMark({ state, size = 16, quiet = false }: { readonly state: SignalState; readonly size?: number; readonly quiet?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={`mw-mark mw-state-${state}`} title={t(`signal.${state}`)}>
      <svg viewBox="0 0 16 16" width={size} height={size} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={SIGNS[state]} />
      </svg>
      <span className={quiet ? 'mw-hidden' : ''}>{t(`signal.${state}`)}</span>
    </span>
  )
}
