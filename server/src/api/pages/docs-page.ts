import { escapeHtml, page } from './html.ts'

/** The parts of an OpenAPI document that the page shows. */
export interface ShownDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

interface ShownOperation {
  readonly tags?: readonly string[]
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly description?: string; readonly schema?: ShownSchema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, ShownMedia>> }
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, ShownMedia>> }>>
}

interface ShownMedia {
  readonly schema?: ShownSchema
  readonly example?: unknown
}

interface ShownSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly examples?: readonly unknown[]
  readonly items?: ShownSchema
}

/** The API's document as a page for people: every operation with its parameters, bodies, answers, and a command to try it. */
export function docsPage(document: ShownDocument): string {
  const { info, tags = [], paths = {} } = document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation: operation as ShownOperation })),
  )
  const sections = tags.map(({ name, description = '' }) => {
    const own = operations.filter(({ operation }) => operation.tags?.[0] === name)
    return own.length === 0 ? '' : `<h2 id="${name}">${escapeHtml(description)}</h2>${own.map(operationHtml).join('')}`
  })
  const head = `<h1>${escapeHtml(info.title)} <span class="quiet">${escapeHtml(info.version)}</span></h1><p>${escapeHtml(info.description ?? '')}</p>`
  return page(info.title, `${head}<p><a href="/api/openapi.json">OpenAPI 3.1 document</a> · <a href="/api/errors">Errors</a></p>${sections.join('')}`)
}

function operationHtml({ path, method, operation }: { readonly path: string; readonly method: string; readonly operation: ShownOperation }): string {
  const { operationId = '', summary = '', description = '', parameters = [], requestBody, responses = {} } = operation
  const parts = [
    description === '' ? '' : `<p>${escapeHtml(description)}</p>`,
    parameters.length === 0 ? '' : `<h3>Parameters</h3><table>${parameters.map(parameterHtml).join('')}</table>`,
    requestBody === undefined ? '' : `<h3>Body</h3>${Object.entries(requestBody.content).map(mediaHtml).join('')}`,
    `<h3>Answers</h3><table>${Object.entries(responses).map(answerHtml).join('')}</table>`,
    `<h3>Try it</h3><pre>${escapeHtml(command(path, method, requestBody))}</pre>`,
  ]
  const head = `<span class="method">${method}</span> <code>${escapeHtml(path)}</code> <span class="quiet">${escapeHtml(summary)}</span>`
  return `<details id="${escapeHtml(operationId)}"><summary>${head}</summary><div>${parts.join('')}</div></details>`
}

function parameterHtml({ name, in: place, required, description = '', schema }: NonNullable<ShownOperation['parameters']>[number]): string {
  return `<tr><td><code>${escapeHtml(name)}</code><br><span class="quiet">${place}${required === true ? ', required' : ''}</span></td><td>${escapeHtml(description)}<br><span class="quiet">${escapeHtml(schemaText(schema))}</span></td></tr>`
}

function schemaText(schema: ShownSchema | undefined): string {
  if (schema === undefined) return ''
  const facts = [
    schema.items === undefined ? String(schema.type ?? '') : `list of ${schemaText(schema.items)}`,
    schema.enum === undefined ? '' : schema.enum.join(' | '),
    schema.default === undefined ? '' : `default ${String(schema.default)}`,
    schema.minimum === undefined ? '' : `from ${schema.minimum}`,
    schema.maximum === undefined ? '' : `to ${schema.maximum}`,
  ]
  return facts.filter((fact) => fact !== '').join(', ')
}

function mediaHtml([type, { schema, example }]: readonly [string, ShownMedia]): string {
  return `<p><code>${escapeHtml(type)}</code></p><details><summary>Schema</summary><div><pre>${escapeHtml(JSON.stringify(schema, null, 2) ?? '')}</pre></div></details>${
    example === undefined ? '' : `<pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`
  }`
}

function answerHtml([status, { description = '', content = {} }]: readonly [string, { readonly description?: string; readonly content?: Readonly<Record<string, ShownMedia>> }]): string {
  const isProblem = 'application/problem+json' in content
  const shown = isProblem
    ? description.split(', ').map((code) => `<a href="/api/errors#${escapeHtml(code)}"><code>${escapeHtml(code)}</code></a>`).join(' ')
    : `${escapeHtml(description)}${Object.entries(content).map(mediaHtml).join('')}`
  return `<tr><td><code>${status}</code></td><td>${shown}</td></tr>`
}

function command(path: string, method: string, requestBody: ShownOperation['requestBody']): string {
  const url = `http://127.0.0.1:7420${path.replace('{path}', 'acme/line1/press3')}`
  const verb = method === 'GET' ? '' : `-X ${method} `
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const example = media?.example ?? media?.schema?.examples?.[0]
  const body = type === undefined || example === undefined ? '' : ` \\\n  -H 'content-type: ${type}' \\\n  -d '${typeof example === 'string' ? example : JSON.stringify(example)}'`
  return `curl ${verb}'${url}'${body}`
}
