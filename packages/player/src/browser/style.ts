/** The style of the shadow root. Custom properties beginning with `--oxbow-` are a site's to set. */
export const style = `
:host {
  --accent: var(--oxbow-accent, #5ad1c2);
  --on-accent: var(--oxbow-on-accent, #06201d);
  --live: var(--oxbow-live, #e5383b);
  --ink: var(--oxbow-ink, #f3f6f6);
  --dim: var(--oxbow-dim, #b4c0c2);
  --ground: var(--oxbow-ground, #0b1113);
  --panel: var(--oxbow-panel, rgb(14 21 24 / 97%));
  --radius: var(--oxbow-radius, 0px);
  display: block;
  position: relative;
  aspect-ratio: 16 / 9;
  color-scheme: dark;
  color: var(--ink);
  background: var(--ground);
  border-radius: var(--radius);
  overflow: hidden;
  font: 14px/1.4 var(--oxbow-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  container-type: size;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
p { margin: 0; }
.frame { position: absolute; inset: 0; background: var(--ground); overflow: hidden; }
media-controller {
  inline-size: 100%; block-size: 100%;
  --media-background-color: var(--ground);
  --media-primary-color: var(--ink);
  --media-secondary-color: transparent;
  --media-control-background: transparent;
  --media-control-hover-background: rgb(255 255 255 / 14%);
  --media-control-padding: 10px;
  --media-control-height: 24px;
  --media-button-icon-height: 24px;
  --media-font-family: inherit;
  --media-font-size: 14px;
  --media-range-track-height: 4px;
  --media-range-track-border-radius: 2px;
  --media-range-track-background: rgb(255 255 255 / 30%);
  --media-range-bar-color: var(--ink);
  --media-range-thumb-background: var(--ink);
  --media-loading-indicator-icon-height: 72px;
  --media-loading-indicator-transition-delay: 600ms;
  --media-tooltip-background: rgb(6 10 11 / 90%);
  --media-focus-box-shadow: inset 0 0 0 2px var(--accent);
}
video { object-fit: contain; }
video::cue { font: 600 1em/1.3 system-ui, sans-serif; color: #fff; background: rgb(0 0 0 / 78%); }
video[data-caption-look="outline"]::cue { background: transparent; text-shadow: 0 0 3px #000, 0 0 3px #000, 0 0 6px #000; }
video[data-caption-look="yellow"]::cue { color: #ffe45c; background: rgb(0 0 0 / 88%); }
video[data-caption-size="small"]::cue { font-size: 0.75em; }
video[data-caption-size="large"]::cue { font-size: 1.5em; }

.top { inline-size: 100%; padding: 16px 20px 44px; background: linear-gradient(rgb(0 0 0 / 68%), transparent); pointer-events: none !important; }
.title { font-size: clamp(14px, 2.2cqi, 20px); font-weight: 600; line-height: 1.3; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-shadow: 0 1px 3px rgb(0 0 0 / 60%); }
.top, .bottom, .unmute { line-height: 1.4; }
.bottom { inline-size: 100%; padding: 48px 10px 6px; background: linear-gradient(transparent, rgb(0 0 0 / 78%)); }
media-control-bar { inline-size: 100%; align-items: center; min-block-size: 44px; }
media-control-bar > * { border-radius: 8px; flex: none; }
media-control-bar > .space { flex: 1; }
media-volume-range { inline-size: 84px; }
button { font: inherit; color: inherit; border: 0; background: none; cursor: pointer; padding: 0; }
svg { inline-size: 24px; block-size: 24px; fill: currentColor; display: block; }
svg text { font: 700 8px/1 system-ui, sans-serif; text-anchor: middle; }
.control { inline-size: 44px; block-size: 44px; display: grid; place-items: center; }
.control:hover, .live-badge:hover { background: rgb(255 255 255 / 14%); }
.captions[aria-pressed="true"] { color: var(--accent); box-shadow: inset 0 -3px 0 -1px var(--accent); }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.time { padding-inline: 8px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.time small { font-size: 12px; color: var(--dim); padding-inline-start: 8px; }

.live-badge { display: flex; align-items: center; gap: 8px; min-block-size: 44px; padding-inline: 12px; font-weight: 650; white-space: nowrap; }
.live-badge i { inline-size: 8px; block-size: 8px; border-radius: 50%; background: #9aa5a8; }
.live-badge .edge { display: none; }
.live-badge .go { color: #d4dbdc; }
[data-edge] .live-badge .edge { display: inline; padding: 1px 8px; border-radius: 4px; background: var(--live); color: #fff; text-transform: uppercase; font-size: 12px; letter-spacing: 0.06em; }
[data-edge] .live-badge :is(.go, i) { display: none; }
[data-edge] .live-badge { cursor: default; background: none; }
.frame:not([data-kind="live"]) .live-badge, .frame[data-closed] .live-badge { display: none; }

.seek { position: relative; block-size: 24px; margin-inline: 10px; cursor: pointer; }
.seek input { position: absolute; inset: -10px -8px; inline-size: calc(100% + 16px); block-size: 44px; margin: 0; opacity: 0; cursor: pointer; touch-action: none; }
.track { position: absolute; inset: 10px 0 auto; block-size: 4px; border-radius: 2px; background: rgb(255 255 255 / 28%); transition: transform 0.12s; }
.seek:is(:hover, :focus-within) .track { transform: scaleY(1.5); }
.track > i { position: absolute; inset-block: 0; inset-inline-start: 0; border-radius: inherit; inline-size: calc(100% * var(--part, 0)); }
.loaded { background: rgb(255 255 255 / 30%); }
.played { background: var(--accent); }
.frame[data-kind="live"][data-edge] .played { background: var(--live); }
.seek::after { content: ""; position: absolute; inset-block-start: 5px; inset-inline-start: calc(100% * var(--played, 0) - 7px); inline-size: 14px; block-size: 14px; border-radius: 50%; background: #fff; transform: scale(0.7); transition: transform 0.12s; pointer-events: none; }
.seek:is(:hover, :focus-within)::after { transform: none; }
.seek:has(input:focus-visible)::after { box-shadow: 0 0 0 3px var(--accent); }
.ticks i { position: absolute; inset-block: -3px; inline-size: 3px; margin-inline-start: -1px; border-radius: 1px; background: #ffd166; inset-inline-start: calc(100% * var(--at)); }
.peek { position: absolute; inset-block-end: 30px; inset-inline-start: 0; translate: calc(var(--x, 0px) - 50%); display: grid; justify-items: center; padding: 4px 8px; border-radius: 8px; background: var(--panel); font-variant-numeric: tabular-nums; text-align: center; pointer-events: none; white-space: nowrap; box-shadow: 0 4px 18px rgb(0 0 0 / 45%); }
.peek .picture { display: none; border-radius: 5px; background-repeat: no-repeat; margin: 0 -4px 4px; }
.peek .picture[style*="url"] { display: block; }
.peek .clock { font-size: 12px; color: var(--dim); }
.peek .clock:empty { display: none; }

.start { position: absolute; inset-block-start: calc(50cqb - 42px); inset-inline-start: calc(50% - 42px); inline-size: 84px; block-size: 84px; border-radius: 50%; display: none; place-items: center; background: rgb(6 10 11 / 62%) !important; transition: background 0.15s; }
.start svg { inline-size: 44px; block-size: 44px; }
.start:hover { background: var(--accent) !important; color: var(--on-accent); }
.start:focus-visible, .unmute:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
.frame[data-waiting] .start, .frame[data-state="blocked"] .start { display: grid; }
.unmute { position: absolute; inset-block-start: 64px; inset-inline-start: 50%; translate: -50%; display: flex; align-items: center; gap: 8px; min-block-size: 44px; padding-inline: 14px 18px; border-radius: 22px; background: #fff !important; color: #10181a; font-weight: 650; white-space: nowrap; }

.card { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 18px; padding: 24px; text-align: center; text-shadow: 0 1px 4px #000; pointer-events: none; opacity: 0; transition: opacity 0.25s; }
.frame[data-card] .card { opacity: 1; }
.frame[data-card] video { opacity: 0.1; }
.frame:is([data-state="interrupted"], [data-state="disconnected"], [data-state="unreachable"]) video { opacity: 0.2; }
.frame[data-card] media-controller { background: radial-gradient(ellipse at 50% 40%, #163032, #070b0c 75%); --media-background-color: transparent; }
.frame[data-state="blocked"] video { opacity: 0.32; }
.frame[data-state="blocked"] .card { opacity: 1; align-content: start; padding-block: calc(50cqb + 56px) 0; }
.frame[data-state="blocked"] .card .say { font-size: 18px; }
.frame[data-state="blocked"] .card .more { color: var(--ink); margin-block-start: 2px; }
.frame[data-state="loading"] .bottom { visibility: hidden; }
.frame[data-state="loading"]::after { content: ""; position: absolute; inset: 0; margin: auto; inline-size: 40px; block-size: 40px; border: 3px solid rgb(255 255 255 / 22%); border-block-start-color: var(--ink); border-radius: 50%; animation: turn 0.9s linear infinite, appear 0.3s 0.6s backwards; }
@keyframes turn { to { rotate: 1turn; } }
@keyframes appear { from { opacity: 0; } }
.frame:not([data-card], [data-state="blocked"]) .card [role="status"] { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
.frame[data-card] :is(.start, .unmute, media-loading-indicator) { display: none; }
.frame[data-card]:not([data-rewind]) .bottom { visibility: hidden; }
.frame[data-card] :is(.top, .bottom) { opacity: 1 !important; transition: none !important; }
.frame[data-rewind] .card { inset-block-end: 76px; }
.say { font-size: clamp(20px, 4cqi, 34px); font-weight: 650; letter-spacing: -0.01em; line-height: 1.2; text-wrap: balance; }
.more { margin-block-start: 8px; color: var(--dim); font-size: clamp(13px, 1.8cqi, 16px); text-wrap: balance; }
.more:empty { display: none; }
.countdown { font-size: clamp(16px, 3cqi, 24px); font-variant-numeric: tabular-nums; color: var(--accent); }
.frame:is([data-state="soon"], [data-state="interrupted"], [data-state="preparing"], [data-state="unreachable"], [data-state="disconnected"]) .say::before { content: ""; display: block; inline-size: 12px; block-size: 12px; margin: 0 auto 18px; border-radius: 50%; background: var(--accent); animation: breathe 2.4s ease-in-out infinite; }
.frame:is([data-state="interrupted"], [data-state="unreachable"], [data-state="disconnected"]) .say::before { background: #f2b84b; }
@keyframes breathe { 50% { opacity: 0.25; transform: scale(0.7); } }
.recording { pointer-events: auto; min-block-size: 44px; padding: 0 24px; border-radius: 22px; background: var(--accent); color: var(--on-accent); font-weight: 650; text-shadow: none; }
.recording:hover { filter: brightness(1.1); }
.recording:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }

.layer { position: absolute; inset: 0; pointer-events: none; }
.layer > * { pointer-events: auto; position: absolute; background: var(--panel); border-radius: 12px; box-shadow: 0 8px 32px rgb(0 0 0 / 50%); overflow: auto; }
.menu { inset-block-end: 84px; inset-inline-end: 12px; inline-size: min(300px, 100% - 24px); max-block-size: calc(100% - 96px); padding: 6px; }
.menu button { display: flex; align-items: center; gap: 10px; inline-size: 100%; min-block-size: 44px; padding: 4px 12px; border-radius: 8px; text-align: start; }
.menu button:is(:hover, :focus-visible) { background: rgb(255 255 255 / 10%); }
.menu button .value { margin-inline-start: auto; color: var(--dim); }
.menu button[aria-haspopup] .value::after { content: " \\203a" / ""; }
.menu .title-row { font-weight: 650; border-block-end: 1px solid rgb(255 255 255 / 14%); border-radius: 8px 8px 0 0; margin-block-end: 4px; }
.menu .title-row::before { content: "\\2039" / ""; font-size: 18px; }
.menu [role="menuitemradio"]::before { content: ""; inline-size: 18px; }
.menu [role="menuitemradio"][aria-checked="true"]::before { content: "\\2713" / ""; color: var(--accent); font-weight: 700; }
.stats { inset-block-start: 12px; inset-inline-start: 12px; padding: 12px 14px; font-size: 13px; max-inline-size: calc(100% - 24px); max-block-size: calc(100% - 24px); }
.stats dl { display: grid; grid-template-columns: auto auto; gap: 2px 16px; margin: 0; font-variant-numeric: tabular-nums; }
.stats dt { color: var(--dim); }
.stats dd { margin: 0; overflow-wrap: anywhere; }
.help { inset: 0; margin: auto; inline-size: min(440px, 100% - 24px); block-size: fit-content; max-block-size: calc(100% - 24px); padding: 18px 22px; }
.panel-head { display: flex; align-items: center; justify-content: space-between; gap: 16px; font-weight: 650; margin-block-end: 8px; }
.panel-head button { inline-size: 44px; block-size: 44px; margin: -10px -12px -10px 0; border-radius: 8px; font-size: 20px; }
.help table { inline-size: 100%; border-collapse: collapse; }
.help td { padding: 4px 0; }
.help th { font-weight: 400; text-align: start; padding: 4px 0; }
kbd { display: inline-block; min-inline-size: 26px; padding: 2px 6px; margin-inline-end: 4px; border-radius: 5px; background: rgb(255 255 255 / 14%); font: inherit; text-align: center; }
.toast { inset-block-end: 96px; inset-inline: 0; margin-inline: auto; inline-size: fit-content; padding: 8px 16px; border-radius: 20px; }

@container (max-width: 600px) {
  media-volume-range, media-pip-button, .forward10, .time small { display: none; }
}
@container (max-width: 480px) {
  .live-badge { padding-inline: 6px; }
  .bottom { padding-inline: 2px; }
  .time { padding-inline: 4px; font-size: 13px; }
  .frame[data-kind="live"] .time { display: none; }
}
@container (max-width: 340px) {
  .back10, .captions { display: none; }
}
@container (max-height: 260px) {
  .say { font-size: 18px; }
  .more { font-size: 12px; margin-block-start: 4px; }
  .top { display: none; }
  .frame[data-card] .say::before { display: none; }
  .card { gap: 8px; padding: 8px; }
  .start { inset-block-start: calc(50cqb - 40px); inset-inline-start: calc(50% - 28px); inline-size: 56px; block-size: 56px; }
  .start svg { inline-size: 32px; block-size: 32px; }
  .frame[data-state="blocked"] .card { padding-block: 10px 0; }
  .menu { inset-block: 6px; max-block-size: calc(100% - 12px); }
}
@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .track, .menu, .stats, .help, .peek { border: 1px solid CanvasText; }
  .played, .seek::after, .ticks i, .live-badge i, .say::before { forced-color-adjust: none; background: Highlight !important; }
  .top, .bottom { background: Canvas; padding-block: 10px; }
  .live-badge, .recording, .start, .unmute { border: 1px solid ButtonText; }
  media-volume-range { forced-color-adjust: none; --media-range-bar-color: CanvasText; --media-range-thumb-background: CanvasText; --media-range-track-background: GrayText; }
  .menu [aria-checked="true"] { outline: 2px solid Highlight; }
  svg { fill: ButtonText; }
}
`;
