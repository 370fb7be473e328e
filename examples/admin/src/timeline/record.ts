import { getAdapter, type AxiosInstance } from 'axios';
import type { Session } from 'holdfast';
import { begin, enter, refreshEnded, refreshStarted, settle } from './timeline.js';

/**
 * Writes into the timeline what becomes of each request. The transport, beneath the guard, sees every send; above the
 * guard there is one answer; and that a request is held, the session tells by the tag which the request got here.
 */
export function recordRequests<T>(instance: AxiosInstance, session: Session<T>): void {
  const transport = getAdapter(instance.defaults.adapter);
  const sentOnce = new Set<string>();
  let lastTag = 0;

  instance.defaults.adapter = (config) => {
    const tag = config.session?.tag ?? '';
    enter(tag, sentOnce.has(tag) ? 'replayed' : 'sent');
    sentOnce.add(tag);
    return transport(config);
  };

  instance.interceptors.request.use((config) => {
    const { tag = `request ${(lastTag += 1)}` } = config.session ?? {};
    config.session = { ...config.session, tag };
    begin(tag, `${(config.method ?? 'get').toUpperCase()} ${config.url}`);

    const guarded = getAdapter(config.adapter);
    config.adapter = async (sent) => {
      try {
        const response = await guarded(sent);
        settle(tag, 'answered');
        return response;
      } catch (error) {
        settle(tag, 'failed');
        throw error;
      } finally {
        sentOnce.delete(tag);
      }
    };
    return config;
  });

  session.on('held', ({ tag = '' }) => enter(tag, 'held'));
  session.on('refresh-started', refreshStarted);
  session.on('refreshed', () => refreshEnded('refreshed'));
  session.on('adopted', () => refreshEnded('refreshed'));
  session.on('refresh-failed', () => refreshEnded('failed'));
  session.on('ended', () => refreshEnded('failed'));
}
