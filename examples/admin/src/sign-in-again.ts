import { ElMessage } from 'element-plus';
import type { Router } from 'vue-router';
import { i18n } from './i18n/index.js';
import { loginLocation } from './redirect.js';
import { session } from './session.js';
import { useUser } from './user.js';

/** What the app does when a session is over: once, however many requests were waiting for it. */
export function signInAgainWhenEnded(router: Router): void {
  const user = useUser();

  session.on('ended', ({ reason }) => {
    const customerCode = user.profile?.customerCode;
    user.forget();
    const from = router.currentRoute.value;
    if (from.name === 'login') return;
    if (reason !== 'signed-out') ElMessage.error(i18n.global.t('session.lost'));
    void router.replace(loginLocation(from, customerCode));
  });

  session.on('signed-in', ({ by }) => {
    if (by === 'elsewhere') user.restore();
  });
}
