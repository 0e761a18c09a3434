import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { NavLink, Outlet, ScrollRestoration } from 'react-router'
import { statusQuery } from '../api/queries.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Banners } from './banners.tsx'
import { ConnectionSign } from './connection-sign.tsx'
import { DisplayMenu } from './display-menu.tsx'
import { SearchButton } from './search.tsx'

interface Room {
  readonly to: string
  readonly icon: Exclude<IconName, 'search'> & ('overview' | 'attention' | 'plant' | 'trend' | 'dataIn' | 'model' | 'simulator' | 'style')
}

const ROOMS: readonly Room[] = [
  { to: '/', icon: 'overview' },
  { to: '/attention', icon: 'attention' },
  { to: '/plant', icon: 'plant' },
  { to: '/trend', icon: 'trend' },
  { to: '/data-in', icon: 'dataIn' },
  { to: '/model', icon: 'model' },
]
/** Addresses that belong to a room but do not begin with its own. */
const ALSO: Readonly<Record<string, RegExp>> = { '/': /^\/overview(\/|$)/, '/attention': /^\/(examine|machine-health|models|soft-sensors|arena)(\/|$)/ }
const SIMULATOR: Room = { to: '/simulator', icon: 'simulator' }
const STYLE: Room = { to: '/style', icon: 'style' }

/** The frame of every room: header, navigation (at the side, or as a bar at the bottom of a phone), banners, the room. */
export function Layout() {
  const { t } = useTranslation()
  const { data: status } = useQuery({ ...statusQuery(), staleTime: Number.POSITIVE_INFINITY })
  const rooms = [...ROOMS, ...(status?.simulated === true ? [SIMULATOR] : []), ...(import.meta.env.DEV ? [STYLE] : [])]
  return (
    <div className="mw-shell">
      <a className="mw-skip" href="#content">
        {t('app.skip')}
      </a>
      <header className="mw-header">
        <NavLink className="mw-brand" to="/" aria-label={t('app.name')}>
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <span>{t('app.name')}</span>
        </NavLink>
        <SearchButton />
        <div className="mw-header-end">
          <ConnectionSign />
          <DisplayMenu />
        </div>
      </header>
      <nav className="mw-nav" aria-label={t('nav.label')}>
        {rooms.map(({ to, icon }) => (
          <NavLink key={to} to={to} end={to === '/'} className={({ isActive }) => (isActive || ALSO[to]?.test(location.pathname) === true ? 'mw-nav-item mw-nav-chosen' : 'mw-nav-item')}>
            <Icon name={icon} size={20} />
            <span>{t(`nav.${icon}`)}</span>
          </NavLink>
        ))}
      </nav>
      <div className="mw-main">
        <Banners />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <ScrollRestoration />
    </div>
  )
}
