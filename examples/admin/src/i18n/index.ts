import { createI18n } from 'vue-i18n';
import { en } from './en.js';
import { zh } from './zh.js';

export type Language = 'zh' | 'en';

const KEY = 'admin.language';

function initial(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === 'zh' || kept === 'en') return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: initial(),
  fallbackLocale: 'en',
  messages: { zh, en },
});

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(KEY, language);
}
