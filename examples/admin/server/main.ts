import { parseArgs } from 'node:util';
import { createAdmin } from './app.js';
import { listen } from './listen.js';
import { runTour } from './tour/tour.js';

const { values: given } = parseArgs({
  options: {
    /** Where to listen; the next free one is taken when it is not. */
    port: { type: 'string', default: '5173' },
    /** Makes the tour and ends. */
    tour: { type: 'boolean', default: false },
    /** Makes the tour and ends with one line of JSON. */
    json: { type: 'boolean', default: false },
    /** Serves without a tour. */
    serve: { type: 'boolean', default: false },
  },
});

const { app, auth } = createAdmin();
const listening = await listen(app.fetch, Number(given.port));

async function close(): Promise<void> {
  auth.close();
  await listening.close();
}

if (!given.serve) {
  const { settings } = auth;
  const asServed = { ...settings };
  const good = await runTour(auth, listening.origin, { json: given.json });
  Object.assign(settings, asServed);
  if (!good) process.exitCode = 1;
}

if (given.tour || given.json) {
  await close();
} else {
  console.log(`\n  ${listening.origin}   sign in as ada / ada or lin / lin   (Ctrl-C ends it)\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close());
}
