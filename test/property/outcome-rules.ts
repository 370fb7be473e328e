import { inspect } from 'node:util';
import { isHoldfastError } from '../../src/errors.js';
import { SECRET, type Tokens } from './model-server.js';
import type { Call, Reply } from './tab.js';
import type { World } from './world.js';

/**
 * What is wrong with the way a call settled. `serves`: the tokens at hand are good, as far as the session can know.
 */
export function whyOutcomeIsWrong(world: World, call: Call, serves: boolean): string | undefined {
  const { outcome, kind } = call;
  if (!outcome) return undefined;
  if ('error' in outcome) {
    if (kind === 'command') return 'a sign-in or sign-out rejects';
    return whyErrorIsWrong(world, call, outcome.error, serves);
  }
  if (kind === 'request') return whyReplyIsWrong(call, outcome.value as Reply);
  if (kind === 'command') return undefined;
  const tokens = outcome.value as Tokens;
  if (call.login !== undefined && tokens.login !== call.login) return `${kind}() resolves to another identity`;
  if (call.tab.left.has(tokens.login)) return `${kind}() resolves to a sign-in that was left`;
  const isOld = tokens.accessToken === call.beganWith && !world.rules.repeated.has(tokens.accessToken);
  if (kind === 'refresh' && isOld) return 'refresh() resolves to the old tokens';
  return undefined;
}

function whyReplyIsWrong({ login, sends }: Call, reply: Reply): string | undefined {
  if (reply.login !== login) return 'a caller gets the reply to another identity';
  if (reply.status === 440) return 'a reply that signs out passes';
  if (reply.status === 401 && login !== undefined && sends < 2) return 'a rejected request is not replayed';
  return undefined;
}

function whyErrorIsWrong(world: World, call: Call, error: unknown, serves: boolean): string | undefined {
  const { controller, options, kind, login, tab } = call;
  if (inspect(error).includes(SECRET)) return 'a token in an error';
  const { signal } = controller;
  if (signal.aborted && error === signal.reason) return undefined;
  if (isHoldfastError(error, 'not-replayable')) {
    return options.replay === false ? undefined : 'not-replayable, though it can be replayed';
  }
  if (isHoldfastError(error, 'session-ended')) {
    if (error.reason === 'server') {
      const isSo = world.rules.hasCause(world, login, error.reason);
      return isSo ? undefined : 'ended by a reply that did not say so';
    }
    if (signal.aborted) return 'an aborted caller is told that the session ended';
    const goesOn = login !== undefined && tab.session.current()?.login === login;
    // A sign-in whose write was lost halfway is written anew, and counts as another one then.
    return goesOn && !world.isExcused(login) ? 'session-ended, but it goes on' : undefined;
  }
  if (isHoldfastError(error, 'refresh-failed')) {
    if (signal.aborted) return 'an aborted caller is told that a refresh failed';
    if (kind === 'request' && serves) return `a request with good tokens fails: ${error.kind}`;
    if (world.setting.calm && error.kind !== 'too-many') return `a refresh fails for no reason: ${error.kind}`;
    return undefined;
  }
  return `an error of another kind: ${String(error)}`;
}
