import { deferred, type Deferred } from '../support/deferred.js';
import {
  LIFETIME_MS,
  REFUSED,
  signedIn,
  times,
  tokensNumber,
  track,
  type Tokens,
  type World,
  type WorldOptions,
} from './set-up.js';

export const subject = ({ user }: Tokens): string | undefined => user;
export const alice = (n: number): Tokens => tokensNumber(n, { user: 'alice' });
export const bob = (n: number): Tokens => tokensNumber(n, { user: 'bob' });

type Dialog = {
  readonly contexts: { reason: string; signal: AbortSignal }[];
  close(answer: unknown): Promise<void>;
  cry(error: Error): Promise<void>;
};

export async function refused(more: WorldOptions = {}): Promise<{ world: World; dialog: Dialog }> {
  const contexts: Dialog['contexts'] = [];
  let question: Deferred<Tokens | null> | undefined;
  const world: World = await signedIn(
    {
      subject,
      onExpired(context) {
        contexts.push(context);
        question = deferred();
        return question.promise;
      },
      ...more,
    },
    alice(1),
  );
  const dialog: Dialog = {
    contexts,
    close(answer) {
      question?.resolve(answer as Tokens | null);
      return world.rest();
    },
    cry(error) {
      question?.reject(error);
      return world.rest();
    },
  };
  return { world, dialog };
}

export async function holdAndRefuse(world: World, count = 30) {
  world.clock.jump(LIFETIME_MS);
  const held = times(count, () => track(world.request()));
  await world.rest();
  await world.refresh.fail(REFUSED);
  return held;
}
