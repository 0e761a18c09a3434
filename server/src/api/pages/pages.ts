import { readFile } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiServer, RouteParts } from '../api-parts.ts'
import { docsPage, type ShownDocument } from './docs-page.ts'
import { errorsPage, readErrorTable } from './errors-page.ts'
import { startPage } from './start-page.ts'

const HTML = 'text/html; charset=utf-8'
const hidden = { schema: { hide: true } } as const
const ERRORS_FILE = new URL('../../../../docs/errors.md', import.meta.url)

/** The OpenAPI document, its page, the page of errors, and at `/` the browser app or a plain start page. */
export function registerPages(app: ApiServer, parts: RouteParts): void {
  app.get('/api/openapi.json', hidden, async () => app.swagger())
  app.get('/api/docs', hidden, async (_, reply) => reply.type(HTML).send(docsPage(app.swagger() as ShownDocument)))
  app.get('/api/errors', hidden, async (_, reply) => {
    // The codes are shown without their meanings where the docs were left out of an installation.
    const table = await readFile(ERRORS_FILE, 'utf8').catch(() => '')
    return reply.type(HTML).send(errorsPage(readErrorTable(table)))
  })
  app.get('/', hidden, async (request, reply) => (await sendApp(parts, request, reply)) ?? reply.type(HTML).send(startPage))
}

/** A file of the browser app; for other addresses that a person opens the app itself, whose own they are. Undefined where neither fits. */
export async function sendApp({ appFiles }: RouteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const path = request.url.split('?', 1)[0] ?? ''
  if (path.startsWith('/api/')) return undefined
  const isPage = (request.headers.accept ?? '').includes('text/html') && !/\.[a-z0-9]{1,8}$/i.test(path)
  const file = (await appFiles.read(path)) ?? (isPage ? await appFiles.read('/index.html') : undefined)
  if (file === undefined) return undefined
  void reply.type(file.type).headers({ 'cache-control': file.caching, etag: file.etag, vary: 'Accept-Encoding' })
  if (request.headers['if-none-match'] === file.etag) return await reply.code(304).send()
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  if (file.gzipped === undefined || !takesGzip) return await reply.send(file.body)
  return await reply.header('content-encoding', 'gzip').send(file.gzipped)
}
