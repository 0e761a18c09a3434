import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { intelligenceQuery } from '../../api/anomaly-queries.ts'
import { ApiProblem } from '../../api/problem.ts'
import { links } from '../../links.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { Empty } from '../../parts/view-state.tsx'
import { AssetHealth } from './asset-health.tsx'
import { HealthList } from './health-list.tsx'
import { LifeModels } from './life-models.tsx'
import { NewLifeModel } from './new-life-model.tsx'
import '../../parts/form.css'
import './health.css'

const ASSET = 'asset/'
const LIFE_MODELS = 'life-models'
const NEW_LIFE_MODEL = 'life-models/new'

/** How machines are, what they will do, and how long they will last: as far as it is known, and what is missing where it is not. */
export function HealthRoom() {
  const { t } = useTranslation()
  const asked = useParams()['*'] ?? ''
  const { error } = useQuery(intelligenceQuery)
  const asset = asked.startsWith(ASSET) ? asked.slice(ASSET.length) : undefined
  const tabs = [
    { to: links.health(), label: t('health.machines'), isChosen: asked === '' },
    { to: links.lifeModels(), label: t('health.lifeModels'), isChosen: asked === LIFE_MODELS },
    { to: links.newLifeModel(), label: t('health.new.title'), isChosen: asked === NEW_LIFE_MODEL },
  ]
  return (
    <div className="mw-room mw-health">
      <JudgingHead area="health" tabs={tabs} />
      {error instanceof ApiProblem && error.problem.status === 404 ? (
        <Empty title={t('attention.notStarted')}>
          <p>{t('attention.notStartedText')}</p>
        </Empty>
      ) : asset !== undefined ? (
        <AssetHealth key={asset} path={asset} />
      ) : asked === NEW_LIFE_MODEL ? (
        <NewLifeModel />
      ) : asked === LIFE_MODELS ? (
        <LifeModels />
      ) : (
        <HealthList />
      )}
    </div>
  )
}
