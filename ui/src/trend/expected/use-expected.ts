import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { parentPath } from '@millwright/model/path.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { ChartSignal } from '../paint/chart-model.ts'
import type { TimeWindow } from '../time/time-window.ts'
import type { Expected } from '../view/trend-view.ts'
import { expectedCourse, type ExpectedCourse } from './expected-course.ts'
import { aheadQuery, expectedQuery } from './expected-queries.ts'

/** Signals of one picture whose future is drawn: each forecast is a computation. */
const MAX_AHEAD = 4
/** Machines of one picture whose bands are drawn. */
const MAX_ASSETS = 8

/** What is expected of the signals of a picture. */
export interface ExpectedSeen {
  /** By the path of the signal. */
  readonly courses: ReadonlyMap<string, ExpectedCourse>
  readonly isLoading: boolean
  /** Why there is nothing, or less than was asked for. */
  readonly lack: 'learning' | 'none' | undefined
  /** The server's words, where it refused. */
  readonly refused: string | undefined
}

/** The bands or forecasts that a view asks for, as far as they have come. */
export function useExpected(expected: Expected | undefined, signals: readonly ChartSignal[], window: TimeWindow, nowMs: number): ExpectedSeen {
  const shown = signals.filter(({ kind, isHidden }) => kind === 'number' && !isHidden).map(({ path }) => path)
  const isBand = expected === 'apart' || expected === 'level'
  const assets = [...new Set(shown.flatMap((path) => parentPath(path) ?? []))].slice(0, MAX_ASSETS)
  const bands = useQueries({ queries: isBand ? assets.map((asset) => expectedQuery(asset, shown.filter((path) => parentPath(path) === asset), window, nowMs)) : [] })
  const ahead = useQueries({ queries: expected === 'ahead' ? shown.slice(0, MAX_AHEAD).map((path) => aheadQuery(path, window.toMs - nowMs)) : [] })
  const key = [...bands, ...ahead].map(({ dataUpdatedAt, status, isPlaceholderData }) => `${dataUpdatedAt} ${status} ${isPlaceholderData}`).join()
  return useMemo(() => {
    const courses = new Map<string, ExpectedCourse>()
    for (const { data } of bands) {
      for (const { signal, isJudged, apart, level } of data?.signals ?? []) {
        if (data !== undefined && isJudged && data.times.length > 0) courses.set(signal, expectedCourse({ times: data.times, ...(expected === 'level' ? level : apart), everyMs: data.everySeconds * 1_000 }))
      }
    }
    for (const { data } of ahead) {
      if (data !== undefined) courses.set(data.signal, expectedCourse({ times: data.times, low: data.low, high: data.high, middle: data.expected, everyMs: data.everySeconds * 1_000 }))
    }
    const all = [...bands, ...ahead]
    const isLoading = all.some(({ isPending, isPlaceholderData }) => isPending || isPlaceholderData)
    const failed = all.find(({ error }) => error !== null)?.error
    const isLearning = bands.some(({ data }) => data?.phase === 'learning')
    return {
      courses,
      isLoading,
      // A machine that nothing watches is no failure.
      refused: failed === undefined || failed === null || (failed instanceof ApiProblem && failed.problem.status === 404) ? undefined : failed.message,
      lack: expected === undefined || isLoading || courses.size > 0 ? undefined : isLearning ? 'learning' : 'none',
    }
    // The key stands for the answers: the arrays themselves are new ones each time.
  }, [expected, key])
}
