import { Type } from 'typebox'
import { saveCompiledCode } from '../kernel/compiled-code.ts'
import { createLog } from '../kernel/log.ts'
import { buildBrowserApp } from './browser-app.ts'
import { aborted } from './aborted.ts'
import { EXIT, defineCommand } from './command.ts'
import { openDataFolder } from './data-folder.ts'
import { startServer } from './server/running-server.ts'

/** `millwright start`: the platform, until it is told to stop. */
export const startCommand = defineCommand({
  name: 'start',
  summary: 'Run the platform',
  details: 'Runs until Ctrl-C or SIGTERM, and then stops cleanly within five seconds.\n\n  millwright start --data /var/lib/millwright --http 127.0.0.1:7420 --mqtt 127.0.0.1:1883',
  flags: Type.Object(
    { buildApp: Type.Optional(Type.Boolean({ description: 'Build the browser app first where it is missing or older than its sources' })) },
    { additionalProperties: false },
  ),
  async run({ flags, settings, terminal, signal }) {
    const log = createLog(settings.log.level)
    const folder = openDataFolder(settings.data, 'start', new Date())
    try {
      const server = await startServer({ settings, folder, log })
      terminal.stdout.write(`Millwright is running.\n  API and app   ${server.url}\n  MQTT          ${server.mqttAddress ?? 'off'}\n  data          ${settings.data}\n`)
      saveCompiledCode()
      if (flags.buildApp === true) void buildBrowserApp(log, signal)
      await aborted(signal)
      await server.stop()
      return EXIT.ok
    } finally {
      folder.release()
    }
  },
})
