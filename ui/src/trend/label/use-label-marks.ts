import { useQueries, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { intelligenceQuery } from '../../api/anomaly-queries.ts'
import { labelsQuery } from '../../api/model-queries.ts'
import { assetsOf } from './label-range.tsx'

/** Machines of one picture whose labels are drawn. */
const MAX_ASSETS = 8

/** A mark of the chart. */
export interface LabelMark {
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  readonly text: string
  readonly asset: string
}

/** What people labelled on the machines whose signals are seen. Nothing where intelligence is switched off. */
export function useLabelMarks(signals: readonly string[]): readonly LabelMark[] {
  const { t } = useTranslation()
  const { data: head } = useQuery({ ...intelligenceQuery, refetchInterval: false, staleTime: Number.POSITIVE_INFINITY })
  const assets = assetsOf(signals).slice(0, MAX_ASSETS)
  const answers = useQueries({ queries: assets.map((asset) => ({ ...labelsQuery(asset), enabled: head !== undefined })) })
  const labels = answers.flatMap(({ data }) => data?.items ?? [])
  const key = labels.map(({ id, version }) => `${id}@${version}`).join()
  return useMemo(
    () => labels.map(({ id, from, to, kind, note, author, asset }) => ({ id: `label ${id}`, fromMs: from, toMs: to, asset, text: `${t(`models.labels.kind.${kind}`)}${note === undefined ? '' : `: ${note}`} (${author})` })),
    // The key stands for the labels: the array itself is a new one each time.
    [key, t],
  )
}
