export { BadSettings } from "./bad-settings.ts";
export {
  type Origin,
  type ReadOptions,
  readSettings,
  type SettingsRead,
  settingVariable,
} from "./read-settings.ts";
export { type ToldSetting, tellSettings } from "./tell-settings.ts";
