export const en = {
  soon: "Starting soon",
  startsIn: "Starts in",
  starting: "The broadcast is starting",
  ended: "The transmission has ended",
  nothing: "There is no recording of it to watch.",
  preparing: "The recording is being prepared",
  private: "This video is private",
  removed: "This video is no longer here",
  failed: "The video could not be loaded",
  open: "Open on the site",
};
