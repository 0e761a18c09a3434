import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import type { Verdict, WireVerdictAnswer } from '@millwright/model/wire/anomaly.ts'
import { judge } from '../../api/anomaly-queries.ts'

/** What a person says of an anomaly, under the name that stands in the room's head. */
export interface Said {
  readonly id: string
  readonly author: string
  readonly verdict: Verdict
  readonly cause?: string | undefined
  readonly note?: string | undefined
}

/** Records a verdict; everything that shows anomalies is asked again after it. */
export function useJudge(): UseMutationResult<WireVerdictAnswer, Error, Said> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, author, verdict, cause, note }: Said) => judge(id, { verdict, author, ...(cause !== undefined && { cause }), ...(note !== undefined && { note }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['anomalies'] }),
  })
}
