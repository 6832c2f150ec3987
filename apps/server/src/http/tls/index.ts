export { ownIdentity } from "./own-identity.ts";
export { identityFromFiles, type TlsIdentity } from "./tls-identity.ts";
