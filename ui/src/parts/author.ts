import { useSyncExternalStore } from 'react'

const KEY = 'millwright.author'
/** As the API takes it. */
export const MAX_AUTHOR = 100

export interface AuthorState {
  /** The name that was given last; empty when none was. */
  readonly name: string
  /** Something needs a name before it can be done. */
  readonly isWanted: boolean
}

const listeners = new Set<() => void>()
let state: AuthorState = { name: stored(), isWanted: false }

function stored(): string {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    // Storage is closed (private window): the name is asked for again.
    return ''
  }
}

function become(next: AuthorState): void {
  state = next
  for (const listener of listeners) listener()
}

/** The name under which the person at this browser speaks; until people have accounts, it is the one they give. */
export function currentAuthor(): string {
  return state.name.trim()
}

/** Keeps the name, for the next visit too. */
export function rememberAuthor(name: string): void {
  become({ name: name.slice(0, MAX_AUTHOR), isWanted: false })
  try {
    localStorage.setItem(KEY, name.trim())
  } catch {
    // It holds for this visit only.
  }
}

/** The name; where there is none yet, asks for it in the field that the room shows. */
export function requireAuthor(): string | undefined {
  const name = currentAuthor()
  if (name !== '') return name
  become({ ...state, isWanted: true })
  return undefined
}

export function useAuthor(): AuthorState {
  return useSyncExternalStore(subscribe, () => state)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
