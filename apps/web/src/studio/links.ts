/** Addresses of pages of other areas that the studio leads to. */
export const links = {
  studio: "/studio",
  live: "/studio/live",
  recordings: "/studio/recordings",
  settings: "/studio/settings",
  recording: (video: string): string => `/studio/recordings/${video}`,
  trim: (video: string): string => `/studio/recordings/${video}/trim`,
  file: (wish: string): string => `/studio/exports/${wish}`,
  watch: (video: string): string => `/watch/${video}`,
  channel: (handle: string): string => `/c/${handle}`,
} as const;
