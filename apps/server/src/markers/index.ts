export type { KeptMarker, Marker, MarkerPage, MarkerStore } from "./marker.ts";
export { type MarkerPorts, Markers, type Marks } from "./markers.ts";
