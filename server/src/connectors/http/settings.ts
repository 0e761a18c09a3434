import { Type, type Static } from 'typebox'
import { DEFAULT_LINE_TEMPLATE } from '../payload/line-mapping.ts'

export const httpIngestSettings = Type.Object(
  {
    maxBodyBytes: Type.Integer({ default: 67_108_864, minimum: 1024, maximum: 1_073_741_824, description: 'Largest body of a write, in bytes, before and after it is unpacked' }),
    lineTemplate: Type.String({
      default: DEFAULT_LINE_TEMPLATE,
      minLength: 1,
      maxLength: 500,
      description: 'How a measurement and tags of InfluxDB line protocol become an asset path: {measurement}, {tags}, {db}, {host} (any tag), {path*} (a tag that is a path)',
    }),
  },
  { additionalProperties: false },
)
export type HttpIngestSettings = Static<typeof httpIngestSettings>
