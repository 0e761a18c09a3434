import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented, Select, Slider } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askJson } from '../../api/client.ts'
import type { FaultKind, FaultTruth } from '../../api/simulator-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { usePreferences } from '../../theme/preferences.ts'
import { Failure } from '../../parts/view-state.tsx'
import { FaultHint } from './fault-hint.tsx'
import { isWorded } from './variant.ts'

const MINUTE_S = 60
const HOUR_S = 3_600
type Growth = 'minute' | 'hour' | 'life'

/** A machine by its own name first: that is what one looks for, and what must not be cut off. */
function placeName(target: string): string {
  const at = target.lastIndexOf('/')
  return at < 0 ? target : `${target.slice(at + 1)} · ${target.slice(0, at)}`
}

/** Where a fault of a kind is offered first: on a machine that never had it. Beside one that lasts, or after one that was lived with for a week, another one hardly shows. */
function freshTarget(kind: FaultKind | undefined, known: readonly FaultTruth[]): string | undefined {
  return kind?.placements.find(({ target }) => !known.some((fault) => fault.target === target && fault.kind === kind.kind))?.target
}

/** Chooses a fault, where it is, how bad and how fast it grows, and puts it into the plant. */
export function FaultForm({ kinds, known }: { readonly kinds: readonly FaultKind[]; readonly known: readonly FaultTruth[] }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const format = useFormat()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [kindName, setKindName] = useState<string>()
  const usable = kinds.filter(({ placements }) => placements.length > 0)
  const [target, setTarget] = useState(() => freshTarget(usable[0], known))
  const [variant, setVariant] = useState<string>()
  const [severity, setSeverity] = useState<number>()
  const [growth, setGrowth] = useState<Growth>('minute')
  const kind = usable.find((one) => one.kind === kindName) ?? usable[0]
  const place = kind?.placements.find((one) => one.target === target) ?? kind?.placements[0]
  const rampS = kind === undefined ? 0 : growth === 'life' ? kind.defaultRampS : Math.min(kind.defaultRampS, growth === 'hour' ? HOUR_S : MINUTE_S)
  const inject = useMutation({
    mutationFn: () => askJson('/api/v1/simulator/faults', { method: 'POST', body: { kind: kind?.kind, target: place?.target, ...(variant !== undefined && place?.variants.includes(variant) === true && { variant }), severity: severity ?? kind?.defaultSeverity, rampS } }),
    onSuccess: () => void message.success(`${kind?.words[language] ?? ''}: ${placeName(place?.target ?? '')}`),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['simulator'] }),
  })
  if (kind === undefined || place === undefined) return null
  return (
    <section className="mw-panel mw-fault-form" aria-label={t('simulator.choose')}>
      <h2>{t('simulator.choose')}</h2>
      <div className="mw-fault-kinds" role="radiogroup" aria-label={t('simulator.kind')}>
        {usable.map((one) => (
          <label key={one.kind} className={one.kind === kind.kind ? 'mw-fault-kind mw-fault-kind-chosen' : 'mw-fault-kind'}>
            <input type="radio" name="kind" checked={one.kind === kind.kind} onChange={() => {
                setKindName(one.kind)
                setTarget(freshTarget(one, known))
                setVariant(undefined)
                setSeverity(undefined)
              }} />
            {one.words[language]}
          </label>
        ))}
      </div>
      <p className="mw-soft">{kind.description[language]}</p>
      <label className="mw-form-line">
        <span>{t('simulator.machine')}</span>
        <Select showSearch value={place.target} optionFilterProp="label" options={kind.placements.map((one) => ({ value: one.target, label: placeName(one.target) }))} onChange={setTarget} aria-label={t('simulator.machine')} popupMatchSelectWidth={false} />
      </label>
      {place.variants.length > 1 && (
        <label className="mw-form-line">
          <span>{t('simulator.variant')}</span>
          <Select value={variant ?? place.variants[0] ?? null} options={place.variants.map((value) => ({ value, label: isWorded(value) ? t(`simulator.variants.${value}`) : value }))} onChange={(value) => setVariant(value ?? undefined)} aria-label={t('simulator.variant')} />
        </label>
      )}
      <label className="mw-form-line">
        <span>{t('simulator.severity')}</span>
        <Slider min={0.05} max={1} step={0.05} value={severity ?? kind.defaultSeverity} onChange={setSeverity} ariaLabelForHandle={t('simulator.severity')} />
      </label>
      {kind.defaultRampS > MINUTE_S && (
        <div className="mw-form-line">
          <span>{t('simulator.growth')}</span>
          <Segmented<Growth>
            aria-label={t('simulator.growth')}
            value={growth}
            onChange={setGrowth}
            options={[
              { value: 'minute', label: t('simulator.growthMinute') },
              ...(kind.defaultRampS > HOUR_S ? [{ value: 'hour' as const, label: t('simulator.growthHour') }] : []),
              { value: 'life', label: t('simulator.growthLife', { span: format.span(kind.defaultRampS * 1_000) }) },
            ]}
          />
        </div>
      )}
      <FaultHint kind={kind.kind} target={place.target} growsMs={rampS * 1_000} />
      <Button type="primary" loading={inject.isPending} onClick={() => inject.mutate()}>
        {t('simulator.inject')}
      </Button>
      {inject.isError && <Failure error={inject.error} compact />}
    </section>
  )
}
