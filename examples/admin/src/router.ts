import { createRouter, createWebHistory } from 'vue-router';
import { loginLocation } from './redirect.js';
import { session } from './session.js';
import { useUser } from './user.js';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue') },
    {
      path: '/',
      component: () => import('./components/AppShell.vue'),
      children: [
        { path: '', name: 'storm', component: () => import('./pages/StormPage.vue') },
        { path: 'tabs', name: 'tabs', component: () => import('./pages/TabsPage.vue') },
        { path: 'orders', name: 'orders', component: () => import('./pages/OrdersPage.vue') },
        { path: 'faults', name: 'faults', component: () => import('./pages/FaultsPage.vue') },
        { path: 'settings', name: 'settings', component: () => import('./pages/SettingsPage.vue') },
      ],
    },
    { path: '/:unknown(.*)', redirect: '/' },
  ],
});

router.beforeEach(async (to) => {
  if (to.name === 'login') return true;
  await session.ready;
  return session.current() !== null || loginLocation(to, useUser().profile?.customerCode);
});
