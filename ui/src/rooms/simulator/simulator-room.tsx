import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { askJson } from '../../api/client.ts'
import { statusQuery } from '../../api/queries.ts'
import { faultsQuery, simulatorQuery, truthQuery, type FaultTruth } from '../../api/simulator-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Empty, QueryView } from '../../parts/view-state.tsx'
import { FaultForm } from './fault-form.tsx'
import { FaultList } from './fault-list.tsx'
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
            <FaultForm key={truth.isPending ? 'without past' : 'with past'} kinds={kinds} known={[...active, ...(truth.data?.truth ?? [])]} />
            <section className="mw-panel" aria-label={t('simulator.active')}>
              <h2>{t('simulator.active')}</h2>
              {active.length === 0 ? <p className="mw-faint">{t('simulator.noActive')}</p> : <FaultList faults={active.toSorted((a, b) => b.id - a.id)} kinds={kinds} canClear />}
              <h2 className="mw-sim-truth">{t('simulator.truth')}</h2>
              <p className="mw-faint">{t('simulator.truthText')}</p>
              <QueryView query={truth} isEmpty={(data) => over(data.truth).length === 0} empty={<p className="mw-faint">{t('simulator.noTruth')}</p>}>
                {(data) => <FaultList faults={over(data.truth).slice(0, MAX_TRUTH)} kinds={kinds} canClear={false} />}
              </QueryView>
            </section>
          </div>
        )}
      </QueryView>
    </>
  )
}

/** Faults that are over, the latest first. */
function over(truth: readonly FaultTruth[]): readonly FaultTruth[] {
  return truth.filter(({ endUs }) => endUs !== undefined).toSorted((a, b) => b.beginUs - a.beginUs)
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
