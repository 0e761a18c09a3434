import { page } from './html.ts'

/** What `/` shows where the browser app has not been built. */
export const startPage = page(
  'Millwright',
  `<h1>Millwright</h1>
<p>An open industrial internet platform: connect machines, keep every sample, see what goes wrong and why.</p>
<p lang="zh">开放的工业互联网平台：接入设备，保存每一个采样，看清哪里出了问题、为什么。</p>
<p>The server is running. The browser app is not built in this installation; all else is here:</p>
<ul>
<li><a href="/api/docs">The API</a>, its <a href="/api/openapi.json">OpenAPI document</a>, its <a href="/api/errors">errors</a></li>
<li><a href="/api/v1/status">How the platform is</a>, <a href="/readyz">whether it is ready</a>, <a href="/metrics">metrics</a></li>
<li><a href="/api/v1/assets">Assets</a>, <a href="/api/v1/signals">signals</a>, <a href="/api/v1/last">newest values</a></li>
</ul>
<h2>Send a first sample</h2>
<pre>mosquitto_pub -q 1 -t mw/v1/acme/line1/press3 -m '{"values":{"temperature":21.5}}'
curl 'http://127.0.0.1:7420/api/v1/signals/acme/line1/press3/temperature/samples?from=-1h'</pre>`,
)
