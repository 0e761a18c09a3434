import { Type } from 'typebox'
import { expectedBandSchema } from '@millwright/model/wire/expected-band.ts'
import type { ExpectedBands } from '../expected/expected-bands.ts'
import { answer, type TypedServer } from './route-answer.ts'

const time = (description: string) => Type.Number({ minimum: 0, maximum: 1e14, description: `${description}, in milliseconds since the epoch` })

const parameters = Type.Object(
  {
    asset: Type.String({ minLength: 1, maxLength: 1_000, description: 'Path of the asset' }),
    signals: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 48, description: 'Names of signals of the asset; all that are watched together unless given' })),
    from: time('Begin'),
    to: time('End'),
    points: Type.Optional(Type.Integer({ default: 400, minimum: 1, maximum: 2_000, description: 'Steps at most' })),
  },
  { additionalProperties: false },
)

/** In which band signals were expected, over any time of the past. */
export function registerExpected(app: TypedServer, { bands, assetAt }: { readonly bands: ExpectedBands; readonly assetAt: (path: string) => number }): void {
  app.get('/api/v1/intelligence/expected', { schema: { tags: ['intelligence'], operationId: 'readExpected', summary: 'The band in which the champion expects signals of an asset, over time', querystring: parameters, response: answer(expectedBandSchema) } }, async ({ query }) => {
    const { asset, signals, from, to, points = 400 } = query
    return await bands.read({ asset: assetAt(asset), path: asset, signals, fromMs: from, toMs: to, points })
  })
}
