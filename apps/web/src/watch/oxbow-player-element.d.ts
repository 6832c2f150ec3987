import type { OxbowPlayer } from "@oxbow/player/element";
import type { Ref } from "react";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "oxbow-player": {
        readonly ref?: Ref<OxbowPlayer>;
        readonly class?: string | undefined;
        readonly lang?: string;
        readonly link?: string;
        readonly autoplay?: string;
        readonly start?: string;
      };
    }
  }
}
