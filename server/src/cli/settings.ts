import { Type, type Static, type TObject } from 'typebox'
import { apiSettings } from '../api/settings.ts'
import { listenProblem } from '../config/listen-address.ts'
import type { CheckFinding, SettingsCheck } from '../config/load-settings.ts'
import { httpIngestSettings } from '../connectors/http/settings.ts'
import { mqttSettings } from '../connectors/mqtt/settings.ts'
import { templateProblem } from '../connectors/payload/line-mapping.ts'
import { sparkplugSettings } from '../connectors/sparkplug/settings.ts'
import { pathSettingsProblems } from '../connectors/sparkplug/host/node-paths.ts'
import { historianSettings } from '../historian/settings.ts'
import { intelligenceSettings } from '../intelligence/settings.ts'
import { journalSettings } from '../journal/settings.ts'
import { plantSettings } from '../plant/plant-settings.ts'
import { provisioningSettings } from '../plant/provisioning-settings.ts'
import { publishingProblems, publishingSettings } from '../publishing/settings.ts'
import { checkConnections, connectionsSection } from './connection-settings.ts'

const address = (what: string, usual: string, examples: string[]) => Type.String({ default: usual, description: what, maxLength: 300, examples })

/** A section that a part of the house declares, with a line about it for the documentation. */
function section<S extends TObject>(schema: S, description: string): S {
  return { ...schema, description }
}

/** All settings of Millwright. The parts of the house declare their own sections; this is the one place that puts them together. */
export const settingsSchema = Type.Object(
  {
    data: Type.String({ default: './data', minLength: 1, maxLength: 4096, description: 'Folder in which everything is kept' }),
    timeZone: Type.String({
      default: 'UTC',
      description: 'Time zone of the plant (IANA name): where its days, shifts and weeks begin',
      maxLength: 100,
      examples: ['Asia/Shanghai'],
    }),
    http: Type.Object(
      { listen: address('Where the API listens', '127.0.0.1:7420', ['127.0.0.1:7420', '[::1]:7420']), ...httpIngestSettings.properties },
      { additionalProperties: false, shorthand: 'listen', description: 'HTTP: the API, and one of the ways in' },
    ),
    mqtt: Type.Object(
      {
        listen: address('Where the embedded MQTT broker listens; `off` turns it off', '127.0.0.1:1883', ['127.0.0.1:1883', 'off']),
        ...mqttSettings.properties,
      },
      { additionalProperties: false, shorthand: 'listen', description: 'The embedded MQTT broker' },
    ),
    sparkplug: section(sparkplugSettings, 'Sparkplug B on the embedded MQTT broker'),
    log: Type.Object(
      {
        level: Type.Union(
          (['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const).map((level) => Type.Literal(level)),
          { default: 'info', description: 'The least severe messages that are written to standard error' },
        ),
      },
      { additionalProperties: false, shorthand: 'level', description: 'The log' },
    ),
    connections: connectionsSection,
    api: section(apiSettings, 'The API: who may ask, and how much one may ask for'),
    plant: section(plantSettings, 'The running plant'),
    provisioning: section(provisioningSettings, 'What happens when a source names a signal that nobody declared'),
    journal: section(journalSettings, 'The journal: what is promised to machines'),
    historian: section(historianSettings, 'The historian: where samples are kept'),
    intelligence: section(intelligenceSettings, 'Intelligence: what watches the machines'),
    publishing: section(publishingSettings, 'Publishing: what of the plant is told to others'),
  },
  { additionalProperties: false },
)

export type Settings = Static<typeof settingsSchema>

/** The rules over several settings, of all sections. */
export const settingsChecks: readonly SettingsCheck<Settings>[] = [checkAddresses, checkTimeZone, checkLineTemplate, checkConnections, checkSparkplug, ({ publishing }) => publishingProblems(publishing)]

function checkAddresses({ http, mqtt }: Settings): readonly CheckFinding[] {
  const findings: CheckFinding[] = []
  const httpProblem = listenProblem(http.listen)
  if (httpProblem !== undefined) findings.push({ path: 'http.listen', message: httpProblem })
  const mqttProblem = mqtt.listen === 'off' ? undefined : listenProblem(mqtt.listen)
  if (mqttProblem !== undefined) findings.push({ path: 'mqtt.listen', message: mqttProblem.startsWith('expected') ? `${mqttProblem}, or "off"` : mqttProblem })
  if (findings.length === 0 && http.listen === mqtt.listen && !http.listen.endsWith(':0')) {
    findings.push({ path: 'mqtt.listen', message: `HTTP listens at ${http.listen} already; give MQTT another port` })
  }
  return findings
}

function checkLineTemplate({ http }: Settings): readonly CheckFinding[] {
  const problem = templateProblem(http.lineTemplate)
  return problem === undefined ? [] : [{ path: 'http.lineTemplate', message: `"${http.lineTemplate}" cannot be used: ${problem}` }]
}

function checkTimeZone({ timeZone }: Settings): readonly CheckFinding[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return []
  } catch {
    return [{ path: 'timeZone', message: `"${timeZone}" is no time zone; expected an IANA name, such as Asia/Shanghai or Europe/Berlin` }]
  }
}

function checkSparkplug({ sparkplug }: Settings): readonly CheckFinding[] {
  return pathSettingsProblems(sparkplug).map((message) => ({ path: 'sparkplug', message }))
}
