import { PRESETS } from '../view/trend-view.ts'

/** What keys can do. */
export interface KeyActions {
  readonly pan: (share: number) => void
  readonly zoom: (factor: number) => void
  readonly cursorHere: (name: 'a' | 'b') => void
  readonly stepCursor: (px: number) => void
  readonly preset: (ms: number) => void
  readonly follow: () => void
  readonly all: () => void
  readonly pick: () => void
  readonly nextLayout: () => void
  readonly toggleCompare: () => void
  readonly note: () => void
  readonly clear: () => void
  readonly help: () => void
}

/** What a key does; undefined when nothing. Keys are those that are written on them, so they work on every layout. */
export function actionOf({ key, shiftKey }: { readonly key: string; readonly shiftKey: boolean }, actions: KeyActions): (() => void) | undefined {
  const preset = /^[1-6]$/.test(key) ? PRESETS[Number(key) - 1] : undefined
  if (preset !== undefined) return () => actions.preset(preset.ms)
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case 'ArrowLeft':
      return () => actions.pan(shiftKey ? -0.5 : -0.1)
    case 'ArrowRight':
      return () => actions.pan(shiftKey ? 0.5 : 0.1)
    case 'ArrowUp':
    case '+':
    case '=':
      return () => actions.zoom(0.7)
    case 'ArrowDown':
    case '-':
    case '−':
      return () => actions.zoom(1 / 0.7)
    case '[':
    case '{':
      return () => actions.stepCursor(shiftKey ? -20 : -1)
    case ']':
    case '}':
      return () => actions.stepCursor(shiftKey ? 20 : 1)
    case 'x':
      return () => actions.cursorHere('a')
    case 'z':
      return () => actions.cursorHere('b')
    case 'f':
    case 'End':
      return actions.follow
    case '0':
    case 'Home':
      return actions.all
    case 's':
      return actions.pick
    case 'l':
      return actions.nextLayout
    case 'c':
      return actions.toggleCompare
    case 'n':
      return actions.note
    case 'Escape':
      return actions.clear
    case '?':
    case '？':
      return actions.help
    default:
      return undefined
  }
}

/** Whether a key belongs to somebody else: a field, a dialog, the browser. */
export function isForOthers(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return true
  const { target } = event
  if (!(target instanceof Element)) return false
  if (target.closest('input, textarea, select, [contenteditable], dialog, [role=dialog], [role=menu], [role=radiogroup]') !== null) return true
  return event.key.startsWith('Arrow') && target.closest('[role=toolbar], .mw-nav') !== null
}
