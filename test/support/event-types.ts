import type { SessionEventType } from '../../src/session/core/events.js';

/** Every type of event but `warning`, which is about how a session is set up and not about what happens to it. */
export const EVENT_TYPES = [
  'signed-in',
  'refresh-started',
  'refreshed',
  'adopted',
  'refresh-failed',
  'asked',
  'ended',
  'store-failed',
  'listener-failed',
  'held',
  'released',
  'replayed',
] as const satisfies readonly SessionEventType[];
