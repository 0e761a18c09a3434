import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { connection, type ConnectionState } from './connection.ts'
import type { LiveSample, LiveSignal } from './live-store.ts'
import { liveStore, openLive, type LiveChoice } from './live-stream.ts'

/** Watches what is chosen for as long as the component is there. Gives the signals of the stream; undefined until it tells them. */
export function useLiveStream(choice: LiveChoice | undefined): readonly LiveSignal[] | undefined {
  const key = choice === undefined ? '' : JSON.stringify(choice)
  const [signals, setSignals] = useState<{ readonly key: string; readonly signals: readonly LiveSignal[] }>()
  useEffect(() => {
    if (key === '') return undefined
    return openLive(JSON.parse(key) as LiveChoice, (told) => setSignals({ key, signals: told }))
  }, [key])
  return signals?.key === key ? signals.signals : undefined
}

/** The newest sample of a signal that some stream watches; renders again at most once per picture. */
export function useLive(path: string): LiveSample | undefined {
  const subscribe = useCallback((listener: () => void) => liveStore.subscribe(path, listener), [path])
  return useSyncExternalStore(subscribe, () => liveStore.get(path))
}

export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => connection.state)
}

const clockListeners = new Set<() => void>()
let nowMs = Date.now()
let clockTimer: ReturnType<typeof setInterval> | undefined

/** A clock that all ages on the page share: one tick a second for all of them. */
export function useNow(): number {
  return useSyncExternalStore(subscribeClock, () => nowMs)
}

function subscribeClock(listener: () => void): () => void {
  if (clockListeners.size === 0) {
    nowMs = Date.now()
    clockTimer = setInterval(() => {
      nowMs = Date.now()
      for (const each of clockListeners) each()
    }, 1_000)
  }
  clockListeners.add(listener)
  return () => {
    clockListeners.delete(listener)
    if (clockListeners.size === 0) clearInterval(clockTimer)
  }
}
