import { shallowRef, triggerRef } from 'vue';
import { blank, follow, isBusy, type Happening, type Timeline } from './timeline.js';

/** Quiet for this long, and the next request begins a new drawing. */
export const REST_MS = 1_500;

/** What happens in this tab. */
export const timeline = shallowRef<Timeline>(blank(0));

type Told = Happening extends infer One ? (One extends Happening ? Omit<One, 'at'> : never) : never;
type Listener = (happening: Happening) => void;

const listeners = new Set<Listener>();
let lastAt = 0;

/** Now this has happened. */
export function tell(told: Told): void {
  const at = Date.now();
  const isAtRest = at - lastAt > REST_MS || timeline.value.requests.size === 0;
  if (told.type === 'begun' && isAtRest) clear();
  lastAt = at;
  const happening: Happening = { ...told, at };
  timeline.value = follow(timeline.value, happening);
  triggerRef(timeline);
  for (const listener of listeners) listener(happening);
}

/** Begins a new drawing, unless something is still under way. */
export function clear(): void {
  if (!isBusy(timeline.value)) tell({ type: 'cleared' });
}

/** Calls `listener` for each thing that happens from now on. */
export function onHappening(listener: Listener): void {
  listeners.add(listener);
}
