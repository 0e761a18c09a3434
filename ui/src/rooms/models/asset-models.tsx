import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import { ANOMALIES, type WireModel } from '@millwright/model/wire/ai-model.ts'
import { watchedOfQuery } from '../../api/anomaly-queries.ts'
import { modelsOfQuery } from '../../api/model-queries.ts'
import { links } from '../../links.ts'
import { AssetCrumbs } from '../../parts/asset-crumbs.tsx'
import { Icon } from '../../parts/icon.tsx'
import { QueryView } from '../../parts/view-state.tsx'
import { AssetLabels } from './asset-labels.tsx'
import { Comparison } from './comparison.tsx'
import { ModelTable } from './model-lists.tsx'

/** The models of one machine: the one in charge against its challenger, all others, and what people said that they learn from. */
export function AssetModels({ path }: { readonly path: string }) {
  const { t } = useTranslation()
  const query = useQuery(modelsOfQuery(path))
  return (
    <>
      <Link className="mw-back" to={links.models()}>
        <Icon name="back" size={16} /> {t('attention.areas.models')}
      </Link>
      <header className="mw-models-head">
        <AssetCrumbs path={path} to={links.plant} />
        <div className="mw-models-bar">
          <h2 className="mw-models-title">{lastName(path)}</h2>
          <div className="mw-row">
            <Link className="mw-button" to={links.plant(path)}>
              {t('models.toMachine')}
            </Link>
            <Link className="mw-button" to={links.experiment(path)}>
              {t('models.newCandidate')}
            </Link>
          </div>
        </div>
      </header>
      <QueryView query={query}>{(models) => <Content path={path} models={models} />}</QueryView>
    </>
  )
}

function Content({ path, models }: { readonly path: string; readonly models: readonly WireModel[] }) {
  const { t } = useTranslation()
  const { data: watched } = useQuery(watchedOfQuery(path))
  // Machines that nothing watches may have models of their own all the same.
  const outputs = [...new Set<string>([ANOMALIES, ...models.map(({ output }) => output)])]
  return (
    <div className="mw-models-columns">
      <div className="mw-models-main">
        {outputs.map((output) => (
          <Comparison key={output} output={output} models={models.filter((model) => model.output === output)} watched={output === ANOMALIES ? (watched ?? undefined) : undefined} />
        ))}
        <section className="mw-panel" aria-label={t('models.others.title')}>
          <h2>{t('models.others.title')}</h2>
          {models.length === 0 ? <p className="mw-faint">{t('models.others.none')}</p> : <ModelTable models={models} />}
        </section>
      </div>
      <AssetLabels path={path} />
    </div>
  )
}
