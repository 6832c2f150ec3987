import "react";

declare module "react" {
  interface CSSProperties {
    /** Custom properties that components set for their own style. */
    [name: `--${string}`]: string | undefined;
  }
}
