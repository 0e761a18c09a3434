import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireIntelligenceStatus } from '@millwright/model/wire/intelligence.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Failure } from '../../parts/view-state.tsx'
import { useSwitch } from './use-switch.ts'

/** The switch that stops all judging, in two touches, with what is promised about false alarms. */
export function JudgingSwitch({ status: { isOff, total, unwatched, alarmsPerWeek } }: { readonly status: WireIntelligenceStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { turn, isPending, error } = useSwitch()
  return (
    <section className="mw-panel mw-switch" aria-label={t('attention.watched.all')}>
      <div>
        <h2>
          {t('attention.watched.all')}{t('attention.watched.colon')}<span className={isOff ? 'mw-state-outside' : undefined}>{t(isOff ? 'attention.watched.offState' : 'attention.watched.on')}</span>
        </h2>
        <p className="mw-soft">{t('attention.watched.promise', { rate: format.value(alarmsPerWeek) })}</p>
        {unwatched > 0 && <p className="mw-state-outside">{t('attention.watched.unwatched', { shown: format.count(unwatched) })}</p>}
      </div>
      {isOff ? (
        <Button type="primary" loading={isPending} onClick={() => turn(false)}>
          {t('attention.watched.startAll')}
        </Button>
      ) : (
        <Popconfirm title={t('attention.watched.stopAllAsk', { shown: format.count(total) })} okText={t('attention.watched.stop')} cancelText={t('attention.watched.cancel')} onConfirm={() => turn(true)}>
          <Button danger loading={isPending}>
            {t('attention.watched.stopAll')}
          </Button>
        </Popconfirm>
      )}
      {error !== null && <Failure error={error} compact />}
    </section>
  )
}
