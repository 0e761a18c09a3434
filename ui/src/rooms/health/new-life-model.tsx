import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { WireLifeModelFields } from '@millwright/model/wire/health.ts'
import { causesQuery } from '../../api/anomaly-queries.ts'
import { lifeModelsQuery, trainLifeModel, typedAssetsQuery } from '../../api/health-queries.ts'
import { signalsQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { HistoriesUpload } from './histories-upload.tsx'
import { runsOfText, textOfRuns } from './runs-text.ts'

const [HOUR_MS, STEPS] = [3_600_000, 125]
const [DEFAULT_HORIZON, MAX_HORIZON, MAX_SIGNALS, MAX_CONDITIONS] = [500, 100_000, 30, 3]
const OFFERED = 200
const EVENT_EXAMPLE = 'machine.failed'
const FAILURES = ['labels', 'events', 'given'] as const
type Failures = (typeof FAILURES)[number]

/** Which machines, which signals, how it is known when they failed: what a remaining life is learned from. */
export function NewLifeModel() {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [isByType, setByType] = useState(true)
  const [type, setType] = useState('')
  const [paths, setPaths] = useState('')
  const [signals, setSignals] = useState<readonly string[]>([])
  const [conditions, setConditions] = useState<readonly string[]>([])
  const [horizon, setHorizon] = useState<number | null>(DEFAULT_HORIZON)
  const [failures, setFailures] = useState<Failures>('labels')
  const [cause, setCause] = useState('')
  const [eventKind, setEventKind] = useState('')
  const [runs, setRuns] = useState('')
  const { data: typed = [] } = useQuery(typedAssetsQuery)
  const { data: causes = [] } = useQuery(causesQuery)
  const assets = paths.split('\n').map((path) => path.trim()).filter((path) => path !== '')
  const first = isByType ? typed.find((asset) => asset.type === type)?.path : assets[0]
  const known = useInfiniteQuery({ ...signalsQuery({ under: first ?? '', direct: true, limit: OFFERED }), enabled: first !== undefined && first !== '' })
  const offered = first === undefined ? [] : (known.data?.pages.flatMap(({ items }) => items) ?? []).filter(({ kind }) => kind === 'number').map((signal) => signal.name)
  const lives = runsOfText(runs)
  const fields = (author: string): WireLifeModelFields => ({
    name: name.trim(), ...(isByType ? { assetType: type } : { assets }), signals: [...signals], ...(conditions.length > 0 && { conditions: [...conditions] }), horizonHours: horizon ?? DEFAULT_HORIZON, failures, author,
    ...(failures === 'labels' && cause !== '' && { cause }), ...(failures === 'events' && { eventKind: eventKind.trim() }), ...(failures === 'given' && { runs: [...lives.runs] }),
  })
  const train = useMutation({
    mutationFn: (author: string) => trainLifeModel(fields(author)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: lifeModelsQuery.queryKey })
      void navigate(links.lifeModels())
    },
  })
  const isReady = name.trim() !== '' && (isByType ? type !== '' : assets.length > 0) && signals.length > 0 && horizon !== null && (failures !== 'events' || eventKind.trim() !== '') && (failures !== 'given' || (lives.runs.length > 0 && lives.wrong === undefined))
  const toggled = (list: readonly string[], one: string, most: number) => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one].slice(0, most))
  return (
    <>
      <form
        className="mw-panel mw-form"
        aria-label={t('health.new.title')}
        onSubmit={(event) => {
          event.preventDefault()
          const author = requireAuthor()
          if (author !== undefined) train.mutate(author)
        }}
      >
        <p className="mw-soft">{t('health.new.lead')}</p>
        <label className="mw-form-field">
          <span>{t('health.new.name')}</span>
          <input maxLength={200} value={name} placeholder={t('health.new.namePlaceholder')} onChange={(event) => setName(event.target.value)} />
        </label>
        <div className="mw-form-field">
          <span>{t('health.new.which')}</span>
          <span className="mw-row" role="radiogroup" aria-label={t('health.new.which')}>
            {[true, false].map((one) => (
              <label key={String(one)}>
                <input type="radio" name="which" checked={isByType === one} onChange={() => setByType(one)} /> {t(one ? 'health.new.byType' : 'health.new.byPath')}
              </label>
            ))}
          </span>
        </div>
        {isByType ? (
          <label className="mw-form-field">
            <span>{t('health.new.type')}</span>
            <select value={type} onChange={(event) => setType(event.target.value)}>
              <option value="" />
              {[...new Set(typed.flatMap((asset) => asset.type ?? []))].sort().map((one) => (
                <option key={one} value={one}>
                  {one} ({format.count(typed.filter((asset) => asset.type === one).length)})
                </option>
              ))}
            </select>
          </label>
        ) : (
          <label className="mw-form-field">
            <span>{t('health.new.paths')}</span>
            <Input.TextArea spellCheck={false} autoSize={{ minRows: 3, maxRows: 10 }} value={paths} onChange={(event) => setPaths(event.target.value)} />
          </label>
        )}
        {([['signals', signals, setSignals, MAX_SIGNALS], ['conditions', conditions, setConditions, MAX_CONDITIONS]] as const).map(([key, chosen, choose, most]) => (
          <fieldset key={key} className="mw-form-set">
            <legend>{t(`health.new.${key}`)}</legend>
            {offered.length === 0 && <p className="mw-faint">{t('health.new.noSignals')}</p>}
            <ul className="mw-inputs mw-inputs-narrow">
              {offered.filter((one) => !(key === 'signals' ? conditions : signals).includes(one)).map((one) => (
                <li key={one}>
                  <label>
                    <input type="checkbox" checked={chosen.includes(one)} onChange={() => choose(toggled(chosen, one, most))} /> {one}
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        ))}
        <label className="mw-form-field">
          <span>{t('health.new.horizon')}</span>
          <span className="mw-row">
            <InputNumber aria-label={t('health.new.horizon')} min={1} max={MAX_HORIZON} value={horizon} onChange={setHorizon} />
            <span className="mw-faint">{horizon !== null && t('health.new.horizonHelp', { step: format.span((horizon / STEPS) * HOUR_MS) })}</span>
          </span>
        </label>
        <div className="mw-form-field">
          <span>{t('health.new.failures')}</span>
          <span className="mw-row" role="radiogroup" aria-label={t('health.new.failures')}>
            {FAILURES.map((one) => (
              <label key={one}>
                <input type="radio" name="failures" checked={failures === one} onChange={() => setFailures(one)} /> {t(`health.new.from.${one}`)}
              </label>
            ))}
          </span>
        </div>
        {failures === 'labels' && (
          <label className="mw-form-field">
            <span>{t('health.new.cause')}</span>
            <select value={cause} onChange={(event) => setCause(event.target.value)}>
              <option value="">{t('health.new.anyCause')}</option>
              {causes.map((one) => (
                <option key={one.code} value={one.code}>
                  {one[format.language]}
                </option>
              ))}
            </select>
          </label>
        )}
        {failures === 'events' && (
          <label className="mw-form-field">
            <span>{t('health.new.eventKind')}</span>
            <input maxLength={100} value={eventKind} placeholder={EVENT_EXAMPLE} onChange={(event) => setEventKind(event.target.value)} />
          </label>
        )}
        {failures === 'given' && (
          <label className="mw-form-field">
            <span>{t('health.new.runs')}</span>
            <span>
              <Input.TextArea aria-label={t('health.new.runs')} spellCheck={false} autoSize={{ minRows: 3, maxRows: 10 }} value={runs} onChange={(event) => setRuns(event.target.value)} />
              <span className={lives.wrong === undefined ? 'mw-faint' : 'mw-state-outside'}>
                {lives.wrong !== undefined ? t('health.new.runsWrong', lives.wrong) : lives.runs.length > 0 ? t('health.new.runsRead', { shown: format.count(lives.runs.length) }) : t('health.new.runsHelp')}
              </span>
            </span>
          </label>
        )}
        <div className="mw-row">
          <Button type="primary" htmlType="submit" disabled={!isReady} loading={train.isPending}>
            {t('health.new.train')}
          </Button>
          <span className="mw-faint">{t('health.new.after')}</span>
        </div>
        {train.error !== null && <Failure error={train.error} compact />}
      </form>
      <HistoriesUpload
        onDone={(done, newType) => {
          setByType(true)
          setType(newType)
          if (done.runs.length === 0) return
          setSignals(done.signals.slice(0, MAX_SIGNALS))
          setFailures('given')
          setRuns(textOfRuns(done.runs))
        }}
      />
    </>
  )
}
