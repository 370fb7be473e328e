import { ref, watchEffect } from 'vue';

const KEY = 'admin.theme';

export type Theme = 'light' | 'dark';

const preferred: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';

/** What the person chose, or else what the system prefers. */
export const theme = ref<Theme>(localStorage.getItem(KEY) === 'dark' ? 'dark' : (localStorage.getItem(KEY) === 'light' ? 'light' : preferred));

watchEffect(() => {
  document.documentElement.classList.toggle('dark', theme.value === 'dark');
  document.documentElement.style.colorScheme = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, theme.value);
}
