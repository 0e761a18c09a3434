import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { lastName } from '@millwright/model/path.ts'
import type { WireVibrationAnalysis, WireVibrationPoint } from '@millwright/model/wire/vibration.ts'
import { analysisQuery, recordingsQuery, vibrationPointsQuery } from '../../../api/vibration-queries.ts'
import { unitText } from '../../../i18n/unit.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Chart } from '../../../parts/chart.tsx'
import { Empty, Failure, Loading } from '../../../parts/view-state.tsx'
import { usePreferences } from '../../../theme/preferences.ts'
import { PALETTES } from '../../../theme/tokens.ts'
import { BearingOf } from './bearing-of.tsx'
import { BEARING_PARTS } from './bearing-parts.ts'
import { FeatureTable } from './feature-table.tsx'
import { RecordingBar } from './recording-bar.tsx'
import './vibration.css'
import { envelopeOption, spectrumOption, waveOption, type WaveLook } from './wave-options.ts'

const HEIGHT = 220
/** Of the spectrum unless all of it is asked for: shaft, blades and bearings. */
const LOW_HZ = 1_000

/** Recordings of vibration of an asset; nothing where it has none. What is chosen stands in the address. */
export function VibrationPanel({ path }: { readonly path: string }) {
  const points = useQuery(vibrationPointsQuery(path))
  const [asked] = useSearchParams()
  const all = points.data?.items ?? []
  const point = all.find(({ signal }) => signal === asked.get('wave')) ?? all[0]
  return point === undefined ? null : <Recordings key={point.signal} point={point} all={all} />
}

function Recordings({ point, all }: { readonly point: WireVibrationPoint; readonly all: readonly WireVibrationPoint[] }) {
  const { t } = useTranslation()
  const [asked] = useSearchParams()
  const { data, error, refetch } = useQuery(recordingsQuery(point.signal))
  const time = timeAsked(asked.get('rec')) ?? data?.times[0]
  const other = timeAsked(asked.get('with'))
  const now = useQuery(analysisQuery(point.signal, time, point))
  const before = useQuery(analysisQuery(point.signal, other, point))
  return (
    <section className="mw-panel mw-vibration" aria-label={t('vibration.title')}>
      <RecordingBar point={point} all={all} times={data?.times ?? []} time={time} other={other} hasSpeed={now.data !== undefined && (now.data.shaftHz ?? 0) > 0} />
      <BearingOf point={point} />
      {point.refused > 0 && point.lastRefusal !== null && <p className="mw-notice mw-notice-outside">{t('vibration.refused', { count: point.refused, taken: point.taken, reason: point.lastRefusal })}</p>}
      {data === undefined ? (
        error === null ? <Loading /> : <Failure error={error} onRetry={() => void refetch()} compact />
      ) : data.times.length === 0 ? (
        <Empty title={t('vibration.none')}>{t('vibration.noneText')}</Empty>
      ) : now.data === undefined ? (
        now.error === null ? <Loading /> : <Failure error={now.error} onRetry={() => void now.refetch()} compact />
      ) : (
        <Pictures point={point} now={now.data} before={other === undefined ? undefined : before.data} />
      )}
      {other !== undefined && before.error !== null && <Failure error={before.error} onRetry={() => void before.refetch()} compact />}
    </section>
  )
}

function Pictures({ point, now, before }: { readonly point: WireVibrationPoint; readonly now: WireVibrationAnalysis; readonly before: WireVibrationAnalysis | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { theme } = usePreferences()
  const [asked] = useSearchParams()
  const isOrders = asked.get('axis') === 'orders' && (now.shaftHz ?? 0) > 0
  const maxHz = asked.get('reach') === 'all' ? now.rateHz / 2 : Math.min(LOW_HZ, now.rateHz / 2)
  const parts = useMemo(() => ({ outerRace: t('vibration.parts.outerRace'), innerRace: t('vibration.parts.innerRace'), ball: t('vibration.parts.ball'), cage: t('vibration.parts.cage') }), [t])
  const { wave, spectrum, envelope } = useMemo(() => {
    const look: WaveLook = { palette: PALETTES[theme], format, unit: unitText(now.unit ?? undefined), isOrders, texts: { now: t('vibration.now'), before: t('vibration.before'), parts } }
    return { wave: waveOption(now, before, look), spectrum: spectrumOption(now, before, maxHz, look), envelope: envelopeOption(now, before, look) }
  }, [now, before, theme, format, t, parts, isOrders, maxHz])
  const of = { signal: lastName(point.signal) }
  const { lines } = now
  // What is drawn as lines is also said, for those who do not see it.
  const named = lines === null ? [] : BEARING_PARTS.map((part) => `${parts[part]} ${format.value(Number(lines[part].toPrecision(4)))} Hz`)
  const about = { seconds: format.value(Number(now.seconds.toPrecision(3))), rate: format.value(now.rateHz / 1_000) }
  return (
    <>
      <p className="mw-soft">
        {format.dateTime(now.time)} · {now.shaftHz === null ? t('vibration.aboutNoSpeed', about) : t('vibration.about', { ...about, rpm: format.value(Math.round(now.shaftHz * 60)) })}
      </p>
      <div className="mw-vibration-charts">
        <figure className="mw-vibration-wide">
          <figcaption>{t('vibration.wave')}</figcaption>
          <Chart option={wave} height={HEIGHT} label={t('vibration.waveOf', of)} />
        </figure>
        <figure>
          <figcaption>{t('vibration.spectrum')}</figcaption>
          <Chart option={spectrum} height={HEIGHT} label={t('vibration.spectrumOf', of)} />
        </figure>
        <figure>
          <figcaption>{t('vibration.envelope')}</figcaption>
          <Chart option={envelope} height={HEIGHT} label={named.length === 0 ? t('vibration.envelopeOf', of) : t('vibration.envelopeWithLines', { ...of, lines: named.join(format.language === 'zh' ? '、' : ', ') })} />
          {now.lines === null && <p className="mw-faint">{t(point.bearing !== null && now.shaftHz !== null ? 'vibration.still' : 'vibration.noLines')}</p>}
        </figure>
      </div>
      <FeatureTable point={point} now={now} before={before} />
    </>
  )
}

/** A time of the address, ms since the epoch. */
function timeAsked(text: string | null): number | undefined {
  const time = Number(text)
  return text === null || text === '' || !Number.isFinite(time) || time < 0 ? undefined : time
}
