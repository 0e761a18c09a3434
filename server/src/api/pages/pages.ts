import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
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
  if (hasApp(parts)) {
    void app.register(fastifyStatic, { root: parts.appFolder, prefix: '/', wildcard: false, schemaHide: true, maxAge: 0, setHeaders: setCaching })
  } else {
    app.get('/', hidden, async (_, reply) => reply.type(HTML).send(startPage))
  }
}

/** Addresses inside the browser app are its own business: they get the app. Answers undefined for all others. */
export function appFallback(parts: RouteParts, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const path = request.url.split('?', 1)[0] ?? ''
  const isPage = (request.method === 'GET' || request.method === 'HEAD') && (request.headers.accept ?? '').includes('text/html')
  if (!isPage || !hasApp(parts) || path.startsWith('/api/') || /\.[a-z0-9]{1,8}$/i.test(path)) return undefined
  return reply.type(HTML).header('cache-control', 'no-cache').send(createReadStream(join(parts.appFolder, 'index.html')))
}

function hasApp({ appFolder }: RouteParts): boolean {
  return existsSync(join(appFolder, 'index.html'))
}

/** Vite puts a hash of the content into the names below `assets/`, so those never change. */
function setCaching(reply: { header(name: string, value: string): unknown }, path: string): void {
  const isHashed = /[\\/]assets[\\/][^\\/]+-[\w-]{8,}\.\w+$/.test(path)
  reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
}
