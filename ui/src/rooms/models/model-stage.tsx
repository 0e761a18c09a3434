import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'

/** Whether a model that was trained here is being learned anew, because an upgrade could not read what it had learned. */
export function isRenewed({ kind, progress }: Pick<WireModel, 'kind' | 'progress'>): boolean {
  return kind === 'watch' && progress < 1
}

/** Where a model stands in its life; while it is trained, how far that is. */
export function ModelStage({ model: { kind, stage, isKilled, progress } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  return (
    <span className="mw-model-stage">
      <span className={stage === 'failed' ? 'mw-state-outside' : undefined} title={t(`models.stageHelp.${stage}`)}>
        {t(`models.stage.${stage}`)}
      </span>
      {(stage === 'training' || isRenewed({ kind, progress })) && <Progress percent={Math.round(progress * 100)} size="small" aria-label={t(stage === 'training' ? 'models.stage.training' : 'models.renewing')} />}
      {isKilled && <span className="mw-state-outside">{t('models.off')}</span>}
    </span>
  )
}
