import { openBrowser } from './support/chromium.ts'
import { PUMP, TrendPlant } from './support/trend-plant.ts'
const plant = await TrendPlant.start()
const browser = await openBrowser()
// eight noisy signals, and one with uncertain and bad quality
const rows: object[] = []
for (let t = plant.endMs - 3_600_000; t < plant.endMs; t += 500) { const values: Record<string, number> = {}; for (let i = 0; i < 8; i++) values[`s${i}`] = Math.sin(t / 100_000 + i) * 10 + Math.random() * 3; rows.push({ path: 'bench/m', ts: t, values }) }
for (let i = 0; i < rows.length; i += 2000) await plant.post('/api/v1/samples', rows.slice(i, i + 2000))
const q = new URLSearchParams([...Array(8).keys()].map((i) => ['signals', `bench/m/s${i}`]))
const page = await (await browser.newContext({ viewport: { width: 1720, height: 900 }, locale: 'en-GB' })).newPage()
await page.goto(`${plant.url}/trend?${q}&panels=signals&from=${plant.endMs - 3_000_000}&to=${plant.endMs - 600_000}`)
await page.waitForSelector('.mw-trend-legend tbody td.mw-num'); await page.waitForTimeout(4000)
const perf = await page.evaluate(async () => {
  const c = document.querySelector('.mw-trend-overlay') as HTMLElement; const r = c.getBoundingClientRect(); const spent: number[] = []
  const raf = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (f) => raf((t) => { const a = performance.now(); f(t); spent.push(performance.now() - a) })
  c.setPointerCapture = () => {}
  const ev = (type: string, x: number) => c.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: r.top + 200, button: 0, pointerType: 'mouse', bubbles: true }))
  ev('pointerdown', r.left + 900)
  for (let i = 0; i < 200; i++) { ev('pointermove', r.left + 900 - i * 2); await new Promise((q) => raf(q)) }
  ev('pointerup', r.left + 500)
  const s = spent.filter((x) => x > 0.3).sort((a, b) => a - b)
  return { frames: s.length, median: s[s.length >> 1], p95: s[Math.floor(s.length * 0.95)], max: s.at(-1) }
})
console.log('pan, 8 signals in 8 panels, 1,636 px wide:', JSON.stringify(perf))
const small = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })).newPage()
const at = (h: number) => new Date(plant.endMs - h * 3_600_000).toISOString()
await small.goto(plant.address(['flow', 'temperature', 'running', 'recipe'], `&from=${at(12)}&to=${at(2)}&a=${at(10)}&b=${at(6)}`))
await small.waitForSelector('.mw-trend-legend tbody td.mw-num'); await small.waitForTimeout(2500)
await plant.post('/api/v1/annotations', { from: plant.endMs - 8 * 3_600_000, to: plant.endMs - 7 * 3_600_000, signals: [`${PUMP}/flow`], text: 'Filter cleaned', author: 'Li Na' })
await small.reload(); await small.waitForTimeout(3000)
await small.mouse.move(900, 300); await small.waitForTimeout(300)
await small.screenshot({ path: '/tmp/shots/t/cursors.png' })
await small.keyboard.press('?'); await small.waitForTimeout(500); await small.screenshot({ path: '/tmp/shots/t/help.png' })
await small.getByRole('button', { name: 'Close', exact: true }).last().click(); await small.keyboard.press('s'); await small.waitForTimeout(900); await small.screenshot({ path: '/tmp/shots/t/picker.png' })
await browser.close(); await plant.server.stop()
