import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './i18n/index.js';
import { router } from './router.js';
import { signInAgainWhenEnded } from './sign-in-again.js';
import { joinTabs } from './tabs/tabs.js';
import { wearName } from './tabs/wear-name.js';
import { followTheme } from './theme.js';

const app = createApp(App).use(createPinia()).use(i18n).use(router);
followTheme();
signInAgainWhenEnded(router);
app.mount('#app');
// For the demonstration alone; leave it out of your app.
wearName();
void joinTabs();
