import type { Session, SessionEvent, SessionEventType } from '../../../../src/index.js';

const TYPES: readonly SessionEventType[] = [
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
];

/** What a session has told since it was made. */
export type Heard = {
  readonly events: readonly SessionEvent[];
  count(type: SessionEventType): number;
  /** Resolves at the next event, or when somebody calls `nudge()`. */
  next(): Promise<void>;
  nudge(): void;
};

export function listenTo<T>(session: Session<T>): Heard {
  const events: SessionEvent[] = [];
  const waiting: (() => void)[] = [];
  function nudge(): void {
    for (const resolve of waiting.splice(0)) resolve();
  }
  for (const type of TYPES) {
    session.on(type, (event) => {
      events.push(event);
      nudge();
    });
  }
  return {
    events,
    count: (type) => events.filter((event) => event.type === type).length,
    next: () => new Promise((resolve) => void waiting.push(resolve)),
    nudge,
  };
}
