export { type Nginx, startNginx } from "../tests/nginx.ts";
