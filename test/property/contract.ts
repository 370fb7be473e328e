import type { RefreshReason } from '../../src/session/state/state.js';
import type { Session } from '../../src/session/session.js';
import type { Facts } from './facts.js';
import type { Life } from './life.js';
import type { RefreshMishap } from './mishaps.js';
import type { Family, ModelServer, Tokens } from './model-server.js';
import type { Schedule } from './schedule.js';
import type { SharedStore } from './shared-store.js';

/** How the sessions of one run are set up, and what server they meet. */
export type Setting = {
  readonly tabs: number;
  /** `page`: none, so that the record lives in the page. */
  readonly store: 'memory' | 'slow' | 'page';
  readonly exclusive: boolean;
  readonly subscribe: boolean;
  /** Whether the server takes a refresh token again, or takes that for theft. */
  readonly grace: boolean;
  /** Whether tokens say when they expire; otherwise only the server knows. */
  readonly tellsExpiry: boolean;
  readonly holdAlways: boolean;
  /** Whether the user's client gives up when its signal aborts. */
  readonly honoursAbort: boolean;
  readonly onExpired: 'none' | 'cancels' | 'same person' | 'same person, guarded' | 'other person' | 'throws';
  readonly chance: number;
  /** How many refreshes may be in vain in their window. */
  readonly fruitlessLimit: number;
  /** No failure of any kind is among the commands, and nothing is slower than its deadline. */
  readonly calm: boolean;
};

export type World = {
  readonly setting: Setting;
  readonly schedule: Schedule;
  readonly server: ModelServer;
  readonly store: SharedStore;
  readonly facts: Facts;
  readonly inFlight: RefreshCall[];
  /** The tabs that commands reach, and all that ever were. */
  readonly tabs: Tab[];
  readonly everyTab: Tab[];
  /** What befalls the next refreshes. */
  readonly mishaps: RefreshMishap[];
  /** What happens to tokens from now on is no longer under the protocol's control: those of a family, or all. */
  excuse(reason: string, family?: Family): void;
  isExcused(login: string): boolean;
};

/** A session under test, and what its user does with it. */
export type Tab = {
  readonly name: string;
  readonly session: Session<Tokens>;
  readonly life: Life;
  readonly calls: Call[];
  /** Access tokens that the server refused to this tab. */
  readonly rejected: Set<string>;
  /** Sign-ins that were left here, by sign-out or by another sign-in. */
  readonly left: Set<string>;
  /** When they were. */
  readonly leftAt: Map<string, number>;
  /** Those that are on their way to the store. */
  readonly arriving: string[];
  /** What was last seen of a record that lives in the page. */
  shown: {
    readonly generation: number;
    readonly login?: string | undefined;
    readonly accessToken?: string | undefined;
  };
  /** The sign-in that was last seen here. */
  seen: string | undefined;
  /** Access tokens that this tab refreshed itself, and when a request was rejected for the second time with them. */
  readonly made: Set<string>;
  readonly inVain: Map<string, number>;
  /** Sign-ins that answered the question of an earlier one for the same person, and which that was. */
  readonly continues: Map<string, string>;
  /** The user is being asked for new tokens. */
  asked: boolean;
  closed: boolean;
  request(options: RequestOptions): Call;
  tokens(rejected: boolean): Call;
  refresh(): Call;
  signIn(user: string): void;
  signOut(): void;
  close(): void;
  kill(): void;
  freeze(): void;
  thaw(): void;
};

/** One call of somebody, and what became of it. */
export type Call = {
  readonly kind: 'request' | 'tokens' | 'refresh' | 'command';
  readonly tab: Tab;
  readonly options: RequestOptions;
  readonly controller: AbortController;
  /** The sign-in that it belongs to; undefined while that is open. */
  login: string | undefined;
  /** The access token at hand when it began, and that of its last send. */
  readonly beganWith: string | undefined;
  /** The user was being asked when it began: it waits for no answer. */
  readonly beganAsked: boolean;
  sentWith: string | undefined;
  sends: number;
  /** In the hands of the user's own functions, where an abort is theirs to notice. */
  away: boolean;
  /** It was aborted where only the session can tell its caller. */
  mustSettle: boolean;
  settled?: Promise<void>;
  outcome?: { readonly value: unknown } | { readonly error: unknown };
};

export type RequestOptions = {
  /** `forbidden` is always answered 401, and `banned` with a reply that signs out. */
  endpoint?: 'ordinary' | 'forbidden' | 'banned';
  replay?: boolean;
  background?: boolean;
  /** Its verdict takes a while, since a body has to be read. */
  slowVerdict?: boolean;
};

export type Reply = { readonly status: number; readonly login: string | undefined };

/** One call of the user's `refresh` that has not come back. */
export type RefreshCall = {
  readonly tab: Tab;
  readonly tokens: Tokens;
  readonly signal: AbortSignal;
  readonly startedAt: number;
};

export type RefreshContext = { readonly signal: AbortSignal; readonly reason: RefreshReason };
