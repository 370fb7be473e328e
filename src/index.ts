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
export type { SignInOptions } from './session/sign-in.js';
export type { RetryOptions, SessionOptions } from './session/options.js';
export type { FruitlessOptions } from './session/fruitless.js';
export type { Ending, FailureClass } from './session/failure.js';
export type { GuardOptions, Verdict } from './session/guard-options.js';
export type { SessionSnapshot } from './session/snapshot.js';
export type { RefreshReason, SessionEvent, SessionEventOf, SessionEventType } from './session/events.js';
export { systemClock } from './session/clock.js';
export type { Clock } from './session/clock.js';
export type { Awaitable } from './session/awaitable.js';
export { sameVersion } from './session/record.js';
export type { RefreshClaim, SessionRecord } from './session/record.js';
export type { ConnectedStore } from './session/records.js';
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
