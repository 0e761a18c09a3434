/**
 * What the bench watches inside of a page. Each function is sent to the page as its text: it may use nothing but its arguments and what
 * a page has, which is named here, as the bench itself knows no DOM.
 */
interface PageElement {
  readonly textContent: string | null
  scrollTop: number
  querySelector(selector: string): PageElement | null
}
declare const document: { readonly body: PageElement; querySelector(selector: string): PageElement | null; querySelectorAll(selector: string): Iterable<PageElement> }
declare const requestAnimationFrame: (work: () => void) => number
declare const MessageChannel: new () => { readonly port1: { onmessage: (() => void) | null; close(): void }; readonly port2: { postMessage(message: number): void } }
declare const MutationObserver: new (listener: () => void) => { observe(target: PageElement, what: { subtree: boolean; characterData: boolean; childList: boolean }): void }

/** A number that a row showed, and when it had been painted, ms since the epoch. */
export type Shown = readonly [name: string, value: number, shownMs: number]

/** Milliseconds between the frames of the next `ms` milliseconds, while `scroller` (if any) is scrolled by `stepPx` a frame. */
export async function frameGaps({ ms, scroller, stepPx = 0 }: { readonly ms: number; readonly scroller?: string; readonly stepPx?: number }): Promise<number[]> {
  const box = scroller === undefined ? null : document.querySelector(scroller)
  const gaps: number[] = []
  await new Promise<void>((resolve) => requestAnimationFrame(resolve))
  let last = performance.now()
  const end = last + ms
  while (last < end) {
    if (box !== null) box.scrollTop += stepPx
    await new Promise<void>((resolve) => requestAnimationFrame(resolve))
    const now = performance.now()
    gaps.push(now - last)
    last = now
  }
  return gaps
}

/** Notes from now on every whole number that the rows of a machine page show, in `globalThis.shownValues`. */
export function watchRows(): void {
  const shown: Shown[] = []
  Object.assign(globalThis, { shownValues: shown })
  const last = new Map<string, number>()
  const look = () => {
    const changed: [string, number][] = []
    for (const row of document.querySelectorAll('.mw-signal-row[role=listitem]')) {
      const name = row.querySelector('.mw-signal-name span')?.textContent ?? ''
      const digits = (row.querySelector('b')?.textContent ?? '').replace(/\D/g, '')
      if (digits === '' || last.get(name) === Number(digits)) continue
      last.set(name, Number(digits))
      changed.push([name, Number(digits)])
    }
    if (changed.length === 0) return
    // A message is taken after the frame in which the change is painted.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      const now = Date.now()
      for (const [name, value] of changed) shown.push([name, value, now])
      port1.close()
    }
    port2.postMessage(0)
  }
  new MutationObserver(look).observe(document.body, { subtree: true, characterData: true, childList: true })
}

/** Settles when the chart has what there is of its time, even if that is nothing. */
export async function untilAnswered(): Promise<void> {
  for (let calm = 0; calm < 20; ) {
    await new Promise<void>((resolve) => requestAnimationFrame(resolve))
    calm = document.querySelector('.mw-trend-busy') === null ? calm + 1 : 0
  }
}

/** Settles at the first frame in which the chart is sharp and has something on it; answers how long that took, ms. */
export async function untilDrawn(): Promise<number> {
  const began = performance.now()
  for (let calm = 0; calm < 3; ) {
    await new Promise<void>((resolve) => requestAnimationFrame(resolve))
    const isDrawn = document.querySelector('.mw-trend-busy') === null && document.querySelector('.mw-trend-nothing') === null
    calm = isDrawn ? calm + 1 : 0
    if (performance.now() - began > 60_000) throw new Error('the chart was not drawn within a minute')
  }
  return performance.now() - began
}
