export { ChannelPage } from "./channel-page.tsx";
export { HomePage } from "./home-page.tsx";
export { SearchPage } from "./search-page.tsx";
