import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireAsset } from '@millwright/model/wire/asset.ts'
import { askJson } from '../../api/client.ts'
import { assetQuery, type Listing } from '../../api/queries.ts'
import { useDescription } from '../../i18n/use-description.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { AssetJudging } from './asset-judging.tsx'
import { RecentEvents } from './recent-events.tsx'
import { SignalTable } from './signal-table.tsx'
import { VibrationPanel } from './vibration/vibration-panel.tsx'

const MAX_BELOW = 100

/** All about one asset: its live values, what stands below it, properties, recent events. */
export function MachinePage({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const described = useDescription()
  const { data: asset, error, refetch } = useQuery(assetQuery(path))
  const below = useQuery({
    queryKey: ['assets', 'below', path],
    queryFn: ({ signal }) => askJson<Listing<WireAsset>>('/api/v1/assets', { query: { under: path, direct: true, limit: MAX_BELOW }, signal }),
    enabled: asset !== undefined,
  })
  if (asset === undefined) return error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} />
  return (
    <article className="mw-machine">
      <header className="mw-machine-head">
        <AssetCrumbs path={path} to={links.plant} />
        <div className="mw-row">
          <h1>{asset.name}</h1>
          {asset.level !== undefined && <span className="mw-chip">{t(`level.${asset.level}`)}</span>}
          {asset.type !== undefined && <span className="mw-chip">{asset.type}</span>}
          {asset.description !== undefined && <span className="mw-soft">{described(asset.description)}</span>}
        </div>
      </header>
      {(below.data?.items.length ?? 0) > 0 && (
        <nav className="mw-below" aria-label={t('machine.below')}>
          <span className="mw-faint">{t('machine.below')}</span>
          {below.data?.items.map((child) => (
            <Link key={child.path} to={links.plant(child.path)}>
              {lastName(child.path)}
            </Link>
          ))}
          {below.data?.next !== null && <span className="mw-faint">…</span>}
        </nav>
      )}
      <div className="mw-machine-body">
        <SignalTable under={path} />
        <div className="mw-machine-side">
          <AssetJudging path={path} />
          <Properties asset={asset} />
          <RecentEvents under={path} />
        </div>
      </div>
      <VibrationPanel path={path} />
    </article>
  )
}

function Properties({ asset }: { readonly asset: WireAsset }) {
  const { t } = useTranslation()
  const properties = Object.entries(asset.properties)
  return (
    <section className="mw-panel" aria-label={t('machine.properties')}>
      <h2>{t('machine.properties')}</h2>
      <dl className="mw-facts">
        {properties.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('machine.path')}</dt>
          <dd>
            <code>{asset.path}</code>
          </dd>
        </div>
      </dl>
      <p className="mw-machine-edit">
        <Link to={links.model('assets', asset.path)}>{t('machine.edit')}</Link>
      </p>
    </section>
  )
}
