import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recomputeSoftSensor } from '../../api/soft-sensor-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Failure } from '../../parts/view-state.tsx'

const HOUR_MS = 3_600_000
const [DEFAULT_HOURS, MAX_HOURS] = [24, 8_760]

/** Tells the last hours anew, such as after inputs came late. */
export function Recompute({ id }: { readonly id: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const client = useQueryClient()
  const [hours, setHours] = useState<number | null>(DEFAULT_HOURS)
  const work = useMutation({
    mutationFn: () => {
      const nowMs = Date.now()
      return recomputeSoftSensor(id, Math.round(nowMs - (hours ?? DEFAULT_HOURS) * HOUR_MS), nowMs)
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['samples', 'recent'] }),
  })
  return (
    <div className="mw-row">
      <span className="mw-soft">{t('computed.again')}</span>
      <InputNumber aria-label={t('computed.hours')} min={1} max={MAX_HOURS} precision={0} value={hours} onChange={setHours} suffix={t('computed.hoursUnit')} />
      <Button disabled={hours === null} loading={work.isPending} onClick={() => work.mutate()}>
        {t('computed.recompute')}
      </Button>
      {work.data !== undefined && <span role="status">{t('computed.recomputed', { written: format.count(work.data.written), uncertain: format.count(work.data.uncertain) })}</span>}
      {work.error !== null && <Failure error={work.error} compact />}
    </div>
  )
}
