import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireSamples } from '@millwright/model/wire/samples.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { askJson } from '../../api/client.ts'
import { useLive } from '../../live/use-live.ts'
import type { SparkPoint } from '../../parts/spark-path.ts'
import { Sparkline } from '../../parts/sparkline.tsx'

const HOUR_MS = 3_600_000
const POINTS = 96
/** Rows whose past is asked for together. */
const TOGETHER = 25
const EVERY_MS = 60_000

interface Past {
  readonly fromMs: number
  readonly points: ReadonlyMap<string, readonly SparkPoint[]>
}

const pastQuery = (paths: readonly string[]) =>
  queryOptions({
    queryKey: ['sparks', paths],
    queryFn: async ({ signal }): Promise<Past> => {
      const body = { signals: paths, from: '-1h', points: POINTS }
      const { results } = await askJson<{ readonly results: readonly WireSamples[] }>('/api/v1/query', { method: 'POST', body, signal })
      const points = results.map((result): [string, readonly SparkPoint[]] => [
        result.signal,
        result.times.map((timeMs, index): SparkPoint => {
          const value = result.values[index]
          return [timeMs, typeof value === 'number' && result.qualities[index] !== 'bad' ? value : null]
        }),
      ])
      return { fromMs: Date.now() - HOUR_MS, points: new Map(points) }
    },
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS / 2,
    placeholderData: keepPreviousData,
    enabled: paths.length > 0,
  })

/** The last hour of a numeric signal; its past is asked for together with that of its neighbours, the newest value comes live. */
export function SignalSpark({ signal, index, shown }: { readonly signal: WireSignal; readonly index: number; readonly shown: readonly WireSignal[] }) {
  const { t } = useTranslation()
  const group = Math.floor(index / TOGETHER) * TOGETHER
  const paths = useMemo(() => shown.slice(group, group + TOGETHER).filter(({ kind }) => kind === 'number').map(({ path }) => path), [shown, group])
  const { data } = useQuery(pastQuery(paths))
  const past = data?.points.get(signal.path)
  const sample = useLive(signal.path)
  const points = useMemo(() => {
    if (past === undefined || typeof sample?.value !== 'number' || sample.quality === 'bad') return past
    const lastMs = past.at(-1)?.[0] ?? 0
    return sample.timeMs > lastMs ? [...past, [sample.timeMs, sample.value] as const] : past
  }, [past, sample])
  if (signal.kind !== 'number') return <span />
  if (points === undefined || data === undefined) return <span className="mw-spark" />
  const toMs = Math.max(data.fromMs + HOUR_MS, sample?.timeMs ?? 0)
  return <Sparkline points={points} fromMs={toMs - HOUR_MS} toMs={toMs} low={signal.low} high={signal.high} label={`${t('machine.lastHour')}: ${signal.name}`} />
}
