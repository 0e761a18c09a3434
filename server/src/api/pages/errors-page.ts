import { ERROR_CODES, type ErrorCode } from '../../kernel/error.ts'
import { titleOf } from '../problem.ts'
import { escapeHtml, page } from './html.ts'

/** What the codes mean and what to do, from `docs/errors.md`: table rows of code, status, retry, meaning. */
export function readErrorTable(markdown: string): ReadonlyMap<string, string> {
  const rows = [...markdown.matchAll(/^\| `([A-Z_]+)` \| \d+ \| (?:yes|no) \| (.+) \|$/gm)]
  return new Map(rows.map(([, code = '', meaning = '']) => [code, meaning]))
}

/** The page that the `type` of every problem points to. */
export function errorsPage(meanings: ReadonlyMap<string, string>): string {
  const sections = (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => {
    const { http, retry } = ERROR_CODES[code]
    const facts = `HTTP ${http}. ${retry ? 'The same call may succeed later.' : 'The same call will fail again.'}`
    return `<h2 id="${code}">${titleOf(code)} <code class="quiet">${code}</code></h2><p>${escapeHtml((meanings.get(code) ?? '').replaceAll('`', ''))}</p><p class="quiet">${facts}</p>`
  })
  return page('Errors', `<h1>Errors</h1><p>Errors come as <code>application/problem+json</code> (RFC 9457). <a href="/api/docs">API</a></p>${sections.join('')}`)
}
