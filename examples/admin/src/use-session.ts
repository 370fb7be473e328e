import type { SessionSnapshot } from 'holdfast';
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { session } from './session.js';

/** The session's snapshot, as long as the component lives. */
export function useSession(): Readonly<ShallowRef<SessionSnapshot>> {
  const snapshot = shallowRef(session.snapshot());
  onScopeDispose(session.subscribe(() => (snapshot.value = session.snapshot())));
  return snapshot;
}
