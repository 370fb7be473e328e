import type { EventLog } from './events.js';
import type { LiveState } from '../state/live-state.js';
import type { Settings } from './settings.js';

/** What every part of a session stands on. */
export type SessionCore<T> = {
  readonly settings: Settings<T>;
  readonly state: LiveState<T>;
  readonly log: EventLog;
};
