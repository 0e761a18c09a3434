import { chromium } from 'playwright-core'
const base = process.env.BASE ?? 'http://127.0.0.1:5199'
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-background-networking'] })
export async function open(url, {w=1440,h=900,theme='light',lang='en',touch=false}={}) {
  const ctx = await browser.newContext({ viewport:{width:w,height:h}, colorScheme: theme, locale: lang==='zh'?'zh-CN':'en-GB', hasTouch: touch, timezoneId:'Asia/Shanghai' })
  const page = await ctx.newPage()
  page.on('console', m => ['error','warning'].includes(m.type()) && console.log('CONSOLE', m.type(), m.text().slice(0,300)))
  page.on('pageerror', e => console.log('PAGEERROR', e.message.slice(0,400)))
  page.on('response', r => r.status()>=400 && console.log('HTTP', r.status(), r.url().slice(0,150)))
  await page.goto(base+url)
  return page
}
export { browser }
