import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import type { WireStretch } from '@millwright/model/wire/examination.ts'
import { beginExamination, recordedQuery } from '../../api/examination-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { fromLocalInput, toLocalInput } from '../../trend/time/zone-time.ts'
import { AssetField } from '../models/asset-field.tsx'
import { stretchIn, stretchesIn } from './examine-address.ts'

/** What to examine: machine, time, what was good, signals. The address may say all of it. */
export function ExamineForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [asked] = useSearchParams()
  const [asset, setAsset] = useState(asked.get('asset') ?? '')
  const [range, setRange] = useState<WireStretch | undefined>(stretchIn(asked))
  const [reference, setReference] = useState<WireStretch>()
  const [isNamed, setNamed] = useState(false)
  const [runs, setRuns] = useState(stretchesIn(asked))
  const [left, setLeft] = useState<readonly string[]>([])
  const name = asset.trim()
  const recorded = useQuery({ ...recordedQuery(name), enabled: name !== '' })
  const { from, to, signals = [] } = recorded.data ?? {}
  const whole = typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined
  const chosen = range ?? whole
  // Beside the time that is examined there is nothing better to propose than its first tenth.
  const good = reference ?? (chosen === undefined ? undefined : { from: chosen.from, to: chosen.from + (chosen.to - chosen.from) / 10 })
  const isOrdered = chosen !== undefined && chosen.from < chosen.to && (!isNamed || (good !== undefined && good.from < good.to))
  const isReady = isOrdered && signals.length > left.length
  const begin = useMutation({
    mutationFn: (author: string) => {
      if (chosen === undefined) throw new Error(t('examine.wrongTime'))
      return beginExamination({
        asset: name, from: Math.round(chosen.from), to: Math.round(chosen.to), author,
        ...(isNamed && good !== undefined && { reference: { from: Math.round(good.from), to: Math.round(good.to) } }),
        ...(runs.length > 0 && { runs: [...runs] }),
        ...(left.length > 0 && { signals: signals.filter((one) => !left.includes(one)) }),
      })
    },
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['examinations'], exact: true })
      void navigate(links.examination(id))
    },
  })
  return (
    <form
      className="mw-panel mw-examine-form"
      aria-label={t('examine.title')}
      onSubmit={(event) => {
        event.preventDefault()
        const author = requireAuthor()
        if (author !== undefined && isReady) begin.mutate(author)
      }}
    >
      <p className="mw-soft">{t('examine.explain')}</p>
      <AssetField
        label={t('examine.asset')}
        value={asset}
        onChange={(path) => {
          setAsset(path)
          setRange(undefined)
          setReference(undefined)
          setRuns([])
          setLeft([])
        }}
      />
      {name !== '' && recorded.isError && <p className="mw-state-outside">{t('examine.noAsset')}</p>}
      {recorded.isSuccess && whole === undefined && <p className="mw-state-outside">{t('examine.noData')}</p>}
      {chosen !== undefined && (
        <>
          <StretchField
            label={t('examine.time')}
            value={chosen}
            onChange={(next) => {
              setRange(next)
              setRuns([])
            }}
          />
          <fieldset>
            <legend>{t('examine.compare')}</legend>
            <Choice isChosen={!isNamed} label={t('examine.ownPart')} help={t('examine.ownPartHelp')} onChoose={() => setNamed(false)} />
            <Choice isChosen={isNamed} label={t('examine.reference')} help={t('examine.referenceHelp')} onChoose={() => setNamed(true)} />
            {isNamed && good !== undefined && <StretchField label={t('examine.reference')} value={good} onChange={setReference} />}
            {runs.length > 0 && <p className="mw-soft">{t('examine.runs', { count: runs.length })}</p>}
          </fieldset>
          {signals.length > 0 && (
            <details>
              <summary>
                {t('examine.signals')}: {left.length === 0 ? t('examine.allSignals', { count: signals.length }) : `${signals.length - left.length} / ${signals.length}`}
              </summary>
              <div className="mw-examine-signals">
                {signals.map((one) => (
                  <label key={one}>
                    <input type="checkbox" checked={!left.includes(one)} onChange={() => setLeft(left.includes(one) ? left.filter((other) => other !== one) : [...left, one])} /> {one}
                  </label>
                ))}
              </div>
            </details>
          )}
          {!isOrdered && (
            <p className="mw-state-outside" role="alert">
              {t('examine.wrongTime')}
            </p>
          )}
        </>
      )}
      <div>
        <Button type="primary" htmlType="submit" disabled={!isReady} loading={begin.isPending}>
          {t('examine.begin')}
        </Button>
      </div>
      {begin.error !== null && <Failure error={begin.error} compact />}
    </form>
  )
}

function Choice({ isChosen, label, help, onChoose }: { readonly isChosen: boolean; readonly label: string; readonly help: string; readonly onChoose: () => void }) {
  return (
    <label className="mw-examine-choice">
      <input type="radio" name="compare" checked={isChosen} onChange={onChoose} />
      <span>
        <b>{label}</b> <span className="mw-soft">{help}</span>
      </span>
    </label>
  )
}

/** Two fields by the clock that times are shown in. */
function StretchField({ label, value, onChange }: { readonly label: string; readonly value: WireStretch; readonly onChange: (value: WireStretch) => void }) {
  const { t } = useTranslation()
  const { zone } = useFormat()
  const id = useId()
  const field = (key: 'from' | 'to') => (
    <label>
      <span className="mw-faint">{t(`examine.${key}`)}</span>
      <input
        type="datetime-local"
        step="1"
        value={toLocalInput(value[key], zone)}
        onChange={(event) => {
          const timeMs = fromLocalInput(event.target.value, zone)
          if (timeMs !== undefined) onChange({ ...value, [key]: timeMs })
        }}
      />
    </label>
  )
  return (
    <div className="mw-examine-time" role="group" aria-labelledby={id}>
      <span id={id}>{label}</span>
      {field('from')}
      {field('to')}
      <span className="mw-faint">{t('examine.zone', { zone })}</span>
    </div>
  )
}
