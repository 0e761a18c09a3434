import { Type, type Static } from 'typebox'

const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const orNull = <T extends ReturnType<typeof Type.Number>>(schema: T) => Type.Union([schema, Type.Null()])
const words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false })

/** Ways of forecasting that are compared for every signal. */
export const FORECAST_METHODS = ['seasonal_naive', 'linear', 'exponential_smoothing', 'boosting', 'combination'] as const
export type ForecastMethod = (typeof FORECAST_METHODS)[number]
export const forecastMethodSchema = Type.Enum([...FORECAST_METHODS])

/** How one method did when it told the signal's own past: each time from what was known before (rolling origin). */
export const forecastTrialSchema = Type.Object(
  {
    method: forecastMethodSchema,
    isChampion: Type.Boolean({ description: 'It makes the forecast' }),
    mae: Type.Number({ description: "Mean absolute error, in the signal's unit" }),
    rmse: Type.Number({ description: "Root of the mean squared error, in the signal's unit" }),
    crps: Type.Number({ description: "Continuous ranked probability score of its distribution, in the signal's unit: smaller is better" }),
    coverage: orNull(Type.Number({ description: 'Part of the later trials inside of the interval that the earlier ones gave; null with too few trials' })),
    gain: Type.Number({ description: 'By what part its mean absolute error is smaller than that of the seasonal naive forecast; negative: larger' }),
  },
  { additionalProperties: false },
)
export type WireForecastTrial = Static<typeof forecastTrialSchema>

/** When a forecast reaches a limit of the signal. */
export const limitForecastSchema = Type.Object(
  {
    side: Type.Unsafe<'high' | 'low'>({ type: 'string', enum: ['high', 'low'] }),
    limit: Type.Number(),
    isBeyond: Type.Boolean({ description: 'The signal is beyond it already' }),
    expected: orNull(timeMs('When it is expected to be reached; null: not within the horizon')),
    earliest: orNull(timeMs('When the interval reaches it first; null: not within the horizon')),
    latest: orNull(timeMs('When all of the interval is beyond it; null: not within the horizon')),
    summary: words,
  },
  { additionalProperties: false },
)
export type WireLimitForecast = Static<typeof limitForecastSchema>

/** The forecast of a signal, with the interval that holds the truth as often as was asked. Columns: element `i` of each belongs to `times[i]`. */
export const forecastSchema = Type.Object(
  {
    signal: Type.String({ description: 'Path of the signal' }),
    unit: Type.Union([Type.String(), Type.Null()]),
    made: timeMs('When it was made'),
    everySeconds: Type.Number({ description: 'Seconds of a step; each value is the average over its step' }),
    seasonSeconds: orNull(Type.Number({ description: 'Length of the season that was found; null: none' })),
    coverage: Type.Number({ description: 'Part of the cases that the interval shall hold' }),
    times: Type.Array(Type.Number(), { description: 'Ends of the steps, in milliseconds since the epoch' }),
    expected: Type.Array(Type.Number()),
    low: Type.Array(Type.Number()),
    high: Type.Array(Type.Number()),
    past: Type.Object({ times: Type.Array(Type.Number()), values: Type.Array(Type.Union([Type.Number(), Type.Null()])) }, { additionalProperties: false, description: 'The newest steps that it was made from; null is a gap' }),
    trainedSteps: Type.Integer({ description: 'Steps of the past with a value that it learned from' }),
    trials: Type.Integer({ description: 'Forecasts of the past by which the methods were compared' }),
    methods: Type.Array(forecastTrialSchema, { description: 'The best first' }),
    why: words,
    limits: Type.Array(limitForecastSchema),
  },
  { additionalProperties: false },
)
export type WireForecast = Static<typeof forecastSchema>
