import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WireLabel } from '@millwright/model/wire/label.ts'
import { causesQuery } from '../../api/anomaly-queries.ts'
import { labelsQuery, removeLabel } from '../../api/model-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure, QueryView } from '../../parts/view-state.tsx'

/** What people said of a machine: the ranges that its models learn from and are tested on. */
export function AssetLabels({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const query = useQuery(labelsQuery(path))
  return (
    <section className="mw-panel" aria-label={t('models.labels.title')}>
      <h2>{t('models.labels.title')}</h2>
      <QueryView query={query} isEmpty={({ items }) => items.length === 0} empty={<p className="mw-faint">{t('models.labels.none')}</p>}>
        {({ items }) => (
          <ul className="mw-labels">
            {items.map((label) => (
              <Label key={label.id} label={label} />
            ))}
          </ul>
        )}
      </QueryView>
    </section>
  )
}

function Label({ label: { id, asset, kind, from, to, cause, note, author, anomaly, isDisputed } }: { readonly label: WireLabel }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const { data: causes = [] } = useQuery(causesQuery)
  const remove = useMutation({ mutationFn: (by: string) => removeLabel(id, by), onSuccess: () => client.invalidateQueries({ queryKey: ['labels', asset] }) })
  const known = causes.find(({ code }) => code === cause)
  return (
    <li>
      <span>
        <b>{t(`models.labels.kind.${kind}`)}</b>
        {known !== undefined && ` · ${known[format.language]}`} {isDisputed && <span className="mw-chip">{t('models.labels.disputed')}</span>}
      </span>
      <span className="mw-soft mw-number">
        {format.time(from)} · {format.span(to - from)}
      </span>
      {note !== undefined && <span>{note}</span>}
      <span className="mw-faint">
        {author} {anomaly !== undefined && <Link to={links.anomaly(anomaly)}>{t('models.labels.anomaly')}</Link>}
      </span>
      {anomaly === undefined && (
        <Popconfirm
          title={t('models.labels.removeAsk')}
          okText={t('models.action.yes')}
          cancelText={t('models.action.no')}
          onConfirm={() => {
            const by = requireAuthor()
            if (by !== undefined) remove.mutate(by)
          }}
        >
          <Button size="small" loading={remove.isPending}>
            {t('models.labels.remove')}
          </Button>
        </Popconfirm>
      )}
      {remove.error !== null && <Failure error={remove.error} compact />}
    </li>
  )
}
