import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { statusQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { Icon } from '../../parts/icon.tsx'

const KEY = 'millwright.welcome'

/** Says, on the simulated plant, what one looks at and what to try; until somebody closes it. */
export function DemoWelcome() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: status } = useQuery({ ...statusQuery(), staleTime: Number.POSITIVE_INFINITY })
  const [isClosed, setClosed] = useState(wasClosed)
  if (isClosed || status?.simulated !== true) return null
  const close = () => {
    setClosed(true)
    try {
      localStorage.setItem(KEY, 'closed')
    } catch {
      // Without storage it is closed for this visit.
    }
  }
  return (
    <section className="mw-panel mw-welcome" aria-label={t('overview.welcomeTitle')}>
      <div>
        <h2>{t('overview.welcomeTitle')}</h2>
        <p className="mw-soft">{t('overview.welcomeText', { signals: format.count(status.plant.signals) })}</p>
      </div>
      <ol>
        <li>
          <Link to={links.simulator()}>{t('overview.welcomeBreak')}</Link>
        </li>
        <li>
          <Link to={links.attention()}>{t('overview.welcomeFound')}</Link>
        </li>
        <li>{t('overview.welcomeFind')}</li>
      </ol>
      <Button type="text" aria-label={t('overview.welcomeClose')} title={t('overview.welcomeClose')} icon={<Icon name="close" size={16} />} onClick={close} />
    </section>
  )
}

function wasClosed(): boolean {
  try {
    return localStorage.getItem(KEY) === 'closed'
  } catch {
    return false
  }
}
