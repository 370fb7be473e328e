export { createAuthServer } from './auth-server.js';
export type {
  AuthServer,
  AuthServerCounters,
  AuthServerOptions,
  AuthServerTokens,
} from './auth-server/contract.js';
export { DroppedAnswerError, isDroppedAnswer } from './auth-server/delays.js';
export type { EchoedRequest } from './auth-server/echo.js';
export type { RefreshFault, RefreshFaultOptions } from './auth-server/faults.js';
export type { AuthServerStyle } from './auth-server/replies.js';
export type { AccessTokenFormat, AuthServerSettings } from './auth-server/settings.js';
export type { AuthServerProfile, AuthServerUser } from './auth-server/users.js';
export { manualClock, type ManualClock } from './manual-clock.js';
export { storeSuite } from './store-suite.js';
export type {
  StoreSuiteCase,
  StoreSuiteExtra,
  StoreSuiteOptions,
  StoreSuitePlace,
  StoreSuiteTokens,
} from './store-suite/contract.js';
