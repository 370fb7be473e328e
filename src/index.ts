export { HoldfastError, isHoldfastError } from './errors.js';
export { findHoldfastError } from './errors/find.js';
export type {
  EndReason,
  HoldfastErrorCode,
  HoldfastErrorDetails,
  HoldfastErrorOf,
  RefreshFailureKind,
} from './errors.js';
export { createSession } from './session/session.js';
export type { Session } from './session/session.js';
export type { SignInOptions } from './session/core/sign-in.js';
export type { RetryOptions, SessionOptions } from './session/core/options.js';
export type { FruitlessOptions } from './session/core/fruitless.js';
export type { Ending, FailureClass } from './session/state/failure.js';
export type { GuardOptions, Verdict } from './session/request/guard-options.js';
export type { SessionSnapshot } from './session/core/snapshot.js';
export type { SessionEvent, SessionEventOf, SessionEventType } from './session/core/events.js';
export type { RefreshReason } from './session/state/state.js';
export { systemClock } from './session/platform/clock.js';
export type { Clock } from './session/platform/clock.js';
export type { Awaitable } from './session/platform/awaitable.js';
export { sameVersion } from './session/state/record.js';
export type { RefreshClaim, SessionRecord } from './session/state/record.js';
export type { ConnectedStore } from './session/core/records.js';
export { isSessionRecord } from './sharing/is-session-record.js';
export { memoryStore } from './sharing/memory-store.js';
export { sharedStore } from './sharing/shared-store.js';
export type { SharedStore } from './sharing/shared-store.js';
export type { TokenStore } from './sharing/token-store.js';
export { bearer, header, query } from './policy/attach.js';
export type { Attach, Attachment } from './policy/attach.js';
export { buffered } from './policy/buffered.js';
export type { BufferedBody, Buffering } from './policy/buffered.js';
export { challenge, envelope, firstOf, graphql, statuses } from './policy/judge.js';
export type { AnyJudge, EnvelopeOptions, Judge } from './policy/judge.js';
export type { JudgedReply } from './policy/replies.js';
