import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { NavLink, useParams } from 'react-router'
import { statusQuery } from '../../api/queries.ts'
import { links } from '../../links.ts'
import { AssetsTab } from './assets-tab.tsx'
import { ExchangeTab } from './exchange-tab.tsx'
import { InboxTab } from './inbox-tab.tsx'
import { SignalsTab } from './signals-tab.tsx'
import './model.css'

const TABS = ['assets', 'signals', 'exchange', 'inbox'] as const

/** The plant model: assets and signals edited in place and in bulk, as a spreadsheet, and the inbox of discovered signals. */
export function ModelRoom() {
  const { t } = useTranslation()
  const asked = useParams()['*']
  const tab = TABS.find((one) => one === asked) ?? 'assets'
  const { data } = useQuery(statusQuery(10_000))
  const waiting = data?.plant.inbox ?? 0
  return (
    <div className="mw-room">
      <div className="mw-row">
        <h1>{t('model.title')}</h1>
        <nav className="mw-tabs" aria-label={t('model.title')}>
          {TABS.map((one) => (
            <NavLink key={one} to={links.model(one)} className={one === tab ? 'mw-tab mw-tab-chosen' : 'mw-tab'} aria-current={one === tab ? 'page' : undefined}>
              {one === 'inbox' && waiting > 0 ? t('model.inboxCount', { count: waiting }) : t(`model.${one}`)}
            </NavLink>
          ))}
        </nav>
      </div>
      {tab === 'assets' && <AssetsTab />}
      {tab === 'signals' && <SignalsTab />}
      {tab === 'exchange' && <ExchangeTab />}
      {tab === 'inbox' && <InboxTab />}
    </div>
  )
}
