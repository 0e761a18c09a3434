import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { askJson } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { statusQuery } from '../../api/queries.ts'
import { faultsQuery, simulatorQuery, truthQuery, type FaultKind, type FaultTruth } from '../../api/simulator-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { usePreferences } from '../../theme/preferences.ts'
import { Empty, QueryView } from '../../parts/view-state.tsx'
import { FaultForm } from './fault-form.tsx'
import './simulator.css'

const SPEEDS = [1, 10, 60, 300, 1_000] as const
const MAX_TRUTH = 100

/** The simulated plant: break it, repair it, and see what truly happened. */
export function SimulatorRoom() {
  const { t } = useTranslation()
  const status = useQuery({ ...statusQuery(), staleTime: Number.POSITIVE_INFINITY })
  return (
    <div className="mw-room">
      <QueryView query={status} isEmpty={({ simulated }) => !simulated} empty={<Empty title={t('simulator.none')}><p>{t('simulator.noneText')}</p></Empty>}>
        {() => <Controls />}
      </QueryView>
    </div>
  )
}

function Controls() {
  const { t } = useTranslation()
  const faults = useQuery(faultsQuery)
  const truth = useQuery(truthQuery)
  return (
    <>
      <Head />
      <QueryView query={faults}>
        {({ active, kinds }) => (
          <div className="mw-sim">
            <FaultForm kinds={kinds} />
            <section className="mw-panel" aria-label={t('simulator.active')}>
              <h2>{t('simulator.active')}</h2>
              {active.length === 0 ? <p className="mw-faint">{t('simulator.noActive')}</p> : <FaultList faults={active} kinds={kinds} canClear />}
              <h2 className="mw-sim-truth">{t('simulator.truth')}</h2>
              <p className="mw-faint">{t('simulator.truthText')}</p>
              <QueryView query={truth} isEmpty={(data) => data.truth.length === 0} empty={<p className="mw-faint">{t('simulator.noTruth')}</p>}>
                {(data) => <FaultList faults={data.truth.toReversed().slice(0, MAX_TRUTH)} kinds={kinds} canClear={false} />}
              </QueryView>
            </section>
          </div>
        )}
      </QueryView>
    </>
  )
}

function Head() {
  const { t } = useTranslation()
  const format = useFormat()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { data } = useQuery(simulatorQuery)
  const speed = useMutation({
    mutationFn: (value: number) => askJson('/api/v1/simulator/speed', { method: 'PUT', body: { speed: value } }),
    onError: (error) => void message.error(error.message),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['simulator'] }),
  })
  return (
    <header className="mw-row">
      <h1>{t('simulator.title')}</h1>
      {data !== undefined && (
        <>
          <span className="mw-soft">
            {t('simulator.time')} <b className="mw-number">{format.dateTime(data.timeMs)}</b>
          </span>
          <Segmented aria-label={t('simulator.speed')} value={data.speed} options={SPEEDS.map((value) => ({ value, label: `${format.count(value)}×` }))} onChange={(value) => speed.mutate(Number(value))} />
        </>
      )}
    </header>
  )
}

function FaultList({ faults, kinds, canClear }: { readonly faults: readonly FaultTruth[]; readonly kinds: readonly FaultKind[]; readonly canClear: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { language } = usePreferences()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const clear = useMutation({
    mutationFn: (id: number) => askJson(`/api/v1/simulator/faults/${id}`, { method: 'DELETE' }),
    onError: (error) => void message.error(error instanceof ApiProblem ? error.problem.detail : error.message),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['simulator'] }),
  })
  return (
    <ul className="mw-faults">
      {faults.map(({ id, kind, target, variant, asset, severity, beginUs, endUs, shows }) => (
        <li key={id}>
          <div>
            <b>{kinds.find((one) => one.kind === kind)?.words[language] ?? kind}</b> <span className="mw-faint">{[variant, format.percent(severity)].filter((part) => part !== '').join(' · ')}</span>
            <div>
              <Link to={links.plant(asset)}>{target}</Link>
            </div>
            <div className="mw-faint">
              {t('simulator.began')} {format.dateTime(beginUs / 1_000)} · {endUs === undefined ? t('simulator.running') : `${t('simulator.ended')} ${format.dateTime(endUs / 1_000)}`}
            </div>
          </div>
          <div className="mw-row">
            {shows.length > 0 && <Link className="mw-button" to={links.trend(shows.slice(0, 4))}>{t('simulator.open')}</Link>}
            {canClear && <Button onClick={() => clear.mutate(id)}>{t('simulator.clear')}</Button>}
          </div>
        </li>
      ))}
    </ul>
  )
}
