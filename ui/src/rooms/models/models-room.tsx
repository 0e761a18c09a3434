import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { intelligenceQuery } from '../../api/anomaly-queries.ts'
import { ApiProblem } from '../../api/problem.ts'
import { links, MODEL_LISTS } from '../../links.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { Empty } from '../../parts/view-state.tsx'
import { AssetModels } from './asset-models.tsx'
import { ExperimentPage } from './experiment-page.tsx'
import { InService } from './in-service.tsx'
import { Candidates, PastModels } from './model-lists.tsx'
import { ModelPage } from './model-page.tsx'
import { Registry } from './registry.tsx'
import { Retraining } from './retraining.tsx'
import './models.css'

const ASSET = 'asset/'
const ONE = 'one/'

/** AI models: which is in charge of a machine, which one challenges it, and the steps between them. */
export function ModelsRoom() {
  const { t } = useTranslation()
  const asked = useParams()['*'] ?? ''
  const { error } = useQuery(intelligenceQuery)
  const asset = asked.startsWith(ASSET) ? asked.slice(ASSET.length) : undefined
  const id = asked.startsWith(ONE) ? asked.slice(ONE.length) : undefined
  const list = asset === undefined && id === undefined ? (MODEL_LISTS.find((one) => one === asked) ?? 'inService') : undefined
  return (
    <div className="mw-room mw-models">
      <JudgingHead area="models" tabs={MODEL_LISTS.map((one) => ({ to: links.models(one), label: t(`models.lists.${one}`), isChosen: one === list }))} />
      {error instanceof ApiProblem && error.problem.status === 404 ? (
        <Empty title={t('attention.notStarted')}>
          <p>{t('attention.notStartedText')}</p>
        </Empty>
      ) : (
        <>
          {list === 'inService' && <InService />}
          {list === 'candidates' && <Candidates />}
          {list === 'all' && <Registry />}
          {list === 'past' && <PastModels />}
          {list === 'retraining' && <Retraining />}
          {list === 'experiment' && <ExperimentPage />}
          {asset !== undefined && <AssetModels key={asset} path={asset} />}
          {id !== undefined && <ModelPage key={id} id={id} />}
        </>
      )}
    </div>
  )
}
