/** What this browser keeps for the site; nothing where it refuses (private windows, full). */
export const kept = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(`oxbow.${key}`);
    } catch {
      return null;
    }
  },
  /** Whether it was kept. */
  write(key: string, value: string): boolean {
    try {
      localStorage.setItem(`oxbow.${key}`, value);
      return true;
    } catch {
      return false;
    }
  },
};
