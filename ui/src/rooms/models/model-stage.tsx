import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'

/** Where a model stands in its life; while it is trained, how far that is. */
export function ModelStage({ model: { stage, isKilled, progress } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  return (
    <span className="mw-model-stage">
      <span className={stage === 'failed' ? 'mw-state-outside' : undefined} title={t(`models.stageHelp.${stage}`)}>
        {t(`models.stage.${stage}`)}
      </span>
      {stage === 'training' && <Progress percent={Math.round(progress * 100)} size="small" aria-label={t('models.stage.training')} />}
      {isKilled && <span className="mw-state-outside">{t('models.off')}</span>}
    </span>
  )
}
