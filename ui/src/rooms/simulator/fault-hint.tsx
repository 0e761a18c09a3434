import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { useLive, useLiveStream } from '../../live/use-live.ts'
import { StateMark } from '../../parts/state-mark.tsx'
import { machineOf, stands } from './machine-of.ts'

interface FaultHintProps {
  readonly kind: string
  readonly target: string
  /** How long the fault grows, ms. */
  readonly growsMs: number
}

/** What to expect of a fault before it is put in: whether the machine runs at all, how fast it shows, and where to look then. */
export function FaultHint({ kind, target, growsMs }: FaultHintProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const machine = machineOf(target, kind)
  useLiveStream(machine === undefined ? undefined : { under: machine })
  const running = useLive(`${machine ?? ''}/running`)
  const state = useLive(`${machine ?? ''}/state`)
  const isStanding = machine !== undefined && stands(running?.value, state?.value) === true
  return (
    <div className="mw-fault-hint">
      {isStanding && (
        <p role="status">
          <StateMark state="uncertain" quiet /> {t('simulator.stands', { machine: lastName(machine) })}
        </p>
      )}
      <p className="mw-soft">{machine === undefined ? t('simulator.expectConnection') : growsMs > 0 ? t('simulator.expectGrows', { span: format.span(growsMs) }) : t('simulator.expectAtOnce')}</p>
      <p>
        {t('simulator.look')} <Link to={links.attention()}>{t('attention.title')}</Link>
        {machine !== undefined && (
          <>
            {' · '}
            <Link to={links.plant(machine)}>{lastName(machine)}</Link>
            {' · '}
            <Link to={links.watched(machine)}>{t('attention.watched.why')}</Link>
          </>
        )}
      </p>
    </div>
  )
}
