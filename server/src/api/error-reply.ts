import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ERROR_CODES, MillwrightError, messageOf, type ErrorCode } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'
import { PROBLEM_TYPE, RequestProblem, problemOf } from './problem.ts'

/** Errors that Fastify itself raises, in our words. */
const FASTIFY_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['BAD_REQUEST', 'the address is not valid percent-encoded UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['BAD_REQUEST', 'the path in the address is too long'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['LIMIT_REACHED', 'the body is larger than this server takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED', 'this content type is not taken here; send application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BAD_REQUEST', 'the body is not as long as Content-Length says'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['PAYLOAD_INVALID', 'the body is empty; expected JSON'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['PAYLOAD_INVALID', 'the body is not valid JSON'],
  FST_ERR_HANDLER_TIMEOUT: ['QUERY_TOO_EXPENSIVE', 'the answer took too long'],
}

/** What was thrown while a request was served, as an error with a code. Unknown errors become INTERNAL and keep their secrets. */
export function asMillwrightError(thrown: unknown): MillwrightError {
  if (thrown instanceof MillwrightError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const known = FASTIFY_CODES[code]
  if (known !== undefined) return new RequestProblem(known[0], known[1])
  if (thrown instanceof SyntaxError) return new RequestProblem('PAYLOAD_INVALID', `the body is not valid JSON: ${thrown.message}`)
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500
  if (status === 413) return new RequestProblem('LIMIT_REACHED', messageOf(thrown))
  if (status === 415) return new RequestProblem('UNSUPPORTED', messageOf(thrown))
  if (status >= 400 && status < 500) return new RequestProblem('BAD_REQUEST', messageOf(thrown))
  return new MillwrightError('INTERNAL', 'something went wrong in the server; its log says what', { cause: thrown })
}

/** Answers an error as a problem. */
export function sendProblem(reply: FastifyReply, error: MillwrightError): FastifyReply {
  const { http, retry } = ERROR_CODES[error.code]
  if (error instanceof RequestProblem) void reply.headers(error.headers)
  if (retry && reply.getHeader('retry-after') === undefined) void reply.header('retry-after', '1')
  return reply.code(http).headers({ 'cache-control': 'no-store', 'content-type': PROBLEM_TYPE }).send(Buffer.from(JSON.stringify(problemOf(error))))
}

/** Fastify's error handler: a problem for the caller, a log line for what is our fault. */
export function createErrorHandler(log: Log) {
  return (thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = asMillwrightError(thrown)
    if (error.code === 'INTERNAL') log.error({ err: error.cause ?? thrown, method: request.method, url: request.url }, 'request failed')
    return sendProblem(reply, error)
  }
}
