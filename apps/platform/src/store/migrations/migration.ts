export type { DialectName, Migration } from "@oxbow/database";
