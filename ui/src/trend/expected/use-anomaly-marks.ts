import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { WireAnomaly } from '@millwright/model/wire/anomaly.ts'
import { intelligenceQuery } from '../../api/anomaly-queries.ts'
import { assetsOf } from '../label/label-range.tsx'
import type { ChartAnnotation } from '../paint/chart-model.ts'
import type { TimeWindow } from '../time/time-window.ts'
import { marksQuery } from './expected-queries.ts'

/** Machines of one picture whose anomalies are marked. */
const MAX_ASSETS = 8

/** An anomaly as a mark on the time axis. */
export interface AnomalyMark extends ChartAnnotation {
  readonly anomaly: WireAnomaly
}

/** What was found on the machines whose signals are seen, the newest first. Nothing where intelligence is switched off. */
export function useAnomalyMarks(signals: readonly string[], window: TimeWindow, language: 'en' | 'zh'): readonly AnomalyMark[] {
  const { data: head } = useQuery({ ...intelligenceQuery, refetchInterval: false, staleTime: Number.POSITIVE_INFINITY })
  const assets = head === undefined ? [] : assetsOf(signals).slice(0, MAX_ASSETS)
  const answers = useQueries({ queries: assets.map((asset) => marksQuery(asset, window)) })
  const found = answers.flatMap(({ data }) => data ?? [])
  const key = found.map(({ id, state, ended, verdict, isQuieted }) => `${id} ${state} ${ended} ${verdict} ${isQuieted}`).join()
  return useMemo(
    () =>
      found
        .map((anomaly): AnomalyMark => ({ id: `anomaly ${anomaly.id}`, fromMs: anomaly.began, toMs: anomaly.ended ?? undefined, text: anomaly.summary[language], look: lookOf(anomaly), anomaly }))
        .toSorted((a, b) => b.fromMs - a.fromMs),
    // The key stands for the anomalies: the array itself is a new one each time.
    [key, language],
  )
}

function lookOf({ state, verdict, isQuieted }: WireAnomaly): NonNullable<ChartAnnotation['look']> {
  if (verdict === 'not_real' || isQuieted) return 'dismissed'
  return state === 'open' ? 'open' : 'past'
}
