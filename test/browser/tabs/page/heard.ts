import type { Session, SessionEvent, SessionEventType } from '../../../../src/index.js';
import { deferred } from '../../../support/deferred.js';
import { EVENT_TYPES } from '../../../support/event-types.js';

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
  let following = deferred();
  function nudge(): void {
    following.resolve();
    following = deferred();
  }
  for (const type of EVENT_TYPES) {
    session.on(type, (event) => {
      events.push(event);
      nudge();
    });
  }
  return {
    events,
    count: (type) => events.filter((event) => event.type === type).length,
    next: () => following.promise,
    nudge,
  };
}
