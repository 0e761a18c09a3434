import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lastName } from '@millwright/model/path.ts'
import type { WireVibrationPoint } from '@millwright/model/wire/vibration.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { BearingForm } from './bearing-form.tsx'

/** Which bearing and speed recordings are of, who says so, and the way to change it. */
export function BearingOf({ point }: { readonly point: WireVibrationPoint }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const { bearing, speed, isSaid, saidBy } = point
  const number = (value: number) => format.value(Number(value.toPrecision(5)))
  const bearingText = bearing === null ? t('vibration.noBearing') : t('vibration.bearingAbout', { name: bearing.name, balls: bearing.balls, ballMm: number(bearing.ballMm), pitchMm: number(bearing.pitchMm) })
  const speedText = speed === null ? t('vibration.noSpeed') : 'rpm' in speed ? t('vibration.speedFixed', { rpm: number(speed.rpm) }) : t('vibration.speedFrom', { signal: lastName(speed.signal) })
  if (isOpen) return <BearingForm point={point} onDone={() => setOpen(false)} />
  return (
    <p className="mw-vibration-bearing">
      <span>
        {t('vibration.bearing')} {bearingText} · {speedText}
        {(bearing !== null || speed !== null) && <span className="mw-faint"> ({isSaid ? t('vibration.saidBy', { name: saidBy ?? '' }) : t('vibration.fromModel')})</span>}
      </span>
      <button type="button" className="mw-button" onClick={() => setOpen(true)}>
        {t('vibration.change')}
      </button>
    </p>
  )
}
