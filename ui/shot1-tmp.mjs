import { open, browser } from './shot-tmp.mjs'
const sig = ['acme/tianjin/pump1/flow','acme/tianjin/pump1/power','acme/tianjin/pump1/bearing_temperature','acme/tianjin/pump1/running','acme/tianjin/pump1/recipe']
const q = new URLSearchParams(sig.map(s=>['signals',s]))
const p = await open('/trend?'+q)
await p.waitForTimeout(6000)
await p.screenshot({path:'/tmp/shots/1.png'})
const p2 = await open('/trend?signals=nab/machine/temperature&from=2013-12-01T00:00:00Z&to=2014-02-25T00:00:00Z&a=2013-12-16T00:00:00Z&b=2014-01-20T00:00:00Z',{theme:'dark',lang:'zh'})
await p2.waitForTimeout(3000)
await p2.mouse.move(700,300)
await p2.waitForTimeout(500)
await p2.screenshot({path:'/tmp/shots/2.png'})
await browser.close()
