const DAY_S = 86_400;

/** What better-auth's models and fields are called in our database, and how long sessions last. */
export const authTables = {
  user: {
    modelName: "people",
    fields: { emailVerified: "email_verified", createdAt: "created_at", updatedAt: "updated_at" },
    additionalFields: {
      role: { type: "string", input: false },
      language: { type: "string", input: false },
      suspended: { type: "boolean", input: false },
    },
  },
  session: {
    modelName: "sessions",
    fields: {
      userId: "person",
      expiresAt: "expires_at",
      ipAddress: "address",
      userAgent: "agent",
      createdAt: "created_at",
      updatedAt: "updated_at",
    },
    // A browser that is not seen for so long is signed out.
    expiresIn: 30 * DAY_S,
    // How exactly it is known when a session was last used.
    updateAge: 3_600,
  },
  account: {
    modelName: "credentials",
    fields: {
      accountId: "account",
      providerId: "provider",
      userId: "person",
      accessToken: "access_token",
      refreshToken: "refresh_token",
      idToken: "id_token",
      accessTokenExpiresAt: "access_token_expires_at",
      refreshTokenExpiresAt: "refresh_token_expires_at",
      createdAt: "created_at",
      updatedAt: "updated_at",
    },
  },
  verification: {
    modelName: "verifications",
    fields: { expiresAt: "expires_at", createdAt: "created_at", updatedAt: "updated_at" },
  },
} as const;
