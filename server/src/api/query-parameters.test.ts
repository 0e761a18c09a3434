import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import { RequestProblem } from './problem.ts'
import { readQueryParameters, type ParametersSchema } from './query-parameters.ts'

const parameters = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, default: 5 })),
  direct: Type.Optional(Type.Boolean()),
  order: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['ascending', 'descending'] })),
  names: Type.Optional(Type.Array(Type.String({ maxLength: 5 }), { maxItems: 3 })),
  under: Type.String({ maxLength: 10 }),
})
// The reader sees a schema as the router hands it over: as plain JSON.
const schema = JSON.parse(JSON.stringify(parameters)) as ParametersSchema

test('text becomes what the schema says, with defaults for what is not given', () => {
  assert.deepEqual(readQueryParameters(schema, { under: 'a', limit: '7', direct: 'false', names: ['a,b', 'c'] }), { under: 'a', limit: 7, direct: false, names: ['a', 'b', 'c'] })
  assert.deepEqual(readQueryParameters(schema, { under: 'a' }), { under: 'a', limit: 5 })
})

test('all problems are told at once, each with its parameter and what would be right', () => {
  const query = { limt: '7', limit: '11', direct: 'yes', order: 'descendin', names: 'a,b,c,d' }
  assert.throws(() => readQueryParameters(schema, query), (error) => {
    assert.ok(error instanceof RequestProblem)
    assert.deepEqual(error.items, [
      { parameter: 'limt', detail: 'there is no such parameter here; did you mean "limit"?' },
      { parameter: 'limit', detail: 'expected a whole number from 1 to 10, got "11"' },
      { parameter: 'direct', detail: 'expected true or false, got "yes"' },
      { parameter: 'order', detail: 'expected one of ascending, descending, got "descendin"; did you mean "descending"?' },
      { parameter: 'names', detail: 'takes at most 3 values, not 4' },
      { parameter: 'under', detail: 'is required' },
    ])
    return true
  })
})

test('names of the prototype are unknown parameters', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.throws(() => readQueryParameters(schema, Object.fromEntries([['under', 'a'], [name, '1']])), { code: 'BAD_REQUEST' }, name)
  }
})

test('no query makes the reader throw anything but a problem', () => {
  const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 5 }))
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.constantFrom('limit', 'direct', 'order', 'names', 'under'), fc.string()), value), (query) => {
      try {
        readQueryParameters(schema, query)
      } catch (error) {
        assert.ok(error instanceof RequestProblem)
      }
    }),
    { seed: 3, numRuns: 500 },
  )
})
