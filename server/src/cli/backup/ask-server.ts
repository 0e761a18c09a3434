import { request } from 'node:http'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { MillwrightError, messageOf } from '../../kernel/error.ts'

/** Longest answer that is read. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** Posts to the running server and waits for its answer for as long as it takes: a backup may need many minutes, which `fetch` does not wait. */
export async function askServer<S extends TSchema>(url: string, body: object | undefined, schema: S, signal: AbortSignal): Promise<Static<S>> {
  const { status, text } = await post(url, body === undefined ? undefined : JSON.stringify(body), signal)
  const content = parsed(text)
  if (status === 200 && Check(schema, content)) return content
  const detail: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, 'detail') : undefined
  throw new MillwrightError('CONFLICT', `the server answers ${status}: ${typeof detail === 'string' ? detail : 'no reason given'}`)
}

function post(url: string, body: string | undefined, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const failed = (thrown: unknown) => reject(new MillwrightError('SOURCE_UNREACHABLE', `the server at ${url} does not answer: ${messageOf(thrown)}`, { cause: thrown }))
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const call = request(url, { method: 'POST', headers, signal }, (answer) => {
      const pieces: Buffer[] = []
      let bytes = 0
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (bytes > MAX_ANSWER_BYTES) answer.destroy(new Error('the answer is too long'))
        else pieces.push(piece)
      })
      answer.on('error', failed)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }))
    })
    call.on('error', failed)
    call.end(body)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
