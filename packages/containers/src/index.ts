export { runDuration, type SampleRun } from "./sample-run.ts";
