import { onScopeDispose, ref, type Ref } from 'vue';

const TICK_MS = 250;

/** The time in milliseconds, for countdowns. */
export function useClock(): Readonly<Ref<number>> {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), TICK_MS);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
