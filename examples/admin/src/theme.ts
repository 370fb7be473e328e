import { ref, watchEffect } from 'vue';

export type Theme = 'light' | 'dark';

const KEY = 'admin.theme';

/** What the person chose, or else what the system prefers. */
export const theme = ref<Theme>(chosen() ?? preferred());

/** Puts the theme on the page, now and whenever it changes. */
export function followTheme(): void {
  watchEffect(() => {
    document.documentElement.classList.toggle('dark', theme.value === 'dark');
    document.documentElement.style.colorScheme = theme.value;
  });
}

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, theme.value);
}

function chosen(): Theme | undefined {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : undefined;
}

function preferred(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
