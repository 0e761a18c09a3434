import { panned, pinched, spanOf, zoomed, type TimeWindow } from '../time/time-window.ts'

export type CursorName = 'a' | 'b'

/** What gestures act on. */
export interface GestureTarget {
  window(): TimeWindow
  /** Left end and width of the plot, in px of the chart. */
  plot(): { readonly x: number; readonly width: number }
  /** The window as the hand moves it; `isEnd` when it lets go. */
  move(window: TimeWindow, how: 'pan' | 'zoom', isEnd: boolean): void
  point(timeMs: number | undefined): void
  cursor(name: CursorName, timeMs: number): void
  /** The cursor that stands at a place, if one does. */
  cursorAt(x: number): CursorName | undefined
  /** Something that can be opened at a place, such as a remark; answers whether there was. */
  open(x: number, y: number): boolean
}

const CLICK_PX = 4
const HOLD_MS = 450
/** One notch of a wheel (100 px) zooms by a fifth. */
const ZOOM_PER_PX = 0.0018

type Drag =
  | { readonly kind: 'pan'; readonly window: TimeWindow; readonly startX: number; isMoved: boolean }
  | { readonly kind: 'cursor'; readonly name: CursorName; isMoved: boolean }
  | { readonly kind: 'select'; readonly startMs: number; isMoved: boolean }
  | { readonly kind: 'pinch'; readonly held: readonly [number, number] }

/** Wheel, mouse, pen and fingers on a chart. Returns what ends them. */
export function listenToGestures(element: HTMLElement, target: GestureTarget): () => void {
  const fingers = new Map<number, number>()
  let drag: Drag | undefined
  let hold: ReturnType<typeof setTimeout> | undefined
  let down: { readonly x: number; readonly y: number; readonly isTouch: boolean } | undefined

  const placeOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) => {
    const box = element.getBoundingClientRect()
    return { x: clientX - box.left, y: clientY - box.top }
  }
  const timeAt = (x: number) => {
    const { x: left, width } = target.plot()
    const window = target.window()
    return window.fromMs + ((x - left) / width) * spanOf(window)
  }
  const isInside = (x: number) => x >= target.plot().x - 1 && x <= target.plot().x + target.plot().width + 1

  const onWheel = (event: WheelEvent) => {
    event.preventDefault()
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1
    const deltaX = (event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * scale
    const deltaY = event.shiftKey ? 0 : event.deltaY * scale
    if (Math.abs(deltaX) > Math.abs(deltaY)) return target.move(panned(target.window(), deltaX / target.plot().width), 'pan', true)
    // A pinch on a touch pad comes as small steps of a wheel with the control key.
    const factor = Math.exp(deltaY * ZOOM_PER_PX * (event.ctrlKey ? 6 : 1))
    const { x } = placeOf(event)
    target.move(zoomed(target.window(), factor, timeAt(isInside(x) ? x : target.plot().x + target.plot().width / 2)), 'zoom', true)
  }

  const onDown = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return
    const { x, y } = placeOf(event)
    element.setPointerCapture(event.pointerId)
    element.focus({ preventScroll: true })
    fingers.set(event.pointerId, x)
    clearTimeout(hold)
    down = { x, y, isTouch: event.pointerType !== 'mouse' }
    if (fingers.size === 2) {
      const [first = 0, second = 0] = [...fingers.values()]
      drag = { kind: 'pinch', held: [timeAt(first), timeAt(second)] }
      return
    }
    const name = target.cursorAt(x)
    if (name !== undefined) drag = { kind: 'cursor', name, isMoved: false }
    else if (event.shiftKey && isInside(x)) drag = { kind: 'select', startMs: timeAt(x), isMoved: false }
    else {
      drag = { kind: 'pan', window: target.window(), startX: x, isMoved: false }
      if (down.isTouch) hold = setTimeout(() => holdCursor(x), HOLD_MS)
    }
  }

  const holdCursor = (x: number) => {
    if (drag?.kind !== 'pan' || drag.isMoved) return
    drag = { kind: 'cursor', name: 'a', isMoved: true }
    target.cursor('a', timeAt(x))
  }

  const onMove = (event: PointerEvent) => {
    const { x } = placeOf(event)
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, x)
    if (drag === undefined) return target.point(isInside(x) ? timeAt(x) : undefined)
    if (drag.kind === 'pinch') {
      const [first = 0, second = 0] = [...fingers.values()]
      const { x: left, width } = target.plot()
      return target.move(pinched(drag.held, [first - left, second - left], width), 'zoom', false)
    }
    if (drag.kind === 'cursor') {
      drag.isMoved ||= Math.abs(x - (down?.x ?? x)) > CLICK_PX
      return drag.isMoved ? target.cursor(drag.name, timeAt(x)) : undefined
    }
    if (drag.kind === 'select') {
      drag.isMoved ||= Math.abs(x - (down?.x ?? x)) > CLICK_PX
      if (!drag.isMoved) return
      target.cursor('a', drag.startMs)
      return target.cursor('b', timeAt(x))
    }
    drag.isMoved ||= Math.abs(x - drag.startX) > CLICK_PX
    if (!drag.isMoved) return
    clearTimeout(hold)
    target.point(undefined)
    target.move(panned(drag.window, (drag.startX - x) / target.plot().width), 'pan', false)
  }

  const onUp = (event: PointerEvent) => {
    clearTimeout(hold)
    const { x, y } = placeOf(event)
    fingers.delete(event.pointerId)
    const ended = drag
    if (fingers.size === 0) drag = undefined
    else if (ended?.kind === 'pinch') drag = { kind: 'pan', window: target.window(), startX: [...fingers.values()][0] ?? x, isMoved: true }
    if (ended?.kind === 'pinch') return target.move(target.window(), 'zoom', true)
    if (event.type === 'pointercancel' || ended === undefined) return
    if (ended.kind === 'pan' && ended.isMoved) return target.move(target.window(), 'pan', true)
    // A remark may lie under a cursor: pressed without moving it opens.
    if (ended.kind !== 'select' && !ended.isMoved && target.open(x, y)) return
    if (ended.kind === 'pan' && isInside(x)) return down?.isTouch === true ? target.point(timeAt(x)) : target.cursor('a', timeAt(x))
    if (ended.kind === 'select' && !ended.isMoved) target.cursor('b', ended.startMs)
  }

  const onLeave = () => {
    if (drag === undefined) target.point(undefined)
  }
  element.addEventListener('wheel', onWheel, { passive: false })
  element.addEventListener('pointerdown', onDown)
  element.addEventListener('pointermove', onMove)
  element.addEventListener('pointerup', onUp)
  element.addEventListener('pointercancel', onUp)
  element.addEventListener('pointerleave', onLeave)
  return () => {
    clearTimeout(hold)
    element.removeEventListener('wheel', onWheel)
    element.removeEventListener('pointerdown', onDown)
    element.removeEventListener('pointermove', onMove)
    element.removeEventListener('pointerup', onUp)
    element.removeEventListener('pointercancel', onUp)
    element.removeEventListener('pointerleave', onLeave)
  }
}
