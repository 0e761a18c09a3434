import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { WireSoftSensor } from '@millwright/model/wire/soft-sensor.ts'
import { takeSoftSensorStep, type SoftSensorStep } from '../../api/soft-sensor-queries.ts'
import { links } from '../../links.ts'
import { requireAuthor, useAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { isSameName } from '../models/same-name.ts'

const STEPS: Readonly<Record<WireSoftSensor['stage'], readonly SoftSensorStep[]>> = { training: ['cancel'], failed: ['delete'], candidate: ['approve', 'delete'], in_service: ['stop'], stopped: ['approve', 'delete'] }

/** What can be done with a soft sensor now. Nobody approves their own, and one that is of no use cannot be approved. */
export function SensorSteps({ sensor: { id, stage, definition, backTest } }: { readonly sensor: WireSoftSensor }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { name } = useAuthor()
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ step, by }: { readonly step: SoftSensorStep; readonly by: string }) => takeSoftSensorStep(id, step, by),
    onSuccess: async (_done, { step }) => {
      if (step === 'delete') await navigate(links.softSensors())
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['soft-sensors'] }),
  })
  const steps = STEPS[stage].filter((step) => step !== 'approve' || backTest?.isUseful === true)
  return (
    <div className="mw-row">
      {steps.map((step) => {
        const isOwn = step === 'approve' && isSameName(name, definition.author)
        return (
          <Popconfirm
            key={step}
            title={t(`computed.ask.${step}`)}
            description={isOwn ? <span className="mw-state-outside">{t('models.action.ownWork', { author: definition.author })}</span> : undefined}
            okText={t('models.action.yes')}
            cancelText={t('models.action.no')}
            okButtonProps={{ disabled: isOwn }}
            onConfirm={() => {
              const by = requireAuthor()
              if (by !== undefined) mutate({ step, by })
            }}
          >
            <Button size="small" type={step === 'approve' ? 'primary' : 'default'} loading={isPending}>
              {t(`computed.step.${step}`)}
            </Button>
          </Popconfirm>
        )
      })}
      {error !== null && <Failure error={error} compact />}
    </div>
  )
}
