import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireQuietRule } from '@millwright/model/wire/anomaly.ts'
import { quietRulesQuery, tellAgain } from '../../api/anomaly-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure, QueryView } from '../../parts/view-state.tsx'
import { AnomalyList } from './anomaly-list.tsx'

/** Kinds of anomaly that people quieted, with the way back, and what was held back by that. */
export function Quieted() {
  const { t } = useTranslation()
  const query = useQuery(quietRulesQuery)
  return (
    <>
      <section className="mw-panel" aria-label={t('attention.quieted.rules')}>
        <h2>{t('attention.quieted.rules')}</h2>
        <QueryView query={query} isEmpty={(rules) => rules.length === 0} empty={<p className="mw-faint">{t('attention.quieted.none')}</p>}>
          {(rules) => (
            <>
              <p className="mw-faint">{t('attention.quieted.rulesText')}</p>
              <ul className="mw-quiet">
                {rules.map((rule) => (
                  <Rule key={rule.signature} rule={rule} />
                ))}
              </ul>
            </>
          )}
        </QueryView>
      </section>
      <h2>{t('attention.quieted.list')}</h2>
      <AnomalyList show="quieted" />
    </>
  )
}

function Rule({ rule: { signature, asset, since, authors, held, because } }: { readonly rule: WireQuietRule }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const undo = useMutation({ mutationFn: (by: string) => tellAgain(signature, by), onSuccess: () => client.invalidateQueries({ queryKey: ['anomalies'] }) })
  return (
    <li>
      <div>
        <b>
          <Link to={links.plant(asset)}>{lastName(asset)}</Link>
        </b>{' '}
        <span className="mw-faint">{parentPath(asset)}</span>
        <div className="mw-soft">{t('attention.quieted.since', { time: format.time(since), authors: authors.join(', ') })}</div>
        <div className="mw-faint">
          {t('attention.quieted.held', { shown: format.count(held) })} · {t('attention.quieted.because')}{' '}
          {because.map((id, index) => (
            <Link key={id} to={links.anomaly(id)}>{`${index > 0 ? ', ' : ''}${id}`}</Link>
          ))}
        </div>
      </div>
      <Button
        loading={undo.isPending}
        onClick={() => {
          const by = requireAuthor()
          if (by !== undefined) undo.mutate(by)
        }}
      >
        {t('attention.quieted.undo')}
      </Button>
      {undo.error !== null && <Failure error={undo.error} compact />}
    </li>
  )
}
