export { TrimPage } from "./trim-page.tsx";
