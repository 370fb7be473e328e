import { shallowRef, triggerRef } from 'vue';

export type StageName = 'sent' | 'held' | 'replayed';

/** One stretch in the life of a request; times are in milliseconds since 1970. */
export interface Stage {
  readonly name: StageName;
  readonly from: number;
  to?: number;
}

export interface RequestBar {
  readonly tag: string;
  readonly label: string;
  readonly startedAt: number;
  readonly stages: Stage[];
  outcome?: 'answered' | 'failed';
  endedAt?: number;
}

export interface RefreshBand {
  readonly from: number;
  to?: number;
  outcome?: 'refreshed' | 'failed';
}

/** What has happened since the app was last at rest. */
export interface Timeline {
  readonly startedAt: number;
  readonly requests: Map<string, RequestBar>;
  readonly refreshes: RefreshBand[];
}

/** Quiet for this long, and the next request begins a new drawing. */
const REST_MS = 1_500;

export const timeline = shallowRef<Timeline>(blank(0));
let lastAt = 0;

/** Begins a new drawing, unless something is still under way. */
export function clear(): void {
  if (!isBusy(timeline.value)) timeline.value = blank(Date.now());
}

export function begin(tag: string, label: string): void {
  const now = Date.now();
  if (now - lastAt > REST_MS) clear();
  timeline.value.requests.set(tag, { tag, label, startedAt: now, stages: [] });
  changed();
}

export function enter(tag: string, name: StageName): void {
  const request = timeline.value.requests.get(tag);
  if (!request) return;
  const now = Date.now();
  leave(request, now);
  request.stages.push({ name, from: now });
  changed();
}

export function settle(tag: string, outcome: 'answered' | 'failed'): void {
  const request = timeline.value.requests.get(tag);
  if (!request) return;
  request.endedAt = Date.now();
  request.outcome = outcome;
  leave(request, request.endedAt);
  changed();
}

export function refreshStarted(): void {
  refreshEnded('failed');
  timeline.value.refreshes.push({ from: Date.now() });
  changed();
}

export function refreshEnded(outcome: 'refreshed' | 'failed'): void {
  const band = timeline.value.refreshes.at(-1);
  if (!band || band.to !== undefined) return;
  band.to = Date.now();
  band.outcome = outcome;
  changed();
}

export function isBusy({ requests, refreshes }: Timeline): boolean {
  const open = [...requests.values()].some(({ endedAt }) => endedAt === undefined);
  return open || refreshes.some(({ to }) => to === undefined);
}

function leave({ stages }: RequestBar, at: number): void {
  const stage = stages.at(-1);
  if (stage) stage.to = at;
}

function blank(startedAt: number): Timeline {
  return { startedAt, requests: new Map(), refreshes: [] };
}

function changed(): void {
  lastAt = Date.now();
  triggerRef(timeline);
}
