import { useTranslation } from 'react-i18next'
import { useConnection } from '../live/use-live.ts'

/** Whether the server answers, as a dot and a word. Quiet while all is well. */
export function ConnectionSign() {
  const { t } = useTranslation()
  const { link } = useConnection()
  return (
    <span className={`mw-link mw-link-${link}`} role="status" title={t(`shell.${link}`)}>
      <i aria-hidden="true" />
      <span>{t(`shell.${link}`)}</span>
    </span>
  )
}
