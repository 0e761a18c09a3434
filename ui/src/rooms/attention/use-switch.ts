import { useMutation, useQueryClient } from '@tanstack/react-query'
import { switchJudging } from '../../api/anomaly-queries.ts'
import { requireAuthor } from '../../parts/author.ts'

export interface JudgingSwitch {
  /** Asks for a name first where there is none. */
  readonly turn: (off: boolean) => void
  readonly isPending: boolean
  readonly error: Error | null
}

/** Switches judging of an asset, or of all, under the name in the room's head. */
export function useSwitch(asset?: string): JudgingSwitch {
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ off, by }: { readonly off: boolean; readonly by: string }) => switchJudging(off, by, asset),
    onSuccess: () => client.invalidateQueries({ queryKey: ['intelligence'] }),
  })
  const turn = (off: boolean) => {
    const by = requireAuthor()
    if (by !== undefined) mutate({ off, by })
  }
  return { turn, isPending, error }
}
