import { open, browser } from './shot-tmp.mjs'
const p2 = await open('/trend?signals=nab/machine/temperature&from=2013-12-01T00:00:00Z&to=2014-02-25T00:00:00Z&a=2013-12-16T00:00:00Z&b=2014-01-20T00:00:00Z',{theme:'dark',lang:'zh'})
await p2.waitForSelector('.mw-trend-overlay'); await p2.waitForTimeout(2500)
await p2.mouse.move(700,300)
await p2.waitForTimeout(500)
await p2.screenshot({path:'/tmp/shots/2.png'})
const sk=['Accelerometer1RMS','Accelerometer2RMS','Current','Pressure','Temperature','Thermocouple','Voltage','Volume Flow RateRMS'].map(s=>['signals','skab/testbed/'+s])
const p3 = await open('/trend?'+new URLSearchParams(sk)+'&panels=signals&last=1h')
await p3.waitForSelector('.mw-trend-overlay'); await p3.waitForTimeout(2500)
await p3.screenshot({path:'/tmp/shots/3a.png'})
await p3.getByRole('button',{name:'Show everything'}).click()
await p3.waitForTimeout(2500)
await p3.screenshot({path:'/tmp/shots/3.png'})
// perf: measure pan frames
const perf = await p3.evaluate(async () => {
  const c=document.querySelector('.mw-trend-overlay'); const r=c.getBoundingClientRect()
  const orig=CanvasRenderingContext2D.prototype.clearRect; const spent=[]
  const raf=window.requestAnimationFrame
  window.requestAnimationFrame=(f)=>raf((t)=>{const a=performance.now();f(t);spent.push(performance.now()-a)})
  const ev=(type,x)=>c.dispatchEvent(new PointerEvent(type,{pointerId:1,clientX:x,clientY:r.top+200,button:0,pointerType:'mouse',bubbles:true}))
  c.setPointerCapture=()=>{}
  ev('pointerdown',r.left+900)
  for(let i=0;i<120;i++){ev('pointermove',r.left+900-i*3);await new Promise(q=>raf(q))}
  ev('pointerup',r.left+540)
  const s=spent.filter(x=>x>0.5).sort((a,b)=>a-b)
  return {frames:s.length,median:s[s.length>>1],p95:s[Math.floor(s.length*.95)],max:s.at(-1)}
})
console.log('pan 8 signals', JSON.stringify(perf))
await p3.waitForTimeout(1500)
await p3.screenshot({path:'/tmp/shots/3b.png'})
const sig = ['flow','power','bearing_temperature','vibration','running','recipe'].map(s=>['signals','acme/tianjin/pump1/'+s])
const p4 = await open('/trend?'+new URLSearchParams(sig)+'&last=8h&compare=1days', {w:390,h:844,touch:true,lang:'zh'})
await p4.waitForSelector('.mw-trend-overlay'); await p4.waitForTimeout(3000)
await p4.screenshot({path:'/tmp/shots/4.png',fullPage:true})
console.log('scroll', await p4.evaluate(()=>document.documentElement.scrollWidth))
const p5 = await open('/trend?'+new URLSearchParams(sig)+'&last=8h&compare=1days&panels=overlay')
await p5.waitForSelector('.mw-trend-overlay'); await p5.waitForTimeout(3000)
await p5.mouse.move(900,300); await p5.waitForTimeout(300)
await p5.screenshot({path:'/tmp/shots/5.png'})
await browser.close()
