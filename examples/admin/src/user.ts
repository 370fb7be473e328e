import { defineStore } from 'pinia';
import { computed, ref } from 'vue';

export interface Profile {
  readonly username: string;
  readonly name: string;
  readonly customerCode: string;
}

const KEY = 'admin.user';

/** Who is signed in, for all pages to show. Tokens are the session's business. */
export const useUser = defineStore('user', () => {
  const profile = ref<Profile | null>(stored());

  return {
    profile: computed(() => profile.value),
    remember(newcomer: Profile): void {
      profile.value = newcomer;
      localStorage.setItem(KEY, JSON.stringify(newcomer));
    },
    forget(): void {
      profile.value = null;
      localStorage.removeItem(KEY);
    },
    /** Takes over what another tab has written. */
    restore(): void {
      profile.value = stored();
    },
  };
});

function stored(): Profile | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Profile | null;
  } catch {
    return null;
  }
}
