import { computed, shallowRef, triggerRef, type ComputedRef } from 'vue';
import { ask, METHODS, orderAt } from '../api/storm.js';
import { session } from '../session.js';
import { clear, onHappening, REST_MS, timeline as ownTimeline } from '../timeline/own.js';
import { blank, endOf, follow, isBusy, type Happening, type Timeline } from '../timeline/timeline.js';
import { takeNumber, untilGone } from './own-number.js';

/** What the tabs of this app tell each other, for this page alone: the session needs none of it. */
type Message = { readonly from: number } & (
  | { readonly type: 'hello' }
  | { readonly type: 'here'; readonly timeline: Timeline }
  | { readonly type: 'happened'; readonly happening: Happening }
  | { readonly type: 'fire'; readonly count: number }
  | { readonly type: 'gone' }
);
type News = Message extends infer One ? (One extends Message ? Omit<One, 'from'> : never) : never;

/** An open tab of this app. */
export interface Tab {
  readonly number: number;
  readonly timeline: Timeline;
}

/** This tab's number, once it has one. */
export const own = shallowRef<number>();

const others = shallowRef(new Map<number, Timeline>());
/** None where the browser has no such thing: then this tab is the only one it knows of. */
let channel: BroadcastChannel | undefined;
let storms = 0;

/** All open tabs, this one among them, in the order of their numbers. */
export const tabs: ComputedRef<readonly Tab[]> = computed(() => {
  const all = [...others.value].map(([number, timeline]) => ({ number, timeline }));
  if (own.value !== undefined) all.push({ number: own.value, timeline: ownTimeline.value });
  return all.sort((a, b) => a.number - b.number);
});

/** Takes a number and a place among the tabs. */
export async function joinTabs(): Promise<void> {
  own.value = await takeNumber();
  if (!('BroadcastChannel' in globalThis)) return;
  channel = new BroadcastChannel('admin.tabs');
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => hear(data));
  onHappening((happening) => say({ type: 'happened', happening }));
  say({ type: 'hello' });
  say({ type: 'here', timeline: ownTimeline.value });
  addEventListener('pagehide', () => say({ type: 'gone' }));
  // Back from the back-forward cache.
  addEventListener('pageshow', () => say({ type: 'here', timeline: ownTimeline.value }));
}

/** Every tab sends so many requests, all at once. */
export async function fireEverywhere(count: number): Promise<void> {
  say({ type: 'fire', count });
  await fire(count);
}

/** The timelines that belong to what was last under way; what another tab did long before is left out. */
export function recent(all: readonly Tab[]): readonly Tab[] {
  const begun = Math.max(0, ...all.filter(isDrawn).map(({ timeline }) => timeline.startedAt));
  return all.map((tab) =>
    isBusy(tab.timeline) || endOf(tab.timeline) >= begun - REST_MS ? tab : { ...tab, timeline: blank(begun) },
  );
}

function isDrawn({ timeline }: Tab): boolean {
  return timeline.requests.size > 0;
}

function hear(message: Message): void {
  const { from } = message;
  if (message.type === 'gone') {
    forget(from);
    return;
  }
  if (!others.value.has(from)) {
    others.value.set(from, blank(0));
    void untilGone(from).then(() => forget(from));
  }
  switch (message.type) {
    case 'hello':
      say({ type: 'here', timeline: ownTimeline.value });
      break;
    case 'here':
      others.value.set(from, message.timeline);
      break;
    case 'happened':
      others.value.set(from, follow(others.value.get(from) ?? blank(0), message.happening));
      break;
    case 'fire':
      void fire(message.count);
      break;
  }
  triggerRef(others);
}

function forget(number: number): void {
  others.value.delete(number);
  triggerRef(others);
}

function say(news: News): void {
  if (own.value === undefined) return;
  const message: Message = { ...news, from: own.value };
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  channel?.postMessage(message);
}

async function fire(count: number): Promise<void> {
  // Whoever is signing in has nothing to ask.
  if (session.current() === null || location.pathname === '/login') return;
  storms += 1;
  clear();
  await Promise.allSettled(
    Array.from({ length: count }, (_, index) =>
      ask(METHODS[index % METHODS.length] ?? 'GET', orderAt(index), `tabs ${storms}, ${index}`),
    ),
  );
}
